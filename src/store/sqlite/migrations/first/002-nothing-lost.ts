/** Schema 2: who holds a sweep, how often a run failed, and checksums of everything that a report reads. */
export const nothingLost = `
CREATE TABLE holders (
  sweep TEXT PRIMARY KEY REFERENCES sweeps,
  token INTEGER NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER,
  process_start TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  alive_at_ms INTEGER NOT NULL,
  stop_requested INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE checksums (
  owner TEXT NOT NULL,
  part TEXT NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY (owner, part)
) WITHOUT ROWID;

ALTER TABLE run_states ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
UPDATE run_states SET failures = 1 WHERE state = 'failed';
ALTER TABLE launches ADD COLUMN spec_file TEXT;`;
