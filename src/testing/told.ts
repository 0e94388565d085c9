import assert from 'node:assert/strict';
import type { SharedDataset } from '../data/dataset.js';
import type { EpochRecord } from '../sweep.js';
import type { Checkpoint, Checkpoints } from '../train/checkpoint.js';
import { type ToldEnd, ToldEnds } from '../train/told-ends.js';
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

/**
 * Trains runs and returns what the listener received; sets the stop flag after this many epochs, 0 means before training. Throws
 * AssertionError if a run is told of again after its end, or its epochs do not count up.
 */
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
  const order = new ToldOrder(checkpoints !== undefined);
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
      order.tellsEpoch(runId, epoch.epoch);
      epochs.set(runId, [...(epochs.get(runId) ?? []), epoch]);
    },
    onResult: (trained) => {
      order.tellsEnd(trained.runId, 'result');
      results.set(trained.runId, trained);
    },
    onPaused: (runId, own) => {
      order.tellsEnd(runId, 'pause');
      paused.set(runId, [...own]);
    },
    onFailed: (runId, error) => {
      order.tellsEnd(runId, 'failure');
      failures.set(runId, error);
    },
  });
  order.verify();
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

/** The order in which runs are told of. What is wrong is kept until training ends: trainers may catch what a listener throws. */
class ToldOrder {
  readonly #ends = new ToldEnds();
  readonly #lastEpochs = new Map<string, number>();
  #mistake: string | undefined;

  /** With checkpoints a run may go on after any epoch. */
  constructor(private readonly mayGoOn: boolean) {}

  tellsEpoch(runId: string, epoch: number): void {
    this.#mistake ??= this.#ends.mistake(runId, `epoch ${epoch}`);
    const last = this.#lastEpochs.get(runId) ?? (this.mayGoOn ? epoch - 1 : 0);
    if (epoch !== last + 1) this.#mistake ??= `epoch ${epoch} of ${runId} was told after epoch ${last}`;
    this.#lastEpochs.set(runId, epoch);
  }

  tellsEnd(runId: string, end: ToldEnd): void {
    this.#mistake ??= this.#ends.add(runId, end);
  }

  verify(): void {
    assert.ok(this.#mistake === undefined, this.#mistake);
  }
}
