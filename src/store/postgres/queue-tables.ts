/** What a sweep lets others train, and what they need for it. */
export const QUEUE_TABLES = `
CREATE TABLE offers (
  sweep name_text NOT NULL REFERENCES sweeps,
  position bigint NOT NULL,
  run_id name_text NOT NULL REFERENCES runs,
  pause_after bigint,
  PRIMARY KEY (sweep, position)
);
CREATE INDEX offers_by_run ON offers (run_id);
CREATE TABLE shipped_files (
  sweep name_text NOT NULL REFERENCES sweeps,
  path name_text NOT NULL,
  gzip bytea NOT NULL,
  PRIMARY KEY (sweep, path)
);
CREATE TABLE checkpoints (
  run_id name_text PRIMARY KEY REFERENCES runs,
  epochs bigint NOT NULL,
  file bytea NOT NULL
);`;
