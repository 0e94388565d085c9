import type { MetricValues } from '../../metric.js';
import { expectedCost } from '../../metrics/expected-cost.js';
import type { CostMatrix, SplitResult } from '../../sweep.js';

/** The metrics of a split with what its mistakes cost by these costs. */
export function costedMetrics(
  costs: CostMatrix | null | undefined,
  { metrics, confusion }: Pick<SplitResult, 'metrics' | 'confusion'>,
): MetricValues {
  return { ...metrics, expected_cost: expectedCost(confusion, costs) };
}
