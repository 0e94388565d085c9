import type { Checkpoints } from '../../train/checkpoint.js';

/** Values of the stop flag. */
export const STOP_FLAG = { none: 0, atOnce: 1, afterSaving: 2 } as const;

/** How the runs of a task end when they are asked to. */
export interface TaskEnd {
  readonly checkpoints: Checkpoints | undefined;
  shouldStop(): boolean;
  /** To be called when a run is over, for it saves nothing any more. */
  ended(runId: string): void;
}

/** Where the flag asks for it, runs stop after the epoch under way, when each of them has saved a checkpoint. */
export function saveThenStop(
  flag: Int32Array,
  runIds: readonly string[],
  checkpoints: Checkpoints | undefined,
): TaskEnd {
  const unsaved = new Set(runIds);
  const isSaving = (): boolean => Atomics.load(flag, 0) === STOP_FLAG.afterSaving;
  return {
    checkpoints: checkpoints && {
      load: (runId) => checkpoints.load(runId),
      isDue: (runId) => isSaving() || checkpoints.isDue(runId),
      save(runId, checkpoint) {
        checkpoints.save(runId, checkpoint);
        if (isSaving()) unsaved.delete(runId);
      },
    },
    shouldStop() {
      if (isSaving()) return checkpoints === undefined || unsaved.size === 0;
      return Atomics.load(flag, 0) === STOP_FLAG.atOnce;
    },
    ended: (runId) => {
      unsaved.delete(runId);
    },
  };
}
