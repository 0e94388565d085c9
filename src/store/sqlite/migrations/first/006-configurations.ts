/**
 * Schema 6: a configuration is the canonical JSON of what its identity hashes, so that a new knob needs no column. Moves no rows:
 * see rows/move-configurations.ts. Users' own views do not prevent the rename.
 */
export const configurations = `
DROP VIEW IF EXISTS runs_wide;
DROP VIEW IF EXISTS leaderboard;
DROP VIEW IF EXISTS class_recall;
PRAGMA legacy_alter_table = ON;
CREATE TABLE trials_with_json (
  trial_id TEXT PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets,
  metric TEXT NOT NULL,
  goal TEXT NOT NULL,
  engine TEXT NOT NULL,
  config TEXT NOT NULL
) WITHOUT ROWID;
DROP TABLE trials;
ALTER TABLE trials_with_json RENAME TO trials;
PRAGMA legacy_alter_table = OFF;`;
