import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { evaluateLogits } from '../../src/loss/evaluation.js';
import { randomStream, shuffle } from '../../src/random.js';
import {
  type Engine,
  type EpochBatches,
  type LaneSettings,
  type ProgramShape,
  stateLength,
  type Trainer,
  weightCount,
} from '../../src/train/network/engine.js';
import { fixtureCases, fixturesNote, haveFixtures, type TrajectoryCase } from '../shared-fixtures.js';
import { referenceForward, referenceTraining } from './reference-training.js';
import { clusters, datasetOf } from './small-dataset.js';

/**
 * How far float32 may be from float64: of a step's loss relative to its size, of a weight in absolute terms. Measured on
 * tfjs wasm and cpu over everything below: 4e-6 and 7e-7 at the farthest; the rest is room for other orders of sums.
 */
const LOSS_TOLERANCE = 2e-5;
const WEIGHT_TOLERANCE = 5e-6;

const dataset = datasetOf(clusters(90, 6, 5));
const shape: ProgramShape = { layers: [6, 12, 9, 5], activation: 'relu', optimizer: 'adam', batchSize: 32 };
const lane: LaneSettings = {
  seed: 5,
  gamma: 2,
  alpha: Float32Array.of(1, 0.5, 2, 1, 3),
  learningRate: 0.01,
  momentum: 0,
  weightDecay: 0,
  dropout: 0,
};
/** Four lanes that differ in everything that may differ. */
const lanes: readonly LaneSettings[] = [
  lane,
  { ...lane, seed: 6, gamma: 0, alpha: new Float32Array(5).fill(1), weightDecay: 0.02 },
  { ...lane, seed: 7, gamma: 0.5, learningRate: 0.003, dropout: 0.3 },
  { ...lane, seed: 8, gamma: 3, dropout: 0.5 },
];

function startWeights(layers: readonly number[], seed: number): Float32Array {
  const stream = randomStream(seed, 'initialWeights');
  return Float32Array.from({ length: weightCount(layers) }, () => stream.normal() * 0.4);
}

function epochOf(data: Dataset, seed: number, epoch: number, mixed = false): EpochBatches {
  const rows = shuffle(data.split.train.slice(), randomStream(seed, 'epochOrder', epoch));
  if (!mixed) return { epoch, rows };
  const stream = randomStream(seed, 'mixup', epoch);
  return {
    epoch,
    rows,
    mixup: {
      partners: rows.map(() => rows[stream.integer(rows.length)] as number),
      share: Float32Array.from(rows, () => stream.uniform()),
    },
  };
}

function batchesOf(settings: readonly LaneSettings[], epoch: number): EpochBatches[] {
  return settings.map(({ seed }) => epochOf(dataset, seed, epoch, seed % 2 === 1));
}

/** What every engine must do: called by a test file per engine. */
export function engineContract(name: string, load: () => Promise<Engine>): void {
  describe(`engine contract: ${name}`, () => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await load();
    });

    const start = (settings: readonly LaneSettings[], program = shape, data = dataset): Promise<Trainer> =>
      engine.start(
        data,
        program,
        settings,
        settings.map(({ seed }) => startWeights(program.layers, seed)),
      );
    const stepsOf = (program = shape, data = dataset): number =>
      Math.ceil(data.split.train.length / program.batchSize);

    it('says what decides its bits', () => {
      expect(engine.id).toMatch(/^[a-z]+\/[a-z0-9-]+@\d+$/);
      expect(engine.defaultLanes).toBeGreaterThanOrEqual(1);
    });

    it.skipIf(!haveFixtures)(`follows PyTorch's trajectories${fixturesNote}`, async () => {
      const cases = fixtureCases<TrajectoryCase>('training-trajectories');
      expect(cases).not.toHaveLength(0);
      for (const { hidden, orders, ...expected } of cases) {
        const classes = expected.alpha.length;
        const data = datasetOf({ features: expected.features, labels: expected.targets, classes });
        const flat = ({ weights, biases }: TrajectoryCase['initial']) =>
          Float32Array.from(weights.flatMap((layer, index) => [...layer.flat(), ...(biases[index] ?? [])]));
        const trainer = await engine.start(
          data,
          {
            layers: [data.featureCount, ...hidden, classes],
            activation: 'relu',
            optimizer: expected.optimizer,
            batchSize: expected.batch_size,
          },
          [
            {
              seed: 1,
              gamma: expected.gamma,
              alpha: Float32Array.from(expected.alpha),
              learningRate: expected.learning_rate,
              momentum: expected.momentum,
              weightDecay: expected.weight_decay,
              dropout: 0,
            },
          ],
          [flat(expected.initial)],
        );
        const losses: number[] = [];
        for (const [index, order] of orders.entries()) {
          const batches = [{ epoch: index + 1, rows: Int32Array.from(order) }];
          const [sums] = await trainer.train(batches, 0, Math.ceil(order.length / expected.batch_size));
          losses.push(...Array.from(sums?.losses ?? [], (loss) => loss / expected.batch_size));
        }
        expectNear(losses, expected.losses, LOSS_TOLERANCE, 'relative');
        expectNear(await trainer.weights(0), flat(expected.final), WEIGHT_TOLERANCE, 'absolute');
        trainer.dispose();
      }
    });

    it.each([
      { layers: [6, 5], activation: 'relu', optimizer: 'adam', settings: { weightDecay: 0.05 } },
      { layers: [6, 1, 5], activation: 'tanh', optimizer: 'adam', settings: {} },
      { layers: [6, 7, 33, 5], activation: 'relu', optimizer: 'adamw', settings: { weightDecay: 0.1 } },
      {
        layers: [6, 33, 5],
        activation: 'tanh',
        optimizer: 'sgd',
        settings: { momentum: 0.8, weightDecay: 0.05 },
      },
      { layers: [6, 16, 5], activation: 'relu', optimizer: 'sgd', settings: { dropout: 0.4 } },
      { layers: [6, 16, 12, 5], activation: 'tanh', optimizer: 'adam', settings: { dropout: 0.25 } },
      { layers: [6, 12, 5], activation: 'relu', optimizer: 'adam', settings: {}, mixed: true },
      { layers: [6, 12, 5], activation: 'tanh', optimizer: 'sgd', settings: { dropout: 0.2 }, mixed: true },
    ] as const)('trains as float64 does: $layers $activation $optimizer $settings', async (given) => {
      const program = { ...given, batchSize: 32 };
      await expectReference({ ...lane, ...given.settings }, program, 'mixed' in given);
    });

    it.each([2, 21])('trains %d classes', async (classes) => {
      const data = datasetOf(clusters(70, 4, classes));
      const alpha = Float32Array.from({ length: classes }, (_, index) => 0.5 + index / classes);
      await expectReference({ ...lane, alpha }, { ...shape, layers: [4, 10, classes] }, false, data);
    });

    it.each([1, 7, 90, 1000])('trains batches of %d rows', async (batchSize) => {
      await expectReference(lane, { ...shape, batchSize });
    });

    async function expectReference(
      settings: LaneSettings,
      program: ProgramShape,
      mixed = false,
      data = dataset,
    ): Promise<void> {
      const initial = startWeights(program.layers, settings.seed);
      const epochs = [1, 2].map((epoch) => epochOf(data, settings.seed, epoch, mixed));
      const expected = referenceTraining({ dataset: data, shape: program, lane: settings, initial, epochs });
      const trainer = await engine.start(data, program, [settings], [initial]);
      const losses: number[] = [];
      let correct = 0;
      for (const batches of epochs) {
        const [sums] = await trainer.train([batches], 0, stepsOf(program, data));
        losses.push(...(sums?.losses ?? []));
        correct += sums?.correct ?? 0;
      }
      expectNear(losses, expected.losses, LOSS_TOLERANCE, 'relative');
      expectNear(await trainer.weights(0), expected.weights, WEIGHT_TOLERANCE, 'absolute');
      expect(correct).toBe(expected.correct);
      trainer.dispose();
    }

    it('predicts the logits of any rows, without dropout', async () => {
      const trainer = await start([lanes[3] as LaneSettings]);
      const rows = Int32Array.of(80, 3, 3, 41, 0);
      const x = [...rows].map((row) => [...dataset.features.subarray(row * 6, (row + 1) * 6)]);
      const { logits } = referenceForward(await trainer.weights(0), x, shape);
      expectNear(await trainer.predict(0, rows), logits.flat(), 1e-5, 'absolute');
      expect(await trainer.predict(0, new Int32Array(0))).toHaveLength(0);
      trainer.dispose();
    });

    it('evaluates rows as float64 does their logits, whatever was trained before', async () => {
      const trainer = await start(lanes);
      await trainEpoch(trainer, batchesOf(lanes, 1));
      for (const [index, { alpha, gamma }] of lanes.entries()) {
        for (const rows of [dataset.split.train, Int32Array.of(80, 3, 3, 41, 0), new Int32Array(0)]) {
          const logits = await trainer.predict(index, rows);
          const targets = rows.map((row) => dataset.labels[row] ?? -1);
          const expected = evaluateLogits({ logits, targets, classes: 5 }, { alpha, gamma });
          const { predictions, focalLoss, crossEntropy } = await trainer.evaluate(index, rows);
          expect(predictions).toEqual(expected.predictions);
          const sums = [expected.focalLoss, expected.crossEntropy];
          expectNear([focalLoss, crossEntropy], sums, LOSS_TOLERANCE, 'relative');
        }
      }
      trainer.dispose();
    });

    it.each([Number.NaN, Infinity, -Infinity])('gives no losses where a logit is %d', async (bad) => {
      const trainer = await start([lane]);
      const weights = await trainer.weights(0);
      // The last class's bias: every other logit is as it was.
      weights[weights.length - 1] = bad;
      await trainer.setWeights(0, weights);
      for (const cls of [0, 4]) {
        const rows = dataset.split.train.filter((row) => dataset.labels[row] === cls).subarray(0, 1);
        const { focalLoss, crossEntropy } = await trainer.evaluate(0, rows);
        expect([focalLoss, crossEntropy]).toEqual([Number.NaN, Number.NaN]);
      }
      trainer.dispose();
    });

    /** State after two epochs, trained as `train` says. */
    const stateAfter = async (
      settings: readonly LaneSettings[],
      chunk = stepsOf(),
    ): Promise<readonly Float32Array[]> => {
      const trainer = await start(settings);
      for (const epoch of [1, 2]) await trainEpoch(trainer, batchesOf(settings, epoch), chunk);
      return closing(trainer, settings.length);
    };
    const trainEpoch = async (trainer: Trainer, batches: EpochBatches[], chunk = stepsOf()) => {
      const losses: number[][] = batches.map(() => []);
      for (let step = 0; step < stepsOf(); step += chunk) {
        const sums = await trainer.train(batches, step, Math.min(chunk, stepsOf() - step));
        for (const [index, sum] of sums.entries()) losses[index]?.push(...sum.losses);
      }
      return losses;
    };
    const closing = async (trainer: Trainer, count: number): Promise<readonly Float32Array[]> => {
      const states = [];
      for (let index = 0; index < count; index++) states.push(await trainer.state(index));
      trainer.dispose();
      return states;
    };

    it('gives the same bits again, and other bits for another seed', async () => {
      const [first, again, other] = [
        await stateAfter([lane]),
        await stateAfter([lane]),
        await stateAfter([{ ...lane, seed: 9 }]),
      ];
      expect(again).toEqual(first);
      expect(other).not.toEqual(first);
    });

    it('gives a lane the same bits whatever trains beside it', async () => {
      const together = await stateAfter(lanes);
      for (const [index, settings] of lanes.entries()) {
        expect(await stateAfter([settings])).toEqual([together[index]]);
      }
      expect(await stateAfter([...lanes].reverse())).toEqual([...together].reverse());
    });

    it('gives the same bits, and the same losses, wherever calls part', async () => {
      expect(await stateAfter(lanes, 1)).toEqual(await stateAfter(lanes));
      const whole = await start(lanes);
      const parted = await start(lanes);
      const batches = batchesOf(lanes, 1);
      expect(await trainEpoch(parted, batches, 2)).toEqual(await trainEpoch(whole, batches));
      whole.dispose();
      parted.dispose();
    });

    it('lets lanes leave without touching those that stay', async () => {
      const trainer = await start(lanes);
      await trainEpoch(trainer, batchesOf(lanes, 1));
      await trainer.keep([1, 3]);
      const staying = [lanes[1], lanes[3]] as LaneSettings[];
      await trainEpoch(trainer, batchesOf(staying, 2));
      const logits = await trainer.predict(1, dataset.split.train);
      expect(await closing(trainer, 2)).toEqual(await stateAfter(staying));

      const alone = await start([lanes[3] as LaneSettings]);
      for (const epoch of [1, 2]) await trainEpoch(alone, batchesOf([lanes[3] as LaneSettings], epoch));
      expect(await alone.predict(0, dataset.split.train)).toEqual(logits);
      alone.dispose();
    });

    it.each(['adam', 'adamw', 'sgd'] as const)(
      'goes on from a saved state of %s with the same bits',
      async (optimizer) => {
        const program = { ...shape, optimizer };
        const settings = lanes.map((each) => ({ ...each, momentum: 0.9 }));
        const through = await start(settings, program);
        await trainEpoch(through, batchesOf(settings, 1));
        const saved = [await through.state(0), await through.state(2)];
        expect(saved[0]).toHaveLength(stateLength(shape.layers, optimizer));
        await trainEpoch(through, batchesOf(settings, 2));

        const resumed = await start([settings[0], settings[2]] as LaneSettings[], program);
        for (const [index, state] of saved.entries()) await resumed.setState(index, state);
        const batches = batchesOf([settings[0], settings[2]] as LaneSettings[], 2);
        await trainEpoch(resumed, batches);
        const [first, , third] = await closing(through, 4);
        expect(await closing(resumed, 2)).toEqual([first, third]);
      },
    );

    it('takes weights back without forgetting what the optimiser remembers', async () => {
      const trainer = await start(lanes);
      await trainEpoch(trainer, batchesOf(lanes, 1));
      const before = await trainer.state(1);
      const neighbour = await trainer.state(2);
      const weights = startWeights(shape.layers, 99);
      await trainer.setWeights(1, weights);
      expect(await trainer.weights(1)).toEqual(weights);
      const after = await trainer.state(1);
      expect(after.subarray(weights.length)).toEqual(before.subarray(weights.length));
      expect(after.subarray(0, weights.length)).toEqual(weights);
      expect(await trainer.state(2)).toEqual(neighbour);
      trainer.dispose();
    });

    it('keeps losses and gradients finite, and a wrong row’s gradient whole, at extreme logits', async () => {
      const data = datasetOf({ features: [[1], [-1]], labels: [0, 1], classes: 3 });
      const program: ProgramShape = { layers: [1, 3], activation: 'relu', optimizer: 'sgd', batchSize: 2 };
      for (const gamma of [0, 0.5, 2]) {
        for (const scale of [1e2, 1e4]) {
          for (const sign of [1, -1]) {
            const settings = { ...lane, gamma, alpha: Float32Array.of(1, 2, 3), learningRate: 1 };
            // Class 0 stands at −scale for the first row when the sign is −1: as wrong as can be.
            const initial = Float32Array.of(sign * scale, -sign * scale, 0, 0, 0, 0);
            const epochs = [epochOf(data, 1, 1)];
            const expected = referenceTraining({
              dataset: data,
              shape: program,
              lane: settings,
              initial,
              epochs,
            });
            const trainer = await engine.start(data, program, [settings], [initial]);
            const [sums] = await trainer.train(epochs, 0, 1);
            expectNear(sums?.losses ?? [], expected.losses, LOSS_TOLERANCE, 'relative');
            const moved = (await trainer.weights(0)).map((weight, index) => weight - (initial[index] ?? 0));
            const target = expected.weights.map((weight, index) => weight - (initial[index] ?? 0));
            expectNear(moved, target, 1e-3, 'absolute');
            trainer.dispose();
          }
        }
      }
    });
  });
}

/** Every value near its reference; names the farthest. */
function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  kind: 'absolute' | 'relative',
): void {
  expect(actual.length).toBe(expected.length);
  let farthest = 0;
  for (let index = 0; index < expected.length; index++) {
    const reference = expected[index] ?? Number.NaN;
    const scale = kind === 'relative' ? Math.max(Math.abs(reference), 1e-3) : 1;
    const distance = Math.abs((actual[index] ?? Number.NaN) - reference) / scale;
    farthest = Number.isNaN(distance) ? Infinity : Math.max(farthest, distance);
  }
  expect(farthest).toBeLessThanOrEqual(tolerance);
}
