import type { Interval } from '../../sweep.js';
import type { RowDraws } from './bootstrap.js';

/** A variance below this comes from rounding. */
export const ROUNDING = 1e-12;

/** The sampling of rows: deviations of the mean of runs, their variance, and the variance of rows × seeds. */
export interface RowNoise {
  readonly centre: number;
  readonly deviations: Float64Array;
  readonly variance: number;
  readonly interaction: number;
  readonly reach?: Interval | undefined;
}

export function rowNoise({ means, runVariance, reach }: RowDraws, seeds: number): RowNoise {
  const centre = average(means);
  const deviations = means.map((value) => value - centre);
  const variance = average(deviations.map((value) => value ** 2));
  return {
    centre,
    deviations,
    reach,
    variance,
    interaction: interactionOf(runVariance, variance, seeds),
  };
}

/**
 * Variance of rows × seeds: a run varies with the rows by σ²_rows + σ²_rows×seeds, the mean of S runs by
 * σ²_rows + σ²_rows×seeds / S. It is in the variance between seeds on fixed rows, too, and must count once.
 */
function interactionOf(runVariance: number, meanVariance: number, seeds: number): number {
  return seeds < 2 ? 0 : Math.max(0, ((runVariance - meanVariance) * seeds) / (seeds - 1));
}

/** Per trial, the variance of its draws without what they do to all trials alike. */
export function variancesApart(
  trials: readonly Pick<RowNoise, 'deviations'>[],
  draws: number,
): readonly number[] {
  const shared = new Float64Array(draws);
  for (const { deviations } of trials)
    for (let draw = 0; draw < draws; draw++)
      shared[draw] = (shared[draw] as number) + (deviations[draw] as number) / trials.length;
  const copies = trials.length / Math.max(1, trials.length - 1);
  return trials.map(
    ({ deviations }) =>
      copies * average(deviations.map((value, draw) => (value - (shared[draw] as number)) ** 2)),
  );
}

export function average(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
