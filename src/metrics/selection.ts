import type { Metric, MetricValues } from '../metric.js';

/*
 * How one is chosen among many, everywhere: by the metric that ranks, the better first; what is equal, by `TIES_BY`; NaN is worse
 * than any number. SQL's `leaderboard`, the logits that are kept and the ranking of reports follow it.
 */

/** By which metric, larger first, those are ordered whose ranked metric is equal. */
export const TIES_BY = 'rare_recall';

/** The two metrics, larger is better, whose best compromises are kept and marked. */
export const TRADE_OFF = ['macro_f1', 'rare_recall'] as const;

/** What a metric is multiplied by so that larger is better. */
export const GOAL_SIGNS = { maximize: 1, minimize: -1 } as const satisfies {
  readonly [goal in Metric['goal']]: number;
};

/** Whether the value is strictly better than the best before; NaN never is, and no number is worse than none or NaN. */
export function isBetter({ goal }: Metric, value: number, before = Number.NaN): boolean {
  const sign = GOAL_SIGNS[goal];
  return sign * value > (Number.isNaN(before) ? Number.NEGATIVE_INFINITY : sign * before);
}

/** Compares for a sort, the better first; 0 where both are equally good. */
export function betterFirst({ name, goal }: Metric, a: MetricValues, b: MetricValues): number {
  const sign = GOAL_SIGNS[goal];
  return largerFirst(sign * a[name], sign * b[name]) || largerFirst(a[TIES_BY], b[TIES_BY]);
}

function largerFirst(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : b - a;
}

/** How many of the best means one is chosen from, by what similar ones reached. */
export const LEADING = 5;

/** All that fewer than `count` are better than. */
export function bestOf<Candidate extends { readonly means: MetricValues }>(
  metric: Metric,
  candidates: readonly Candidate[],
  count = 1,
): readonly Candidate[] {
  const sorted = candidates.toSorted((a, b) => betterFirst(metric, a.means, b.means));
  const last = sorted[Math.min(count, sorted.length) - 1];
  return candidates.filter(({ means }) => last !== undefined && betterFirst(metric, means, last.means) <= 0);
}

/** Whether each is beaten in neither metric of the trade-off by one that is better in the other. */
export function paretoFront(candidates: readonly MetricValues[]): readonly boolean[] {
  const points = candidates.map(
    (values) => TRADE_OFF.map((name) => numberOrWorst(values[name])) as [number, number],
  );
  return points.map(
    ([x, y]) => !points.some(([otherX, otherY]) => otherX >= x && otherY >= y && (otherX > x || otherY > y)),
  );
}

function numberOrWorst(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
