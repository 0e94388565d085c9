import { expect, it } from 'vitest';
import { evaluateLogits } from '../../src/loss/evaluation.js';
import { focalLoss } from '../../src/loss/focal-loss.js';
import { randomStream } from '../../src/random.js';

const stream = randomStream(1, 'resample');
const classes = 5;
const targets = Int32Array.from({ length: 40 }, () => stream.integer(classes));
const logits = Float32Array.from({ length: 40 * classes }, () => stream.normal() * 4);
const parameters = { alpha: [1, 2, 0.5, 1, 3], gamma: 2 };

it('sums the focal loss and the cross-entropy, and gives the arg-max of every row', () => {
  const batch = { logits, targets, classes };
  const evaluation = evaluateLogits(batch, parameters);
  expect(evaluation.focalLoss).toBeCloseTo(focalLoss(batch, parameters, 'sum'), 12);
  const crossEntropy = { alpha: Array(5).fill(1), gamma: 0 };
  expect(evaluation.crossEntropy).toBeCloseTo(focalLoss(batch, crossEntropy, 'sum'), 12);
  evaluation.predictions.forEach((prediction, row) => {
    const z = [...logits.subarray(row * classes, (row + 1) * classes)];
    expect(prediction).toBe(z.indexOf(Math.max(...z)));
  });
});

it('takes offsets into the focal loss alone', () => {
  const batch = { logits, targets, classes };
  const plain = evaluateLogits(batch, parameters);
  const adjusted = { ...parameters, offsets: [-0.1, -3, -5, -1, -2] };
  const evaluation = evaluateLogits(batch, adjusted);
  expect(evaluation).toEqual({ ...plain, focalLoss: evaluation.focalLoss });
  expect(evaluation.focalLoss).toBeCloseTo(focalLoss(batch, adjusted, 'sum'), 12);
  expect(Math.abs(evaluation.focalLoss - plain.focalLoss)).toBeGreaterThan(1);
});

it('takes margins and ε into the loss alone', () => {
  const batch = { logits, targets, classes };
  const plain = evaluateLogits(batch, parameters);
  for (const extended of [{ margins: [0.1, 3, 5, 1, 2] }, { polyEpsilon: 1.5 }]) {
    const evaluation = evaluateLogits(batch, { ...parameters, ...extended });
    expect(evaluation).toEqual({ ...plain, focalLoss: evaluation.focalLoss });
    expect(evaluation.focalLoss).toBeCloseTo(focalLoss(batch, { ...parameters, ...extended }, 'sum'), 12);
    expect(evaluation.focalLoss - plain.focalLoss).toBeGreaterThan(1);
  }
});

it('gives ties to the lowest class', () => {
  const tied = Float32Array.of(1, 2, 2, 0, 2, 0, 0, 0, 0, 0);
  const { predictions } = evaluateLogits({ logits: tied, targets: [0, 0], classes }, parameters);
  expect([...predictions]).toEqual([1, 0]);
});
