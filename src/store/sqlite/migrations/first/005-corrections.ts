/** Schema 5: which recorded results a newer version corrected, and why. */
export const corrections = `
CREATE TABLE corrections (
  run_id TEXT PRIMARY KEY,
  correction TEXT NOT NULL
) WITHOUT ROWID;`;
