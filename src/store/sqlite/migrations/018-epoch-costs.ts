/** A schema for what mistakes cost after an epoch, where costs choose epochs: rungs are decided by it. NULL elsewhere. */
export const epochCosts = `
ALTER TABLE epochs ADD COLUMN expected_cost REAL;
ALTER TABLE live_epochs ADD COLUMN expected_cost REAL;`;
