import type { CostMatrix, CountMetric } from '../../metric.js';
import { type MarginSettings, type Margins, marginMetric } from '../margin-metrics.js';

/**
 * By class, how a metric grows when one more of the class's rows is predicted rightly instead of as mistakes mostly are; 0 for a
 * class without rows. It is the slope over a whole row around the count at hand, within what the count can be: F1 of a class of
 * one row goes from 0 to 1, although its derivative at 0 is 2.
 */
export function hitEffects(name: CountMetric, margins: Margins, settings: MarginSettings): Float64Array {
  const { support, predicted, hits } = margins;
  const mistakes = predicted.map((count, c) => Math.max(0, count - (hits[c] as number)));
  const all = mistakes.reduce((sum, count) => sum + count, 0);
  return support.map((rows, c) => {
    if (rows === 0) return 0;
    const elsewhere = all - (mistakes[c] as number);
    const shareOf = (other: number): number =>
      elsewhere === 0 ? 1 / Math.max(1, support.length - 1) : (mistakes[other] as number) / elsewhere;
    const own = hits[c] as number;
    const from = Math.min(Math.max(0, own - 0.5), rows - 1);
    const valueAt = (count: number): number => {
      const more = count - own;
      return marginMetric(
        name,
        {
          support,
          hits: hits.with(c, count),
          predicted: predicted.map((old, at) => Math.max(0, old + (at === c ? more : -more * shareOf(at)))),
        },
        settings,
      );
    };
    return valueAt(from + 1) - valueAt(from);
  });
}

/** How right a prediction for a row of a class is, from 0 to 1. */
export type RowScore = (label: number, predicted: number) => number;

export const isHit: RowScore = (label, predicted) => Number(predicted === label);

/** 1 for what costs the least for a row of the class, 0 for what costs the most. */
export function costScore(costs: CostMatrix): RowScore {
  const limits = costs.map((own) => ({ least: Math.min(...own), most: Math.max(...own) }));
  return (label, predicted) => {
    const { least, most } = limits[label] ?? { least: 0, most: 0 };
    return most === least ? 1 : (most - (costs[label]?.[predicted] ?? 0)) / (most - least);
  };
}

/** By class, how the mean cost changes when the score of one of its rows goes from 0 to 1. */
export function costEffects({ support }: Margins, costs: CostMatrix): Float64Array {
  const rows = support.reduce((sum, count) => sum + count, 0);
  return support.map((count, c) => {
    const own = costs[c] ?? [];
    return count === 0 ? 0 : (Math.min(...own) - Math.max(...own)) / rows;
  });
}
