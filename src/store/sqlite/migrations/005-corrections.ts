/** Schema 5: which recorded figures a newer version corrected, and what was wrong with them. */
export const corrections = `
CREATE TABLE corrections (
  run_id TEXT PRIMARY KEY,
  correction TEXT NOT NULL
) WITHOUT ROWID;`;
