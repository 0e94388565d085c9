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
