import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { clusters, datasetOf } from '../../../../src/testing/small-dataset.js';
import { initialWeights } from '../../../../src/train/network/draws/initial-weights.js';
import type { LaneSettings } from '../../../../src/train/network/engine.js';
import { loadBackend, probeBackends } from '../../../../src/train/network/tfjs/backend.js';
import { tfjsEngine } from '../../../../src/train/network/tfjs/tfjs-engine.js';

it.each([true, false])(
  'keeps the number of tensors flat while it trains (lanes together: %s)',
  async (lanesTogether) => {
    const engine = tfjsEngine({ ...(await loadBackend('wasm')), lanesTogether });
    const dataset = datasetOf(clusters(60, 4, 3));
    const lane: LaneSettings = {
      seed: 1,
      gamma: 2,
      alpha: Float32Array.of(1, 1, 1),
      learningRate: 0.01,
      momentum: 0.9,
      weightDecay: 0.01,
      dropout: 0.2,
    };
    const atFirst = tf.memory().numTensors;
    const networks = [{ layers: [4, 8, 3] }, { layers: [4, 8, 8, 3], residual: true }];
    const shapes = (['adam', 'adamw', 'sgd'] as const).flatMap((optimizer) =>
      networks.map((network) => ({ ...network, activation: 'relu', optimizer, batchSize: 16 }) as const),
    );
    for (const shape of shapes) {
      const initial = initialWeights(shape, 1);
      const program = await engine.start(dataset, shape, [lane, lane, lane], [initial, initial, initial]);
      const started = tf.memory().numTensors;
      const batches = [1, 2, 3].map(() => ({ epoch: 1, rows: dataset.split.train }));
      for (let round = 0; round < 3; round++) {
        await program.train(batches, 0, 4);
        await program.predict(1, dataset.split.train);
        await program.setState(0, await program.state(2));
        await program.setWeights(0, await program.weights(1));
        expect(tf.memory().numTensors).toBe(started);
      }
      await program.keep([0, 2]);
      expect(tf.memory().numTensors).toBeLessThanOrEqual(started);
      program.dispose();
      expect(tf.memory().numTensors).toBe(atFirst);
    }
  },
);

it('says of every backend whether it is there, and why not', async () => {
  const found = await probeBackends();
  expect(found.map(({ name }) => name)).toEqual(['node-gpu', 'node', 'wasm', 'cpu']);
  expect(found.filter(({ available }) => available).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['wasm', 'cpu']),
  );
  for (const { available, reason } of found) expect(reason === '').toBe(available);
});

it('ends with exit code 3 where a backend that was asked for is missing', async () => {
  const missing = (await probeBackends()).filter(({ available }) => !available);
  for (const { name } of missing) {
    await expect(loadBackend(name as 'node')).rejects.toMatchObject({ exitCode: 3 });
  }
});
