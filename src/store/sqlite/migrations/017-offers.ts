/** A schema for runs that the holder of a sweep lets others train, and the files that they need: neither results nor history. */
export const offers = `
CREATE TABLE offers (
  sweep TEXT NOT NULL REFERENCES sweeps,
  position INTEGER NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs,
  pause_after INTEGER,
  PRIMARY KEY (sweep, position)
) WITHOUT ROWID;
CREATE INDEX offers_by_run ON offers (run_id);
CREATE TABLE shipped_files (
  sweep TEXT NOT NULL REFERENCES sweeps,
  path TEXT NOT NULL,
  gzip BLOB NOT NULL,
  PRIMARY KEY (sweep, path)
);
CREATE TABLE checkpoints (
  run_id TEXT PRIMARY KEY REFERENCES runs,
  epochs INTEGER NOT NULL,
  file BLOB NOT NULL
);`;
