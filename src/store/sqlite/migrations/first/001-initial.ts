const KNOBS = `
  alpha NOT NULL,
  gamma REAL NOT NULL,
  learning_rate REAL NOT NULL,
  epochs INTEGER NOT NULL,
  batch_size INTEGER NOT NULL,
  optimizer TEXT NOT NULL,
  momentum REAL NOT NULL,
  weight_decay REAL NOT NULL,
  patience INTEGER NOT NULL,
  sampler TEXT NOT NULL,
  mixup REAL NOT NULL,
  "select" TEXT NOT NULL,
  hidden TEXT NOT NULL,
  activation TEXT NOT NULL,
  dropout REAL NOT NULL`;

const METRICS = `
  macro_f1 REAL,
  rare_recall REAL,
  worst_recall REAL,
  balanced_accuracy REAL,
  accuracy REAL,
  mcc REAL,
  log_loss REAL`;

/** What decides results: content-addressed keys and no row ids, so that equal results are equal tables. */
const RESULT_TABLES = `
CREATE TABLE datasets (
  dataset TEXT PRIMARY KEY,
  row_count INTEGER NOT NULL,
  feature_count INTEGER NOT NULL,
  validation_labels BLOB NOT NULL,
  test_labels BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE dataset_classes (
  dataset TEXT NOT NULL REFERENCES datasets,
  class_index INTEGER NOT NULL,
  class_name TEXT NOT NULL,
  is_rare INTEGER NOT NULL,
  train_rows INTEGER NOT NULL,
  validation_rows INTEGER NOT NULL,
  test_rows INTEGER NOT NULL,
  PRIMARY KEY (dataset, class_index)
) WITHOUT ROWID;

CREATE TABLE trials (
  trial_id TEXT PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets,
  metric TEXT NOT NULL,
  goal TEXT NOT NULL,
  engine TEXT NOT NULL,${KNOBS}
) WITHOUT ROWID;

CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  trial_id TEXT NOT NULL REFERENCES trials,
  seed INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX runs_of_trial ON runs (trial_id, seed);

CREATE TABLE results (
  run_id TEXT PRIMARY KEY REFERENCES runs,
  epochs_trained INTEGER NOT NULL,
  chosen_epoch INTEGER NOT NULL,
  stopped_by TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE split_metrics (
  run_id TEXT NOT NULL REFERENCES results,
  split TEXT NOT NULL,
  loss REAL,${METRICS},
  PRIMARY KEY (run_id, split)
) WITHOUT ROWID;

CREATE TABLE epochs (
  run_id TEXT NOT NULL REFERENCES results,
  epoch INTEGER NOT NULL,
  train_loss REAL,
  train_accuracy REAL,
  validation_loss REAL,${METRICS},
  PRIMARY KEY (run_id, epoch)
) WITHOUT ROWID;

CREATE TABLE class_metrics (
  run_id TEXT NOT NULL REFERENCES results,
  split TEXT NOT NULL,
  class_index INTEGER NOT NULL,
  precision REAL,
  recall REAL,
  f1 REAL,
  support INTEGER NOT NULL,
  PRIMARY KEY (run_id, split, class_index)
) WITHOUT ROWID;

CREATE TABLE confusions (
  run_id TEXT NOT NULL REFERENCES results,
  split TEXT NOT NULL,
  counts BLOB NOT NULL,
  PRIMARY KEY (run_id, split)
) WITHOUT ROWID;

CREATE TABLE predictions (
  run_id TEXT NOT NULL REFERENCES results,
  split TEXT NOT NULL,
  classes BLOB NOT NULL,
  PRIMARY KEY (run_id, split)
) WITHOUT ROWID;`;

/** What was planned, and what only happened. */
const HAPPENED_TABLES = `
CREATE TABLE sweeps (
  sweep TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  spec_text TEXT NOT NULL,
  metric TEXT NOT NULL,
  goal TEXT NOT NULL,
  engine TEXT NOT NULL,
  dataset TEXT NOT NULL REFERENCES datasets,
  card TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE launches (
  launch_id INTEGER PRIMARY KEY,
  sweep TEXT NOT NULL REFERENCES sweeps,
  launched_at_ms INTEGER NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL
);
CREATE INDEX launches_of_sweep ON launches (sweep);

CREATE TABLE sweep_trials (
  sweep TEXT NOT NULL REFERENCES sweeps,
  trial_id TEXT NOT NULL REFERENCES trials,
  position INTEGER NOT NULL,
  point TEXT NOT NULL,
  added_baseline INTEGER NOT NULL,
  PRIMARY KEY (sweep, trial_id)
) WITHOUT ROWID;
CREATE INDEX sweeps_of_trial ON sweep_trials (trial_id);

CREATE TABLE sweep_runs (
  sweep TEXT NOT NULL REFERENCES sweeps,
  run_id TEXT NOT NULL REFERENCES runs,
  PRIMARY KEY (sweep, run_id)
) WITHOUT ROWID;
CREATE INDEX sweeps_of_run ON sweep_runs (run_id);

CREATE TABLE run_states (
  run_id TEXT PRIMARY KEY REFERENCES runs,
  state TEXT NOT NULL,
  error TEXT,
  attempts INTEGER NOT NULL,
  duration_ms REAL
) WITHOUT ROWID;

CREATE TABLE attempts (
  attempt_id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs,
  sweep TEXT NOT NULL REFERENCES sweeps,
  worker INTEGER NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  started_at_ms REAL NOT NULL,
  ended_at_ms REAL,
  duration_ms REAL,
  error TEXT
);
CREATE INDEX attempts_of_run ON attempts (run_id);`;

/** Schema 1: the tables of the first release. */
export const initial = `${RESULT_TABLES}\n${HAPPENED_TABLES}`;
