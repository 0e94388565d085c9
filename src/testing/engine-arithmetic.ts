import assert from 'node:assert/strict';
import { evaluateLogits } from '../loss/evaluation.js';
import type { LaneSettings, ProgramShape } from '../train/network/engine.js';
import type { Check } from './check.js';
import {
  assertNear,
  drawnEpoch,
  type EngineProgram,
  LANE,
  LANES,
  LOSS_TOLERANCE,
  MARGINS,
  OFFSETS,
  SHAPE,
  startWeights,
  stepsOf,
  WEIGHT_TOLERANCE,
} from './engine-program.js';
import { referenceForward } from './reference-network.js';
import { referenceTraining } from './reference-training.js';
import { clusters, datasetOf } from './small-dataset.js';

interface ReferenceCase {
  readonly shape?: Partial<ProgramShape>;
  readonly lane?: Partial<LaneSettings>;
  readonly mixed?: boolean;
}

const CASES: readonly ReferenceCase[] = [
  { shape: { layers: [6, 5] }, lane: { weightDecay: 0.05 } },
  { shape: { layers: [6, 1, 5], activation: 'tanh' } },
  { shape: { layers: [6, 7, 33, 5], optimizer: 'adamw' }, lane: { weightDecay: 0.1 } },
  {
    shape: { layers: [6, 33, 5], activation: 'tanh', optimizer: 'sgd' },
    lane: { momentum: 0.8, weightDecay: 0.05 },
  },
  { shape: { layers: [6, 16, 5], optimizer: 'sgd' }, lane: { dropout: 0.4 } },
  { shape: { layers: [6, 16, 12, 5], activation: 'tanh' }, lane: { dropout: 0.25 } },
  { shape: { layers: [6, 12, 5] }, mixed: true },
  {
    shape: { layers: [6, 12, 5], activation: 'tanh', optimizer: 'sgd' },
    lane: { dropout: 0.2 },
    mixed: true,
  },
  { shape: { layers: [6, 12, 5] }, lane: { offsets: OFFSETS } },
  {
    shape: { layers: [6, 12, 5], activation: 'tanh', optimizer: 'sgd' },
    lane: { offsets: OFFSETS },
    mixed: true,
  },
  { shape: { layers: [6, 12, 5] }, lane: { margins: MARGINS, gamma: 0 } },
  { shape: { layers: [6, 12, 5] }, lane: { margins: MARGINS, offsets: OFFSETS }, mixed: true },
  { shape: { layers: [6, 12, 5] }, lane: { polyEpsilon: 2, gamma: 0.5 } },
  {
    shape: { layers: [6, 12, 5], optimizer: 'sgd' },
    lane: { polyEpsilon: -1, offsets: OFFSETS },
    mixed: true,
  },
  { shape: { layers: [6, 16, 16, 5], residual: true } },
  {
    shape: { layers: [6, 33, 33, 33, 5], residual: true, activation: 'tanh', optimizer: 'adamw' },
    lane: { weightDecay: 0.1, dropout: 0.25 },
  },
  {
    shape: { layers: [6, 12, 5], residual: true, optimizer: 'sgd' },
    lane: { momentum: 0.8, weightDecay: 0.05, dropout: 0.4, offsets: OFFSETS },
    mixed: true,
  },
  { shape: { layers: [6, 5, 5, 5], residual: true, batchSize: 7 } },
  ...[1, 7, 90, 1000].map((batchSize) => ({ shape: { batchSize } })),
];

/** Checks that an engine computes the same as float64, within the precision of float32. */
export function arithmeticChecks(under: EngineProgram): readonly Check[] {
  const trainsAsReference = async (
    { shape = {}, lane = {}, mixed = false }: ReferenceCase,
    dataset = under.dataset,
  ): Promise<void> => {
    const program = { ...SHAPE, ...shape };
    const settings = { ...LANE, ...lane };
    const initial = startWeights(program, settings.seed);
    const epochs = [1, 2].map((epoch) => drawnEpoch(dataset, settings.seed, epoch, mixed));
    const expected = referenceTraining({ dataset, shape: program, lane: settings, initial, epochs });
    const trained = await under.start([settings], program, dataset);
    const losses: number[] = [];
    let correct = 0;
    for (const batches of epochs) {
      const [sums] = await trained.train([batches], 0, stepsOf(program, dataset));
      losses.push(...(sums?.losses ?? []));
      correct += sums?.correct ?? 0;
    }
    assertNear(losses, expected.losses, LOSS_TOLERANCE, 'relative');
    assertNear(await trained.weights(0), expected.weights, WEIGHT_TOLERANCE, 'absolute');
    assert.equal(correct, expected.correct);
    trained.dispose();
  };
  return [
    ...CASES.map((given) => ({
      name: `trains as float64 does: ${JSON.stringify(given)}`,
      check: () => trainsAsReference(given),
    })),
    ...[2, 21].map((classes) => ({
      name: `trains ${classes} classes`,
      check: () => {
        const alpha = Float32Array.from({ length: classes }, (_, index) => 0.5 + index / classes);
        const given = { shape: { layers: [4, 10, classes] }, lane: { alpha } };
        return trainsAsReference(given, datasetOf(clusters(70, 4, classes)));
      },
    })),
    {
      name: 'predicts the logits of any rows, without dropout',
      check: async () => {
        const program = await under.start([LANES[3]]);
        const rows = Int32Array.of(80, 3, 3, 41, 0);
        const x = [...rows].map((row) => [...under.dataset.features.subarray(row * 6, (row + 1) * 6)]);
        const { logits } = referenceForward(await program.weights(0), x, SHAPE);
        assertNear(await program.predict(0, rows), logits.flat(), 1e-5, 'absolute');
        assert.equal((await program.predict(0, new Int32Array(0))).length, 0);
        program.dispose();
      },
    },
    {
      name: 'evaluates rows as float64 does their logits, whatever was trained before',
      check: () => evaluatesAsReference(under),
    },
    ...[Number.NaN, Infinity, -Infinity].map((bad) => ({
      name: `gives no losses where a logit is ${bad}`,
      check: () => givesNoLosses(under, bad),
    })),
    {
      name: 'keeps losses and gradients finite, and a wrong row’s gradient whole, at extreme logits',
      check: () => staysFinite(under),
    },
  ];
}

async function evaluatesAsReference(under: EngineProgram): Promise<void> {
  const { dataset } = under;
  const program = await under.start(LANES);
  await under.trainEpoch(program, under.batches(LANES, 1));
  for (const [lane, settings] of LANES.entries()) {
    for (const rows of [dataset.split.train, Int32Array.of(80, 3, 3, 41, 0), new Int32Array(0)]) {
      const logits = await program.predict(lane, rows);
      const targets = rows.map((row) => dataset.labels[row] ?? -1);
      const expected = evaluateLogits({ logits, targets, classes: 5 }, settings);
      const { predictions, focalLoss, crossEntropy } = await program.evaluate(lane, rows);
      assert.deepEqual(predictions, expected.predictions);
      const sums = [expected.focalLoss, expected.crossEntropy];
      assertNear([focalLoss, crossEntropy], sums, LOSS_TOLERANCE, 'relative');
    }
  }
  program.dispose();
}

async function givesNoLosses(under: EngineProgram, bad: number): Promise<void> {
  const { split, labels } = under.dataset;
  const program = await under.start([LANE]);
  const weights = await program.weights(0);
  // The bias of the last class; the other logits do not change.
  weights[weights.length - 1] = bad;
  await program.setWeights(0, weights);
  for (const cls of [0, 4]) {
    const rows = split.train.filter((row) => labels[row] === cls).subarray(0, 1);
    const { focalLoss, crossEntropy } = await program.evaluate(0, rows);
    assert.deepEqual([focalLoss, crossEntropy], [Number.NaN, Number.NaN]);
  }
  program.dispose();
}

async function staysFinite(under: EngineProgram): Promise<void> {
  const dataset = datasetOf({ features: [[1], [-1]], labels: [0, 1], classes: 3 });
  const shape: ProgramShape = { layers: [1, 3], activation: 'relu', optimizer: 'sgd', batchSize: 2 };
  const epochs = [drawnEpoch(dataset, 1, 1)];
  const engine = await under.loaded();
  const alpha = Float32Array.of(1, 2, 3);
  const losses = [{ gamma: 0 }, { gamma: 0.5 }, { gamma: 2 }, { margins: alpha }, { polyEpsilon: 2 }];
  for (const loss of losses) {
    for (const scale of [1e2, -1e2, 1e4, -1e4]) {
      const lane = { ...LANE, alpha, learningRate: 1, ...loss };
      // The first row is of class 0, whose logit is `scale`: below 0 the prediction is as wrong as possible.
      const initial = Float32Array.of(scale, -scale, 0, 0, 0, 0);
      const expected = referenceTraining({ dataset, shape, lane, initial, epochs });
      const program = await engine.start(dataset, shape, [lane], [initial]);
      const [sums] = await program.train(epochs, 0, 1);
      assertNear(sums?.losses ?? [], expected.losses, LOSS_TOLERANCE, 'relative');
      const moved = (await program.weights(0)).map((weight, index) => weight - (initial[index] ?? 0));
      const target = expected.weights.map((weight, index) => weight - (initial[index] ?? 0));
      assertNear(moved, target, 1e-3, 'absolute');
      program.dispose();
    }
  }
}
