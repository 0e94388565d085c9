import type { SharedDataset } from '../data/dataset.js';
import type { EpochRecord } from '../sweep.js';
import type { Checkpoint, Checkpoints } from '../train/checkpoint.js';
import type { RunJob, TrainedRun, Trainer } from '../train/trainer.js';

/** Everything that a listener received from training. */
export interface Told {
  readonly end: 'done' | 'stopped';
  readonly results: ReadonlyMap<string, TrainedRun>;
  readonly epochs: ReadonlyMap<string, readonly EpochRecord[]>;
  readonly failures: ReadonlyMap<string, Error>;
  /** The epochs so far of the runs that pause. */
  readonly paused: ReadonlyMap<string, readonly EpochRecord[]>;
  readonly wasFlagLookedAt: boolean;
}

interface Means {
  readonly stopAfter?: number;
  readonly checkpoints?: Checkpoints | undefined;
}

/** Trains runs and returns what the listener received; sets the stop flag after this many epochs, 0 means before training. */
export async function told(
  of: {
    readonly trainer: Trainer;
    readonly dataset: SharedDataset | undefined;
    readonly runs: readonly RunJob[];
  },
  { stopAfter = Infinity, checkpoints }: Means = {},
): Promise<Told> {
  const { trainer, dataset, runs } = of;
  const results = new Map<string, TrainedRun>();
  const epochs = new Map<string, EpochRecord[]>();
  const failures = new Map<string, Error>();
  const paused = new Map<string, readonly EpochRecord[]>();
  let wasFlagLookedAt = false;
  let epochsTold = 0;
  const end = await trainer.train({
    dataset,
    runs,
    checkpoints,
    shouldStop: () => {
      wasFlagLookedAt = true;
      return epochsTold >= stopAfter;
    },
    onEpoch: (runId, epoch) => {
      epochsTold++;
      epochs.set(runId, [...(epochs.get(runId) ?? []), epoch]);
    },
    onResult: (trained) => results.set(trained.runId, trained),
    onPaused: (runId, own) => paused.set(runId, [...own]),
    onFailed: (runId, error) => failures.set(runId, error),
  });
  return { end, results, epochs, failures, paused, wasFlagLookedAt };
}

/** Checkpoints that are always due and stored as copies. */
export function checkpointsInMemory(): Checkpoints {
  const kept = new Map<string, Checkpoint>();
  return {
    load: (runId) => structuredClone(kept.get(runId)),
    isDue: () => true,
    save: (runId, checkpoint) => kept.set(runId, structuredClone(checkpoint)),
  };
}
