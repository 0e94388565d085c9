import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../../src/errors.js';
import { focalLossGradient } from '../../../../src/loss/focal-loss.js';
import { type BackendName, loadBackend } from '../../../../src/train/network/tfjs/backend.js';
import { FocalLoss } from '../../../../src/train/network/tfjs/focal-loss.js';
import { type FocalLossCase, fixtureCases, fixturesNote, haveFixtures } from '../../../shared-fixtures.js';
import { thrown } from '../../../thrown.js';

/** Every value within `tolerance` of its reference, relative to it; float32 has no relative precision below 1e-37. */
function expectNear(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((reference, index) => {
    const distance = Math.abs((actual[index] ?? Number.NaN) - reference);
    expect(distance, `${actual[index]} for ${reference}`).toBeLessThanOrEqual(
      tolerance * Math.abs(reference) + 1e-15,
    );
  });
}

describe.each(['cpu', 'wasm'] as const)('FocalLoss on %s', (backend: BackendName) => {
  beforeAll(async () => {
    await loadBackend(backend);
  });

  it.skipIf(!haveFixtures)(
    `equals PyTorch to 1e-5, loss and gradient, extreme logits included${fixturesNote}`,
    () => {
      for (const { logits, targets, alpha, gamma, ...expected } of fixtureCases<FocalLossCase>(
        'focal-loss',
      )) {
        const z = tf.tensor2d(logits.map((row) => [...row]));
        const loss = (reduction: 'none' | 'sum' | 'mean') =>
          new FocalLoss({ alpha, gamma, reduction }).compute(z, targets).dataSync();
        expectNear(loss('none'), expected.none, 1e-5);
        expectNear(loss('sum'), [expected.sum], 1e-5);
        expectNear(loss('mean'), [expected.mean], 1e-5);
        const slope = tf.grad((x) => new FocalLoss({ alpha, gamma }).compute(x, targets));
        expectNear(slope(z).dataSync(), expected.grad_of_mean.flat(), 1e-5);
      }
    },
  );

  it('is cross-entropy, to a bit or two, at γ = 0 and α = 1', () => {
    const rows = [
      [1, 2, 3],
      [0, -4, 2],
    ];
    const targets = [2, 0];
    const crossEntropy = rows.map((row, index) => {
      const target = row[targets[index] ?? 0] ?? 0;
      return Math.log(row.reduce((sum, z) => sum + Math.exp(z - target), 0));
    });
    const loss = new FocalLoss({ gamma: 0, reduction: 'none' })
      .compute(tf.tensor2d(rows), targets)
      .dataSync();
    expectNear(loss, crossEntropy, 2 ** -22);
  });

  it('defaults to α = 1, γ = 2 and the mean, and takes a tensor of targets', () => {
    const z = tf.tensor2d([
      [2, 0],
      [0, 1],
    ]);
    const plain = new FocalLoss().compute(z, [0, 0]).dataSync()[0];
    const spelt = new FocalLoss({ alpha: [1, 1], gamma: 2, reduction: 'mean' });
    expect(spelt.compute(z, tf.tensor1d([0, 0], 'int32')).dataSync()[0]).toBe(plain);
  });

  it('multiplies what comes from above into the gradient, and leaks no tensor', () => {
    const values = [1, -2, 0.5, 0, 3, 1];
    const [targets, alpha, upstream] = [
      [1, 0],
      [1, 2, 3],
      [3, -0.5],
    ] as const;
    const z = tf.tensor2d(values, [2, 3]);
    const before = tf.memory().numTensors;
    for (const reduction of ['none', 'sum', 'mean'] as const) {
      const criterion = new FocalLoss({ alpha, gamma: 1, reduction });
      const f = (x: tf.Tensor) => criterion.compute(x, targets);
      const dy = reduction === 'none' ? tf.tensor1d([...upstream]) : tf.scalar(3);
      const slope = tf.grad(f)(z, dy);
      const plain = focalLossGradient(
        { logits: values, targets, classes: 3 },
        { alpha, gamma: 1 },
        reduction,
      );
      const scale = (index: number) => (reduction === 'none' ? (upstream[Math.floor(index / 3)] ?? 0) : 3);
      expectNear(
        slope.dataSync(),
        [...plain].map((value, index) => value * scale(index)),
        1e-6,
      );
      tf.dispose([dy, slope, f(z)]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what cannot be meant', () => {
    const z = tf.zeros<tf.Rank.R2>([2, 3]);
    expect(() => new FocalLoss({ gamma: -1 })).toThrow(UserError);
    expect(() => new FocalLoss({ alpha: Number.NaN })).toThrow(/alpha of FocalLoss is NaN/);
    expect(() => new FocalLoss({ alpha: Float32Array.of(1, -2) })).toThrow(/alpha of FocalLoss is -2/);
    expect(thrown(() => new FocalLoss({ alpha: [1, Infinity] }))).toMatchObject({
      where: 'alpha of FocalLoss',
      fix: 'Give finite numbers of 0 or more.',
    });
    expect(() => new FocalLoss().compute(tf.zeros([2, 3, 4]), [0, 1])).toThrow(/logits have shape \[2,3,4\]/);
    expect(() => new FocalLoss().compute(z, [0])).toThrow(/targets have shape \[1\]/);
    expect(() => new FocalLoss({ alpha: [1, 2] }).compute(z, [0, 1])).toThrow(/2 weights for 3 classes/);
    for (const targets of [
      [0, 3],
      [0, -1],
      [0, 0.5],
    ]) {
      expect(() => new FocalLoss().compute(z, targets)).toThrow(/value 2 is .*, which is no class/);
    }
    expect(() => new FocalLoss({ reduction: 'avg' as never })).toThrow(/no reduction "avg"/);
    expect(() => new FocalLoss({ alpha: null as never })).toThrow(UserError);
    expect(() => new FocalLoss({ alpha: {} as never })).toThrow(UserError);
    expect(() => new FocalLoss().compute(tf.zeros([2, 1]), [0, 0])).toThrow(/logits are of one class/);
    expect(() => new FocalLoss().compute(null as never, [0])).toThrow(/logits are no tensor/);
    expect(() => new FocalLoss().compute(z, null as never)).toThrow(/targets are no list/);
  });
});
