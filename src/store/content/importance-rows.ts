import type { ColumnImportance } from '../../sweep.js';
import { real } from './result-rows.js';

/** What a column means to a run as a row; null stands for NaN and for what was not measured. */
export interface ImportanceRow {
  readonly run_id: string;
  readonly column_index: number;
  readonly column_name: string;
  readonly gain_share: number | null;
  readonly macro_f1_drop: number | null;
  readonly macro_f1_drop_sd: number | null;
  readonly rare_recall_drop: number | null;
  readonly rare_recall_drop_sd: number | null;
}

/** A row per column, in the order of the columns. */
export function importanceRows(
  run_id: string,
  columns: readonly ColumnImportance[],
): readonly ImportanceRow[] {
  return columns.map(({ column, gainShare, drops }, column_index) => ({
    run_id,
    column_index,
    column_name: column,
    gain_share: gainShare,
    macro_f1_drop: drops?.macroF1.mean ?? null,
    macro_f1_drop_sd: drops?.macroF1.sd ?? null,
    rare_recall_drop: drops?.rareRecall.mean ?? null,
    rare_recall_drop_sd: drops?.rareRecall.sd ?? null,
  }));
}

/** What a column means from a row; macro-F1 can always be measured. */
export function importanceOf(row: ImportanceRow): ColumnImportance {
  const { column_name, gain_share, macro_f1_drop: mean } = row;
  const drops = mean !== null && {
    macroF1: { mean, sd: real(row.macro_f1_drop_sd) },
    rareRecall: { mean: real(row.rare_recall_drop), sd: real(row.rare_recall_drop_sd) },
  };
  return { column: column_name, gainShare: gain_share, drops: drops || null };
}
