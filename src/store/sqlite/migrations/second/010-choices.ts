/** Schema 10: what launches chose for the aims of their sweeps. */
export const sweepChoices = `
CREATE TABLE choices (
  sweep TEXT NOT NULL REFERENCES sweeps,
  position INTEGER NOT NULL,
  aim TEXT NOT NULL,
  trial_id TEXT NOT NULL REFERENCES trials,
  results INTEGER NOT NULL,
  PRIMARY KEY (sweep, position)
) WITHOUT ROWID;`;
