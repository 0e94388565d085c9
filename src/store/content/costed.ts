import type { MetricValues } from '../../metric.js';
import { expectedCost } from '../../metrics/expected-cost.js';
import type { CostMatrix, EpochRecord, SplitResult } from '../../sweep.js';

/** The metrics of a split with what its mistakes cost by these costs. */
export function costedMetrics(
  costs: CostMatrix | null | undefined,
  { metrics, confusion }: Pick<SplitResult, 'metrics' | 'confusion'>,
): MetricValues {
  return { ...metrics, expected_cost: expectedCost(confusion, costs) };
}

/** An epoch as it is kept: it has no confusion matrix, so what its mistakes cost cannot follow the costs of its sweeps. */
export function keptEpoch(record: EpochRecord): EpochRecord {
  return { ...record, validation: { ...record.validation, expected_cost: Number.NaN } };
}
