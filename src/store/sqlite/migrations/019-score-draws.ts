/** A schema for metrics of probabilities in each draw of a split's rows: no part of a result, and there where somebody wanted intervals of them. */
export const scoreDraws = `
CREATE TABLE score_draws (
  run_id TEXT NOT NULL REFERENCES runs,
  split TEXT NOT NULL,
  metric TEXT NOT NULL,
  draws BLOB NOT NULL,
  PRIMARY KEY (run_id, split, metric)
) WITHOUT ROWID;`;
