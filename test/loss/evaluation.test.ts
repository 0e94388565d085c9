import { expect, it } from 'vitest';
import { Evaluation } from '../../src/loss/evaluation.js';
import { focalLoss } from '../../src/loss/focal-loss.js';
import { randomStream } from '../../src/random.js';

const stream = randomStream(1, 'resample');
const classes = 5;
const targets = Int32Array.from({ length: 40 }, () => stream.integer(classes));
const logits = Float32Array.from({ length: 40 * classes }, () => stream.normal() * 4);
const parameters = { alpha: [1, 2, 0.5, 1, 3], gamma: 2 };

it('gives the mean focal loss, the mean cross-entropy and the arg-max of every row', () => {
  const evaluation = new Evaluation(targets, parameters);
  evaluation.add(logits, classes);
  const batch = { logits, targets, classes };
  expect(evaluation.focalLoss).toBeCloseTo(focalLoss(batch, parameters), 13);
  expect(evaluation.logLoss).toBeCloseTo(focalLoss(batch, { alpha: Array(5).fill(1), gamma: 0 }), 13);
  evaluation.predictions.forEach((prediction, row) => {
    const z = [...logits.subarray(row * classes, (row + 1) * classes)];
    expect(prediction).toBe(z.indexOf(Math.max(...z)));
  });
});

it('gives the same bits whatever slices the rows come in', () => {
  const whole = new Evaluation(targets, parameters);
  whole.add(logits, classes);
  const sliced = new Evaluation(targets, parameters);
  for (const [from, to] of [
    [0, 1],
    [1, 27],
    [27, 40],
  ] as const) {
    sliced.add(logits.subarray(from * classes, to * classes), classes);
  }
  expect(sliced.focalLoss).toBe(whole.focalLoss);
  expect(sliced.logLoss).toBe(whole.logLoss);
  expect(sliced.predictions).toEqual(whole.predictions);
});

it('gives ties to the lowest class', () => {
  const evaluation = new Evaluation(Int32Array.of(0, 0), parameters);
  evaluation.add(Float32Array.of(1, 2, 2, 0, 2, 0, 0, 0, 0, 0), classes);
  expect([...evaluation.predictions]).toEqual([1, 0]);
});
