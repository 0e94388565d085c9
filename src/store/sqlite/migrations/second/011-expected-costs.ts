/** A schema for what the mistakes of a run cost: by the costs of each of its sweeps, so it is no column of the result. */
export const expectedCosts = `
CREATE TABLE expected_costs (
  run_id TEXT NOT NULL REFERENCES runs,
  sweep TEXT NOT NULL REFERENCES sweeps,
  split TEXT NOT NULL,
  expected_cost REAL,
  PRIMARY KEY (run_id, sweep, split)
) WITHOUT ROWID;`;
