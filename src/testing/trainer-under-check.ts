import assert from 'node:assert/strict';
import type { TrialConfig } from '../sweep.js';
import type { RunJob, TrainedRun, Trainer } from '../train/trainer.js';
import { clusters, datasetOf } from './small-dataset.js';
import { type Told, told } from './told.js';

/** A trainer with a few runs that can train together. */
export class TrainerUnderCheck {
  readonly dataset = datasetOf(clusters(120, 5, 4), true);
  /** Runs with the same group key that differ otherwise. */
  readonly runs: readonly [RunJob, ...RunJob[]];

  constructor(
    readonly trainer: Trainer,
    readonly config: TrialConfig,
  ) {
    const first = jobOf('first', 1, config);
    const others = [
      jobOf('second', 2, config),
      jobOf('third', 3, { ...config, gamma: 0.5, epochs: 3 }),
      jobOf('fourth', 4, { ...config, alpha: 'balanced', patience: 1 }),
    ];
    const key = trainer.groupKey(config);
    this.runs = [first, ...others.filter((run) => trainer.groupKey(run.config) === key)];
  }

  train(runs: readonly RunJob[], means: Parameters<typeof told>[1] = {}): Promise<Told> {
    return told({ ...this, runs }, means);
  }
}

/** A run of the checks. */
export function jobOf(runId: string, seed: number, config: TrialConfig): RunJob {
  return { runId, seed, config, metric: { name: 'macro_f1', goal: 'maximize' } };
}

/** The result of a run. Throws AssertionError if there is none. */
export function trainedOf({ results, failures }: Told, runId: string): TrainedRun {
  const trained = results.get(runId);
  assert.ok(trained, `no result of ${runId}: ${failures.get(runId)?.message ?? 'nothing was told of it'}`);
  return trained;
}
