import type { RandomStream } from '../../random.js';
import type { TrialEstimates } from './estimate-trials.js';

/** A sum of trials, each times its weight. */
export interface WeightedTrials {
  readonly mean: number;
  readonly deviations: Float64Array;
}

/**
 * A weighted sum of trials by their positions. Draws of rows do not show the noise of a class of one row, which is drawn for each trial on its own and
 * would vanish in a mean of many; but all trials predict the same row. So it counts as if it were the same for those of one sign.
 */
export function weightedTrials(
  { means, deviations, ofLoneRows }: Pick<TrialEstimates, 'means' | 'deviations' | 'ofLoneRows'>,
  weights: ReadonlyMap<number, number>,
  stream: RandomStream,
): WeightedTrials {
  const sum = new Float64Array(deviations[0]?.length ?? 0);
  let [mean, gains, losses, drawn] = [0, 0, 0, 0];
  for (const [at, weight] of weights) {
    mean += weight * (means[at] as number);
    const own = deviations[at] as Float64Array;
    for (let draw = 0; draw < sum.length; draw++)
      sum[draw] = (sum[draw] as number) + weight * (own[draw] as number);
    const size = weight * Math.sqrt(ofLoneRows[at] ?? 0);
    drawn += size ** 2;
    if (size > 0) gains += size;
    else losses += size;
  }
  const left = gains ** 2 + losses ** 2 - drawn;
  if (left > 0)
    for (let draw = 0; draw < sum.length; draw++)
      sum[draw] = (sum[draw] as number) + Math.sqrt(left) * stream.normal();
  return { mean, deviations: sum };
}
