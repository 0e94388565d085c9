/** Schema 3: validation logits of the runs that a report may adjust after training; fingerprints do not cover them. */
export const logits = `
CREATE TABLE logits (
  run_id TEXT PRIMARY KEY,
  validation BLOB NOT NULL
) WITHOUT ROWID;`;
