import type { KeptCheckpoint, SweepWriter } from '../../store/store.js';
import { type Run, SETTLED } from '../../sweep.js';
import { listCheckpoints, readCheckpointFile, removeCheckpoints } from '../checkpoints/checkpoint-files.js';
import { epochsOfFolder, placeCheckpoint, readProgramFolder } from '../checkpoints/program-folder.js';
import type { GroupEvent, PlannedRun } from '../groups/follow-group.js';

/** A larger checkpoint stays on its machine: another one begins the run again. */
const MOST_BYTES = 16 * 2 ** 20;

/** Checkpoints of runs, from one machine to the next one that trains them. */
export interface SharedCheckpoints {
  /** Puts the checkpoints of runs that other machines have trained further where training finds them. */
  fetch(runs: readonly PlannedRun[]): Promise<void>;
  /** Passes on events of a run, and before it ends without a result where it can go on. */
  following(onEvent: (event: GroupEvent) => void): (event: GroupEvent) => void;
  /** Shares where runs in training are now. */
  shareAll(): void;
}

/** Checkpoints in this folder, shared by the store. */
export function sharedCheckpoints(writer: SweepWriter, folder: string): SharedCheckpoints {
  /** Epochs of the checkpoints that are here, as far as they are known. */
  const here = new Map<string, number>();
  const training = new Map<string, { planned: PlannedRun; epochs: number }>();
  let tell = (_event: GroupEvent): void => {};
  const share = (planned: PlannedRun, epochs: number, programEnded = true): void => {
    const { runId } = planned.run;
    if (epochs <= (here.get(runId) ?? 0)) return;
    const file =
      readCheckpointFile(folder, runId) ??
      (programEnded ? readProgramFolder(folder, runId, { epochs, mostBytes: MOST_BYTES }) : undefined);
    if (file === undefined || file.byteLength > MOST_BYTES) return;
    here.set(runId, epochs);
    const checkpoint: KeptCheckpoint = { epochs, file };
    tell({ ...planned, type: 'checkpoint', record: { type: 'checkpoint', runId, checkpoint } });
  };
  return {
    async fetch(runs) {
      if (runs.length === 0) return;
      const kept = await writer.checkpoints(runs.map(({ run }) => run.runId));
      for (const [runId, { epochs, file }] of kept) {
        if (epochs <= (here.get(runId) ?? epochsOfFolder(folder, runId))) continue;
        placeCheckpoint(folder, runId, file);
        here.set(runId, epochs);
      }
    },
    following(onEvent) {
      tell = onEvent;
      return (event) => {
        const { runId } = event.run;
        if (event.type === 'epoch') training.set(runId, { planned: event, epochs: event.epoch.epoch });
        if (event.type === 'paused') share(event, event.epochs.length);
        if (event.type === 'interrupted') share(event, training.get(runId)?.epochs ?? 0);
        if (event.type !== 'epoch' && event.type !== 'log') training.delete(runId);
        onEvent(event);
      };
    },
    shareAll() {
      for (const { planned, epochs } of training.values()) share(planned, epochs, false);
    },
  };
}

/** Removes the checkpoints of runs that have ended, here or on another machine. */
export async function removeEnded(writer: SweepWriter, folder: string, runs: readonly Run[]): Promise<void> {
  const own = new Set(runs.map(({ runId }) => runId));
  const here = listCheckpoints(folder).flatMap(({ runId }) => (own.has(runId) ? runId : []));
  const states = await writer.states(here);
  removeCheckpoints(folder, new Set(here), (runId) => SETTLED.includes(states.get(runId) ?? 'waiting'));
}
