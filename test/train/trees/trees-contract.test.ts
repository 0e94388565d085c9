import { describe, expect, test } from 'vitest';
import { KNOB_DEFAULTS } from '../../../src/knobs/knobs.js';
import { clusters, datasetOf } from '../../../src/testing/small-dataset.js';
import { checkpointsInMemory, told } from '../../../src/testing/told.js';
import { trainerChecks } from '../../../src/testing/trainer-checks.js';
import { type NativeBuild, probeNative } from '../../../src/train/network/native/native-engine.js';
import { treesTrainer } from '../../../src/train/trees/trees-trainer.js';
import { registerChecks } from '../../register-checks.js';

const config = { model: 'trees', learning_rate: 0.3, max_leaves: 7, min_leaf_rows: 5 } as const;

const [addon] = await probeNative();
const BUILDS: readonly NativeBuild[] = addon?.available ? ['addon', 'wasm'] : ['wasm'];

describe.each(BUILDS)('trees by %s', (build) => {
  registerChecks(trainerChecks(async () => treesTrainer(build), { config }));
});

describe.each(BUILDS)('shared trees by %s', (build) => {
  registerChecks(
    trainerChecks(async () => treesTrainer(build), { config: { ...config, multi_output: true } }),
  );
});

test.each([false, true])(
  'a run goes on after its checkpoint, and trains nothing again, shared: %s',
  async (multi_output) => {
    const trainer = treesTrainer();
    const dataset = datasetOf(clusters(120, 5, 4), true);
    const metric = { name: 'macro_f1', goal: 'maximize' } as const;
    const runs = [
      {
        runId: 'a',
        seed: 1,
        metric,
        config: { ...KNOB_DEFAULTS, ...config, multi_output, epochs: 12, patience: 0 },
      },
    ];
    const whole = await told({ trainer, dataset, runs });
    const checkpoints = checkpointsInMemory();
    const begun = await told({ trainer, dataset, runs }, { stopAfter: 7, checkpoints });
    const resumed = await told({ trainer, dataset, runs }, { checkpoints });
    expect(begun.end).toBe('stopped');
    expect((begun.epochs.get('a')?.length ?? 0) + (resumed.epochs.get('a')?.length ?? 0)).toBe(12);
    expect(resumed.results).toEqual(whole.results);
  },
);

test('a run keeps the round with the lowest log-loss, where it is asked to', async () => {
  const dataset = datasetOf(clusters(120, 5, 4), true);
  const metric = { name: 'macro_f1', goal: 'maximize' } as const;
  const knobs = { ...KNOB_DEFAULTS, ...config, epochs: 60, patience: 4 };
  const runs = (['best', 'log_loss'] as const).map((select) => ({
    runId: select,
    seed: 1,
    metric,
    config: { ...knobs, select },
  }));
  const { epochs, results } = await told({ trainer: treesTrainer(), dataset, runs });
  const losses = epochs.get('log_loss')?.map(({ validation }) => validation.log_loss) ?? [];
  const lowest = losses.indexOf(Math.min(...losses)) + 1;
  expect(results.get('log_loss')?.chosenEpoch).toBe(lowest);
  expect(losses.length).toBe(lowest + 4);
  expect(results.get('best')?.chosenEpoch).not.toBe(lowest);
});
