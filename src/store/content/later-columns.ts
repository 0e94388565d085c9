import { KEPT_METRICS, METRIC_NAMES, USUAL_METRICS } from '../../metric.js';
import { RANKING_COLUMNS } from './result-rows.js';

/** Columns that result tables got after their first release, in their order, behind all others. */
export const LATER_COLUMNS: { readonly [table: string]: readonly string[] } = {
  trials: ['metric_parameter'],
  split_metrics: KEPT_METRICS.slice(USUAL_METRICS.length),
  epochs: METRIC_NAMES.slice(USUAL_METRICS.length),
  class_metrics: RANKING_COLUMNS,
};

/**
 * A row as cells of a fingerprint: of the later columns only those that have a value, each behind its name. So the fingerprint of
 * a sweep does not change when a column is added.
 */
export function contentCells(table: string, cells: readonly unknown[]): readonly unknown[] {
  const later = LATER_COLUMNS[table] ?? [];
  const first = cells.length - later.length;
  return [
    ...cells.slice(0, first),
    ...later.flatMap((name, at) => {
      const cell = cells[first + at];
      return isEmptyCell(cell) ? [] : [name, cell];
    }),
  ];
}

/** Whether a cell has no value: SQLite stores NaN as NULL. */
export function isEmptyCell(cell: unknown): boolean {
  return cell === null || Number.isNaN(cell);
}
