import type { CountMetric } from '../../metric.js';
import { type MarginSettings, type Margins, marginMetric } from '../margin-metrics.js';
import type { BootstrapRows } from './bootstrap.js';

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

/**
 * By class, how the mean cost of a trial's rows changes when one more row of the class is predicted rightly: by what the trial's
 * mistakes in the class cost on average; if it makes none, by the mean over what they can be.
 */
export function costEffects(
  { labels, classCount, trials, rowsOf, costs = [] }: BootstrapRows,
  trial: number,
): Float64Array {
  const cells = Array.from({ length: classCount }, () => new Float64Array(classCount));
  const runs = trials[trial] ?? [];
  let rows = 0;
  runs.forEach((predictions, at) => {
    const places = rowsOf?.[trial]?.[at];
    predictions.forEach((predicted, row) => {
      const own = cells[labels[places?.[row] ?? row] as number];
      if (own !== undefined) own[predicted] = (own[predicted] as number) + 1;
    });
    rows += predictions.length;
  });
  return Float64Array.from(cells, (own, truth) => {
    if (own.every((count) => count === 0)) return 0;
    const mistakes = own.with(truth, 0);
    const weights = mistakes.some((count) => count > 0) ? mistakes : own.map((_, c) => Number(c !== truth));
    const costOf = (predicted: number): number => costs[truth]?.[predicted] ?? 0;
    const [sum, total] = weights.reduce(
      ([cost, count], weight, c) => [cost + weight * costOf(c), count + weight] as const,
      [0, 0] as readonly [number, number],
    );
    return ((costOf(truth) - sum / total) * runs.length) / rows;
  });
}
