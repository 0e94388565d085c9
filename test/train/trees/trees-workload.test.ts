import { expect, test } from 'vitest';
import { KNOB_DEFAULTS, type TrialConfig } from '../../../src/knobs/knobs.js';
import { clusters, datasetOf } from '../../../src/testing/small-dataset.js';
import type { Workload } from '../../../src/train/trainer.js';
import { treesTrainer } from '../../../src/train/trees/trees-trainer.js';

const config: TrialConfig = {
  ...KNOB_DEFAULTS,
  model: 'trees',
  max_leaves: 16,
  row_share: 1,
  feature_share: 1,
};
const dataset = datasetOf(clusters(200, 4, 3), true);

function workload(): Workload {
  const { workload: own } = treesTrainer();
  if (own === undefined) throw new Error('trees have a workload');
  return own;
}

test('a round costs more with more leaves, and less of a share of rows or features', () => {
  const cost = (other: Partial<TrialConfig> = {}) => workload().epochFlops({ ...config, ...other }, dataset);
  expect(cost({ max_leaves: 64 })).toBeGreaterThan(cost());
  expect(cost({ max_depth: 2 })).toBeLessThan(cost());
  expect(cost({ row_share: 0.5 })).toBeCloseTo(cost() / 2);
  expect(cost({ feature_share: 0.5 })).toBeCloseTo(cost() / 2);
  expect(cost({ multi_output: true, max_leaves: 64 })).toBeGreaterThan(cost({ multi_output: true }));
});

test('speed is measured by the largest configuration, also of a stump', async () => {
  for (const max_leaves of [2, 16]) {
    const speed = await workload().measureSpeed([{ ...config, max_leaves }], dataset);
    expect(speed).toBeGreaterThan(0);
    expect(speed).toBeLessThan(Number.POSITIVE_INFINITY);
  }
});
