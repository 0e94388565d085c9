// The checks of engines find engines that break the contract; that they pass is told by the tests of each engine.
import { AssertionError } from 'node:assert';
import { expect, it } from 'vitest';
import { engineChecks } from '../../../src/testing/engine-checks.js';
import { SHAPE } from '../../../src/testing/engine-program.js';
import type { Engine, LaneProgram } from '../../../src/train/network/engine.js';
import { weightCount } from '../../../src/train/network/layers.js';
import { loadNativeEngine } from '../../../src/train/network/native/native-engine.js';

const engine = await loadNativeEngine('wasm');
const withProgram = (change: (program: LaneProgram) => Partial<LaneProgram>): Partial<Engine> => ({
  start: async (...given) => {
    const program = await engine.start(...given);
    return { ...program, ...change(program) };
  },
});

/** Each breaks the contract in one way. */
const BROKEN: Readonly<Record<string, Partial<Engine>>> = {
  'says what decides its bits': { id: 'native/wasm' },
  'trains 21 classes': withProgram((program) => ({
    train: (batches, first, count) => program.train(batches, first, Math.max(1, count - 1)),
  })),
  'predicts the logits of any rows, without dropout': withProgram((program) => ({
    predict: async (lane, rows) => (await program.predict(lane, rows)).map((logit) => logit + 1e-4),
  })),
  'gives a lane the same bits whatever trains beside it': {
    start: (dataset, shape, lanes, initial) =>
      engine.start(
        dataset,
        shape,
        lanes.map((lane) => ({ ...lane, learningRate: lane.learningRate / lanes.length })),
        initial,
      ),
  },
  'lets lanes leave without touching those that stay': withProgram((program) => ({
    keep: (lanes) => program.keep([...lanes].reverse()),
  })),
  'goes on from a saved state of adam with the same bits': withProgram((program) => ({
    setState: async (lane, state) => program.setWeights(lane, state.slice(0, weightCount(SHAPE))),
  })),
};

it.each(Object.entries(BROKEN))('the check "%s" finds an engine that does not', async (name, broken) => {
  const [check] = engineChecks(async () => ({ ...engine, ...broken })).filter((one) => one.name === name);
  await expect(check?.check()).rejects.toThrow(AssertionError);
});
