/** A schema for what the columns of the source mean to the model of a run: no part of its result, and measured later for some runs. */
export const columnImportance = `
CREATE TABLE column_importance (
  run_id TEXT NOT NULL REFERENCES runs,
  column_index INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  gain_share REAL,
  macro_f1_drop REAL,
  macro_f1_drop_sd REAL,
  rare_recall_drop REAL,
  rare_recall_drop_sd REAL,
  PRIMARY KEY (run_id, column_index)
) WITHOUT ROWID;`;
