/** A schema for programs of the user's own: the end of what a run printed, and the baseline that a sweep names. */
export const programs = `
CREATE TABLE run_logs (
  run_id TEXT NOT NULL REFERENCES runs,
  log BLOB NOT NULL,
  PRIMARY KEY (run_id)
) WITHOUT ROWID;

CREATE TABLE sweep_baselines (
  sweep TEXT NOT NULL REFERENCES sweeps,
  baseline TEXT NOT NULL,
  PRIMARY KEY (sweep)
) WITHOUT ROWID;`;
