import type { AnyConfig, MetricValues, ParameterPoint, RunResult } from '../../sweep.js';

/** A configuration that was trained again on training and validation rows together, beside what it was before. */
export interface AllRowsReport {
  readonly model: AnyConfig['model'];
  readonly point: ParameterPoint;
  /** How long all runs were trained: the median of the epochs that were kept before. */
  readonly epochs: number;
  readonly classes: readonly ClassGrowth[];
  /** In the order of the seeds. */
  readonly seeds: readonly SeedChange[];
}

/** Training rows of a class. */
export interface ClassGrowth {
  readonly name: string;
  readonly rare: boolean;
  readonly before: number;
  readonly after: number;
}

/** A seed before and after. */
export interface SeedChange {
  readonly seed: number;
  /** The epoch that validation rows chose. */
  readonly chosenEpoch: number;
  /** On the test rows. */
  readonly before: MetricValues;
  readonly after: MetricValues;
}

/** The results of a seed. */
export interface SeedResults {
  readonly seed: number;
  readonly before: RunResult;
  readonly after: RunResult;
}

/** The number of epochs for all rows: the median of those that were kept, the lower one of two in the middle. */
export function medianEpoch(results: readonly Pick<RunResult, 'chosenEpoch'>[]): number {
  const epochs = results.map(({ chosenEpoch }) => chosenEpoch).sort((a, b) => a - b);
  const median = epochs[Math.floor((epochs.length - 1) / 2)];
  if (median === undefined) throw new RangeError('no run has a result');
  return median;
}

/** Says what training on all rows changed. */
export function allRowsReport(
  about: Pick<AllRowsReport, 'model' | 'point' | 'epochs' | 'classes'>,
  results: readonly SeedResults[],
): AllRowsReport {
  return {
    ...about,
    seeds: results.map(({ seed, before, after }) => ({
      seed,
      chosenEpoch: before.chosenEpoch,
      before: before.test.metrics,
      after: after.test.metrics,
    })),
  };
}
