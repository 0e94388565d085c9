import { isCostMetric, type MetricName } from '../metric.js';
import type { CostMatrix } from '../sweep.js';

/** Mean cost of the rows of a confusion matrix: Σ n(t, p) · cost(t, p) / Σ n(t, p); NaN without costs or rows. */
export function expectedCost(confusion: Uint32Array, costs: CostMatrix | null | undefined): number {
  if (costs == null) return Number.NaN;
  let [sum, rows] = [0, 0];
  costs.flat().forEach((cost, cell) => {
    const count = confusion[cell] as number;
    sum += cost * count;
    rows += count;
  });
  return sum / rows;
}

/** Mean cost if all rows are predicted as one class, the one for which it is least; `support` are the rows of each class. */
export function leastConstantCost(support: readonly number[], costs: CostMatrix): number {
  const rows = support.reduce((sum, count) => sum + count, 0);
  const sums = support.map((_, predicted) =>
    support.reduce((sum, count, truth) => sum + count * (costs[truth]?.[predicted] ?? 0), 0),
  );
  return Math.min(...sums) / rows;
}

/** What mistakes cost in a sweep, if its spec says so, and the validation rows of each class. */
export interface CostScale {
  readonly costs: CostMatrix | null;
  readonly support: readonly number[];
}

/**
 * Differences of a metric within ± this are equivalent. The unit of costs is the spec's own, so theirs are a share of what a row
 * costs if all get the one class for which that is least.
 */
export function equivalenceIn(
  equivalent: number,
  { costs, support }: CostScale,
): (name: MetricName) => number {
  const unit = costs === null ? 1 : leastConstantCost(support, costs);
  return (name) => (isCostMetric(name) ? equivalent * unit : equivalent);
}
