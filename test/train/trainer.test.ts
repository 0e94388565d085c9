// The contract of trainers, held by one that has nothing of a network, and broken by others that the checks must find.
import { AssertionError } from 'node:assert';
import { describe, expect, it } from 'vitest';
import { trainerChecks } from '../../src/testing/trainer-checks.js';
import { loadNativeEngine } from '../../src/train/network/native/native-engine.js';
import { networkTrainer } from '../../src/train/network/network-trainer.js';
import type { RunJob, TrainedRun, Trainer } from '../../src/train/trainer.js';
import { registerChecks } from '../register-checks.js';
import { nearestCentroid } from './nearest-centroid.js';

const checksOf = (trainer: Trainer) => trainerChecks(async () => trainer, { failing: { gamma: 99 } });

describe('a trainer without epochs, weights and probabilities', () => {
  registerChecks(checksOf(nearestCentroid));
});

const network = networkTrainer(await loadNativeEngine('wasm'));
let calls = 0;
/** Each breaks the contract in one way. */
const BROKEN: Readonly<Record<string, Partial<Trainer>>> = {
  'has an id with a version, and says how many runs to train together': { id: 'nearest-centroid' },
  'gives equal configurations the same group key': { groupKey: () => String(calls++) },
  'tells epochs in order, then outputs that give every metric': {
    train: (training) =>
      nearestCentroid.train({
        ...training,
        onResult: (trained) => training.onResult({ ...trained, chosenEpoch: 1 }),
      }),
  },
  'hands over weights as named arrays, or none': {
    train: (training) =>
      nearestCentroid.train({
        ...training,
        onResult: (trained) =>
          training.onResult({
            ...trained,
            weights: [{ name: 'centroids', shape: [4, 5], values: new Float32Array(3) }],
          }),
      }),
  },
  'scores no validation row at an epoch that it helped to choose': {
    train: async (training) => {
      const runs: RunJob[] = [];
      const chosen = new Map<string, TrainedRun>();
      const onResult = (trained: TrainedRun) => chosen.set(trained.runId, trained);
      await network.train({ ...training, onResult });
      for (const run of training.runs) {
        const epochs = chosen.get(run.runId)?.chosenEpoch ?? 1;
        runs.push({ ...run, config: { ...run.config, epochs, select: 'last' } });
      }
      const scored = ({ runId, validation }: TrainedRun) => {
        training.onResult({ ...(chosen.get(runId) as TrainedRun), validation });
      };
      return network.train({ ...training, runs, onEpoch: () => {}, onResult: scored });
    },
  },
  'gives the same bits again': {
    train: (training) =>
      nearestCentroid.train({
        ...training,
        onResult: (trained) => training.onResult({ ...trained, test: { ...trained.test, loss: calls++ } }),
      }),
  },
  'gives a run the same bits alone, beside others, and in any order': {
    train: (training) =>
      nearestCentroid.train({
        ...training,
        onResult: (trained) =>
          training.onResult({ ...trained, test: { ...trained.test, loss: training.runs.length } }),
      }),
  },
  'looks at the stop flag, and stops without a result': {
    train: (training) => nearestCentroid.train({ ...training, shouldStop: () => false }),
  },
  'goes on from checkpoints to the same bits': {
    train: (training) => {
      const restored = training.checkpoints?.load('first') !== undefined;
      training.checkpoints?.save('first', { arrays: {}, texts: {} });
      return nearestCentroid.train({
        ...training,
        onResult: (trained) =>
          training.onResult({ ...trained, test: { ...trained.test, loss: Number(restored) } }),
      });
    },
  },
  'pauses runs where they are asked to, or trains on, and goes on to the same bits': {
    train: ({ runs, ...training }) => {
      const late = runs.map(({ pauseAfter, ...run }) => ({
        ...run,
        ...(pauseAfter !== undefined && { pauseAfter: pauseAfter + 1 }),
      }));
      return network.train({ ...training, runs: late });
    },
  },
  'lets a run fail alone': {
    train: (training) => nearestCentroid.train({ ...training, onFailed: () => {} }),
  },
};

it.each(Object.entries(BROKEN))('the check "%s" finds a trainer that does not', async (name, broken) => {
  const checks = checksOf({ ...nearestCentroid, ...broken });
  const [check] = checks.filter((one) => one.name === name);
  await expect(check?.check()).rejects.toThrow(AssertionError);
});

/** Each of the trainer of networks, which tells epochs, with one event too many or in the wrong place. */
const TOLD_WRONGLY: readonly (readonly [what: string, message: RegExp, train: Trainer['train']])[] = [
  [
    'a result twice',
    /a result of \w+ was told after its result/,
    (training) =>
      network.train({
        ...training,
        onResult: (trained) => {
          training.onResult(trained);
          training.onResult(trained);
        },
      }),
  ],
  [
    'a failure after the result',
    /a failure of \w+ was told after its result/,
    (training) =>
      network.train({
        ...training,
        onResult: (trained) => {
          training.onResult(trained);
          training.onFailed(trained.runId, new Error('too late'));
        },
      }),
  ],
  [
    'epochs after the result',
    /epoch 1 of \w+ was told after its result/,
    (training) =>
      network.train({
        ...training,
        onEpoch: () => {},
        onResult: (trained) => {
          training.onResult(trained);
          for (const epoch of trained.epochs) training.onEpoch(trained.runId, epoch);
        },
      }),
  ],
  [
    'epochs out of order',
    /epoch 3 of \w+ was told after epoch 0/,
    (training) =>
      network.train({
        ...training,
        onEpoch: () => {},
        onResult: (trained) => {
          for (const epoch of trained.epochs.toReversed()) training.onEpoch(trained.runId, epoch);
          training.onResult(trained);
        },
      }),
  ],
  [
    'an epoch twice',
    /epoch 1 of \w+ was told after epoch 1/,
    (training) =>
      network.train({
        ...training,
        onEpoch: (runId, epoch) => {
          training.onEpoch(runId, epoch);
          training.onEpoch(runId, epoch);
        },
      }),
  ],
];

it.each(TOLD_WRONGLY)('the checks say that a trainer tells %s', async (_, message, train) => {
  const [check] = trainerChecks(async () => ({ ...network, train })).filter(({ name }) =>
    name.startsWith('tells epochs in order'),
  );
  await expect(check?.check()).rejects.toThrow(message);
});

it('the checks say that a trainer tells a pause twice', async () => {
  const train: Trainer['train'] = (training) =>
    network.train({
      ...training,
      onPaused: (runId, epochs) => {
        training.onPaused?.(runId, epochs);
        training.onPaused?.(runId, epochs);
      },
    });
  const [check] = trainerChecks(async () => ({ ...network, train })).filter(({ name }) =>
    name.startsWith('pauses runs'),
  );
  await expect(check?.check()).rejects.toThrow(/a pause of \w+ was told after its pause/);
});
