import type { RowDraws } from '../bootstrap.js';
import { variance } from './pool-bootstrap.js';

/**
 * Per trial, the variance of rows × seeds that is left without what the rows of a seed do to all trials alike; undefined where all
 * seeds have the same rows. Where each seed has its own, hard rows of a seed are hard for most trials: that is in the variance
 * between seeds, but not in the differences between trials, and must not be taken from their noise.
 */
export function interactionBeyondShared(
  rowDraws: readonly RowDraws[],
  values: readonly ReadonlyMap<number, number>[],
): readonly number[] | undefined {
  if (!rowDraws.some(({ runs }) => runs !== undefined)) return undefined;
  const runs = rowDraws.map(({ runs: own = [] }, trial) => {
    const seeds = [...(values[trial]?.keys() ?? [])];
    return own.map((draws, at) => ({ seed: seeds[at] as number, draws: centred(draws) }));
  });
  const shared = meansBySeed(runs.flat());
  return runs.map((own) => {
    if (own.length < 2) return 0;
    const beyond = own.map(({ seed, draws }) => {
      const { mean, count } = shared.get(seed) as SharedDraws;
      return count < 2
        ? draws
        : draws.map((value, draw) => (value - (mean[draw] as number)) * Math.sqrt(count / (count - 1)));
    });
    const ofRuns = beyond.reduce((sum, draws) => sum + variance(draws), 0) / own.length;
    const meanDraws = beyond.reduce(
      (sum, draws) => sum.map((value, draw) => value + (draws[draw] as number) / own.length),
      new Float64Array(beyond[0]?.length ?? 0),
    );
    return Math.max(0, ((ofRuns - variance(meanDraws)) * own.length) / (own.length - 1));
  });
}

interface SharedDraws {
  readonly mean: Float64Array;
  readonly count: number;
}

function meansBySeed(
  runs: readonly { readonly seed: number; readonly draws: Float64Array }[],
): ReadonlyMap<number, SharedDraws> {
  const sums = new Map<number, { readonly sum: Float64Array; count: number }>();
  for (const { seed, draws } of runs) {
    const own = sums.get(seed) ?? { sum: new Float64Array(draws.length), count: 0 };
    draws.forEach((value, draw) => {
      own.sum[draw] = (own.sum[draw] as number) + value;
    });
    own.count++;
    sums.set(seed, own);
  }
  return new Map(
    [...sums].map(([seed, { sum, count }]) => [seed, { mean: sum.map((value) => value / count), count }]),
  );
}

function centred(draws: Float64Array): Float64Array {
  const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
  return draws.map((value) => value - mean);
}
