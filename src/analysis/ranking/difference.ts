import {
  differenceInterval,
  type ReferenceComparison,
  verdictOf,
} from '../../metrics/estimates/comparisons.js';
import type { Interval } from '../../sweep.js';
import type { Difference, Verdict } from './configuration.js';

/** How a difference is judged. */
export interface Judging {
  /** 1 where larger is better, −1 where smaller is. */
  readonly sign: 1 | -1;
  /** Differences within ± this are equivalent. */
  readonly equivalent: number;
}

/** A trial minus the reference, with its verdict. */
export function differenceFrom(
  comparison: ReferenceComparison,
  trial: number,
  { sign, equivalent }: Judging,
): Difference {
  const interval = differenceInterval(comparison, trial);
  const verdict = sign * verdictOf(comparison, trial);
  return {
    mean: comparison.differences[trial] as number,
    interval,
    verdict: comparison.isReplicated[trial] === true ? verdictIn(interval, verdict, equivalent) : 'one seed',
  };
}

/** An interval within the region of practical equivalence says so, whatever its sign (Benavoli et al. 2017). */
function verdictIn({ low, high }: Interval, direction: number, equivalent: number): Verdict {
  if (low >= -equivalent && high <= equivalent) return 'equivalent';
  return direction > 0 ? 'better' : direction < 0 ? 'worse' : 'no evidence';
}
