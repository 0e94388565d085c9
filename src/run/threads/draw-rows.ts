import type { DrawnMetric } from '../../metric.js';
import {
  type BootstrapOptions,
  type BootstrapRows,
  type RowDrawsByMetric,
  rowBootstrap,
} from '../../metrics/noise/row-bootstrap.js';

/** The bootstrap of some of a sweep's trials, as a task for a thread. */
export interface BootstrapPart {
  readonly rows: BootstrapRows;
  readonly metrics: readonly DrawnMetric[];
  readonly options: BootstrapOptions;
}

/** Runs the task. */
export function drawRows({ rows, metrics, options }: BootstrapPart): RowDrawsByMetric {
  return rowBootstrap(rows, metrics, options);
}
