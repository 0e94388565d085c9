import {
  differenceInterval,
  type ReferenceComparison,
  verdictOf,
} from '../../metrics/estimates/comparisons.js';
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
  const [mean, error] = [comparison.differences[trial] as number, comparison.errors[trial] as number];
  return { mean, interval, error, verdict: verdict() };

  function verdict(): Verdict {
    if (comparison.isReplicated[trial] !== true) return 'one seed';
    if (comparison.isUndecided) return 'no evidence';
    // Whatever its sign (Benavoli et al. 2017).
    if (interval.low >= -equivalent && interval.high <= equivalent) return 'equivalent';
    const direction = sign * verdictOf(comparison, trial);
    return direction > 0 ? 'better' : direction < 0 ? 'worse' : 'no evidence';
  }
}
