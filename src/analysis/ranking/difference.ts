import type { MetricName } from '../../metric.js';
import {
  differenceInterval,
  type ReferenceComparison,
  verdictOf,
} from '../../metrics/estimates/comparisons.js';
import { equivalenceIn } from '../../metrics/expected-cost.js';
import { andMore } from '../../wording/and-more.js';
import { signed, signedInterval } from '../../wording/numbers.js';
import type { SweepDetail } from '../facts/facts.js';
import type { Configuration, Difference, Verdict } from './configuration.js';

/** How a difference is judged. */
export interface Judging {
  /** 1 where larger is better, −1 where smaller is. */
  readonly sign: 1 | -1;
  /** Differences within ± this are equivalent. */
  readonly equivalent: number;
}

/** Whether an interval covers the seeds alone. */
export function isFromSeeds({
  mean,
  rowError,
}: {
  readonly mean: number;
  readonly rowError?: number;
}): boolean {
  return rowError !== undefined && Number.isNaN(rowError) && !Number.isNaN(mean);
}

/** Differences of a metric of a sweep within ± this are equivalent. */
export function equivalenceOf(
  equivalent: number,
  { costs, dataset }: Pick<SweepDetail, 'costs' | 'dataset'>,
): (name: MetricName) => number {
  return equivalenceIn(equivalent, { costs, support: dataset.support.validation });
}

/** A trial minus the reference, with its verdict. */
export function differenceFrom(comparison: ReferenceComparison, trial: number, judging: Judging): Difference {
  return {
    mean: comparison.differences[trial] as number,
    interval: differenceInterval(comparison, trial),
    error: comparison.errors[trial] as number,
    verdict: judge(comparison, trial, judging),
  };
}

function judge(comparison: ReferenceComparison, trial: number, { sign, equivalent }: Judging): Verdict {
  // A metric that was not measured, as of results of older versions.
  if (Number.isNaN(comparison.differences[trial])) return 'no evidence';
  if (comparison.isUndecided) return 'not judged';
  if (comparison.isReplicated[trial] !== true) return 'one seed';
  // Predictions of all seeds that differ by nothing that can be drawn, or a program that seeds do not move.
  const difference = comparison.differences[trial] as number;
  const isSure = comparison.errors[trial] === 0;
  const { low, high } = isSure
    ? { low: difference, high: difference }
    : differenceInterval(comparison, trial);
  // Whatever its sign (Benavoli et al. 2017).
  if (low >= -equivalent && high <= equivalent) return 'equivalent';
  const direction = sign * verdictOf(comparison, trial);
  return direction > 0 ? 'better' : direction < 0 ? 'worse' : 'no evidence';
}

/** `+0.021 (95 % −0.004 to +0.046, no evidence)`. */
export function change({ mean, interval, verdict }: Difference): string {
  if (Number.isNaN(interval.low)) return `${signed(mean)} (${verdict})`;
  return `${signed(mean)} (95 % ${signedInterval(interval)}, ${verdict})`;
}

const LISTED = 5;

/** What is to be known of differences where some configurations lack seeds that others have; null where all have as many. */
export function unlikeSeeds(configurations: readonly Pick<Configuration, 'rank' | 'seeds'>[]): string | null {
  const most = Math.max(0, ...configurations.map(({ seeds }) => seeds.length));
  const fewer = configurations
    .filter(({ seeds }) => seeds.length < most)
    .map(({ rank, seeds }) => `# ${rank} has ${seeds.length} of ${most} seeds`);
  return fewer.length === 0
    ? null
    : `Seeds are missing, so means are not over the same ones: ${andMore(fewer, LISTED)}. A mean without a difficult seed is higher; intervals count that, means and ranks do not.`;
}
