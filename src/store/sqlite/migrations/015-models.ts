/** A schema for models: the bytes of a model file, perhaps compressed by gzip. They are no part of a result. */
export const models = `
CREATE TABLE models (
  run_id TEXT NOT NULL REFERENCES runs,
  file BLOB NOT NULL,
  PRIMARY KEY (run_id)
) WITHOUT ROWID;`;
