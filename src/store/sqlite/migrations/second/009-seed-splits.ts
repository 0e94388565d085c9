/** A schema for splits of the seeds: which rows each validates on. */
export const seedSplits = `
CREATE TABLE seed_splits (
  dataset TEXT NOT NULL REFERENCES datasets,
  seed INTEGER NOT NULL,
  validation_rows BLOB NOT NULL,
  PRIMARY KEY (dataset, seed)
) WITHOUT ROWID;`;
