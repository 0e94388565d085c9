/** A schema for which of the spaces of its sweep a trial is of: without rows for sweeps whose specs have no such list. */
export const sweepSpaces = `
CREATE TABLE trial_spaces (
  sweep TEXT NOT NULL REFERENCES sweeps,
  trial_id TEXT NOT NULL REFERENCES trials,
  space TEXT NOT NULL,
  PRIMARY KEY (sweep, trial_id)
) WITHOUT ROWID;`;
