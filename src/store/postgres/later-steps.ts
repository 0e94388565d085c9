/** What mistakes cost after an epoch, where costs choose epochs. */
export const EPOCH_COSTS = `
ALTER TABLE epochs ADD COLUMN expected_cost real_number;
ALTER TABLE live_epochs ADD COLUMN expected_cost real_number;`;

/** Metrics of probabilities in each draw of a split's rows. */
export const SCORE_DRAWS = `
CREATE TABLE score_draws (
  run_id name_text NOT NULL REFERENCES runs,
  split name_text NOT NULL,
  metric name_text NOT NULL,
  draws bytea NOT NULL,
  PRIMARY KEY (run_id, split, metric)
);`;
