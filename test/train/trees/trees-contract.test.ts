import { describe } from 'vitest';
import { trainerChecks } from '../../../src/testing/trainer-checks.js';
import { treesTrainer } from '../../../src/train/trees/trees-trainer.js';
import { registerChecks } from '../../register-checks.js';

const config = { model: 'trees', learning_rate: 0.3, max_leaves: 7, min_leaf_rows: 5 } as const;

describe.each(['addon', 'wasm'] as const)('trees by %s', (build) => {
  registerChecks(trainerChecks(async () => treesTrainer(build), { config }));
});
