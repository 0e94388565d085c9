/** Schema 7: progress of runs in training, who may train which run, and the decisions of a search. */
export const sharedSweeps = `
CREATE TABLE live_epochs (
  run_id TEXT NOT NULL REFERENCES runs,
  epoch INTEGER NOT NULL,
  train_loss REAL,
  train_accuracy REAL,
  validation_loss REAL,
  macro_f1 REAL,
  rare_recall REAL,
  worst_recall REAL,
  balanced_accuracy REAL,
  accuracy REAL,
  mcc REAL,
  log_loss REAL,
  PRIMARY KEY (run_id, epoch)
) WITHOUT ROWID;

CREATE TABLE claims (
  token INTEGER PRIMARY KEY AUTOINCREMENT,
  sweep TEXT NOT NULL REFERENCES sweeps,
  run_id TEXT NOT NULL REFERENCES runs,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_start TEXT NOT NULL,
  lease_ms REAL NOT NULL,
  expires_at_ms REAL NOT NULL,
  UNIQUE (sweep, run_id)
);

CREATE TABLE decisions (
  sweep TEXT NOT NULL REFERENCES sweeps,
  search TEXT NOT NULL,
  step INTEGER NOT NULL,
  decision TEXT NOT NULL,
  PRIMARY KEY (sweep, search, step)
) WITHOUT ROWID;`;
