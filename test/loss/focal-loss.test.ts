import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { evaluateLogits } from '../../src/loss/evaluation.js';
import { focalLoss, focalLossGradient } from '../../src/loss/focal-loss.js';
import { type FocalLossCase, fixtureCases, fixturesNote, haveFixtures } from '../shared-fixtures.js';
import { thrown } from '../thrown.js';
import { LOGIT_ADJUSTMENT_CASES, priorOffsets } from './logit-adjustment-cases.js';
import { lossOfCase, REFERENCE_LOSSES } from './reference-losses.js';

/** Logits of two classes at which the target, class 0, has probability p. */
const atProbability = (p: number) => ({ logits: [Math.log(p / (1 - p)), 0], targets: [0], classes: 2 });

const batches = fc
  .record({ classes: fc.integer({ min: 2, max: 8 }), rows: fc.integer({ min: 1, max: 5 }) })
  .chain(({ classes, rows }) =>
    fc.record({
      classes: fc.constant(classes),
      logits: fc.array(fc.double({ min: -6, max: 6, noNaN: true }), {
        minLength: rows * classes,
        maxLength: rows * classes,
      }),
      targets: fc.array(fc.integer({ min: 0, max: classes - 1 }), { minLength: rows, maxLength: rows }),
      alpha: fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }), {
        minLength: classes,
        maxLength: classes,
      }),
      gamma: fc.constantFrom(0, 0.5, 1, 2, 5),
      offsets: fc.array(fc.double({ min: -8, max: 0, noNaN: true }), {
        minLength: classes,
        maxLength: classes,
      }),
      margins: fc.array(fc.double({ min: 0, max: 4, noNaN: true }), {
        minLength: classes,
        maxLength: classes,
      }),
      polyEpsilon: fc.double({ min: -1, max: 5, noNaN: true }),
    }),
  );

describe('focal loss in plain arithmetic', () => {
  const fine = { logits: [1, 2, 3, 4], targets: [0, 1], classes: 2, alpha: [1, 1], gamma: 2 };
  it.each([
    [{ targets: [0, 2] }, 'targets', /value 2 is 2, which is no class/],
    [{ targets: [-1, 0] }, 'targets', /value 1 is -1/],
    [{ targets: [0, 0.5] }, 'targets', /value 2 is 0.5/],
    [{ logits: [1, 2, 3] }, 'logits', /3 logits for 2 targets and 2 classes/],
    [{ targets: [0] }, 'logits', /4 logits for 1 target and 2 classes/],
    [{ logits: [1, 2], classes: 1, alpha: [1] }, 'classes', /there are 1 classes/],
    [{ alpha: [1] }, 'alpha', /it has 1 value, and there are 2 classes/],
    [{ alpha: 1 }, 'alpha', /it is 1, and there are 2 classes/],
    [{ alpha: [1, -1] }, 'alpha', /alpha is -1/],
    [{ alpha: [1, null] }, 'alpha', /alpha is null/],
    [{ alpha: [1, '2'] }, 'alpha', /alpha is 2/],
    [{ margins: [1] }, 'margins', /it has 1 value/],
    [{ offsets: [1, 2, 3] }, 'offsets', /it has 3 values/],
    [{ margins: [1, Number.NaN] }, 'margins', /margins is NaN/],
    [{ margins: [null, 1] }, 'margins', /margins is null/],
    [{ offsets: [-Infinity, 0] }, 'offsets', /offsets is -Infinity/],
    [{ offsets: ['1', 0] }, 'offsets', /offsets is 1/],
    [{ polyEpsilon: Infinity }, 'polyEpsilon', /polyEpsilon is Infinity/],
    [{ polyEpsilon: null }, 'polyEpsilon', /polyEpsilon is null/],
    [{ gamma: -1 }, 'gamma', /gamma is -1/],
    [{ gamma: Number.NaN }, 'gamma', /gamma is NaN/],
  ])('refuses %j', (wrong, where, message) => {
    const given = { ...fine, ...wrong } as never as typeof fine;
    for (const compute of [focalLoss, focalLossGradient, evaluateLogits]) {
      const error = thrown(() => compute(given, given));
      expect(error).toBeInstanceOf(UserError);
      expect(error).toMatchObject({ where, message: expect.stringMatching(message) });
    }
    expect(focalLoss(fine, fine)).toBeGreaterThan(0);
  });

  it.each([focalLoss, focalLossGradient])('refuses a reduction that there is not', (compute) => {
    const error = thrown(() => compute(fine, fine, 'men' as 'mean'));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      where: 'reduction',
      message: 'there is no reduction "men". Did you mean "mean"?',
    });
  });

  it.each([
    [0.9, 0.01],
    [0.5, 0.25],
    [0.1, 0.81],
  ])('at p_t = %d and γ = 2 weighs cross-entropy by %d', (p, factor) => {
    const loss = focalLoss(atProbability(p), { alpha: [1, 1], gamma: 2 });
    expect(loss / -Math.log(p)).toBeCloseTo(factor, 12);
  });

  it('is cross-entropy, to a bit or two, at γ = 0 and α = 1', () => {
    fc.assert(
      fc.property(batches, ({ alpha, ...batch }) => {
        const losses = focalLoss(batch, { alpha: alpha.map(() => 1), gamma: 0 }, 'none');
        losses.forEach((loss, row) => {
          const z = batch.logits.slice(row * batch.classes, (row + 1) * batch.classes);
          const target = z[batch.targets[row] as number] as number;
          const others = z.filter((_, j) => j !== batch.targets[row]);
          const crossEntropy = Math.log1p(others.reduce((sum, other) => sum + Math.exp(other - target), 0));
          // Differences of logits are rounded at their own size, 12 at the most.
          expect(Math.abs(loss - crossEntropy)).toBeLessThanOrEqual(16 * Number.EPSILON * Math.max(1, loss));
        });
      }),
    );
  });

  it('has the gradient that finite differences see', () => {
    const step = 1e-5;
    fc.assert(
      fc.property(batches, fc.nat(), ({ alpha, gamma, offsets, margins, polyEpsilon, ...batch }, pick) => {
        const at = pick % batch.logits.length;
        const moved = (by: number) => ({
          ...batch,
          logits: batch.logits.map((z, index) => (index === at ? z + by : z)),
        });
        const parameters = { alpha, gamma, offsets, margins, polyEpsilon };
        const slope = (focalLoss(moved(step), parameters) - focalLoss(moved(-step), parameters)) / (2 * step);
        expect(focalLossGradient(batch, parameters)[at]).toBeCloseTo(slope, 6);
      }),
    );
  });

  it('with offsets is the loss of logits that have them, wherever their zero is', () => {
    fc.assert(
      fc.property(batches, ({ alpha, gamma, offsets, ...batch }) => {
        const { logits, classes } = batch;
        const shifted = { ...batch, logits: logits.map((z, at) => z + (offsets[at % classes] ?? 0)) };
        const loss = focalLoss(batch, { alpha, gamma, offsets }, 'none');
        expect(loss).toEqual(focalLoss(shifted, { alpha, gamma }, 'none'));
        expect(focalLossGradient(batch, { alpha, gamma, offsets })).toEqual(
          focalLossGradient(shifted, { alpha, gamma }),
        );
        const moved = focalLoss(
          batch,
          { alpha, gamma, offsets: offsets.map((offset) => offset + 3) },
          'none',
        );
        loss.forEach((value, row) => {
          expect(moved[row]).toBeCloseTo(value, 10);
        });
        const none = { alpha, gamma, offsets: offsets.map(() => 0) };
        expect(focalLoss(batch, none, 'none')).toEqual(focalLoss(batch, { alpha, gamma }, 'none'));
      }),
    );
  });

  it('with margins is the loss of logits whose target has less, and with ε more by ε α (1 − p)^(γ + 1)', () => {
    fc.assert(
      fc.property(batches, ({ alpha, gamma, margins, polyEpsilon, ...batch }) => {
        const { logits, classes, targets } = batch;
        const margin = (at: number, target = targets[Math.floor(at / classes)] ?? -1) =>
          at % classes === target ? (margins[target] ?? 0) : 0;
        const shifted = { ...batch, logits: logits.map((z, at) => z - margin(at)) };
        const focal = focalLoss(shifted, { alpha, gamma }, 'none');
        focalLoss(batch, { alpha, gamma, margins }, 'none').forEach((loss, row) => {
          expect(loss).toBeCloseTo(focal[row] as number, 10);
        });
        focalLoss(shifted, { alpha, gamma, polyEpsilon }, 'none').forEach((loss, row) => {
          const z = shifted.logits.slice(row * classes, (row + 1) * classes).map(Math.exp);
          const p = (z[targets[row] ?? -1] ?? 0) / z.reduce((sum, power) => sum + power, 0);
          const added = polyEpsilon * (alpha[targets[row] ?? -1] ?? 0) * (1 - p) ** (gamma + 1);
          expect(loss).toBeCloseTo((focal[row] as number) + added, 10);
        });
      }),
    );
  });

  it('falls as the target’s logit grows, and is 0 or more, for every ε of −1 or more', () => {
    fc.assert(
      fc.property(batches, ({ alpha, gamma, margins, polyEpsilon, ...batch }) => {
        const parameters = { alpha, gamma, margins, polyEpsilon };
        const gradient = focalLossGradient(batch, parameters, 'none');
        focalLoss(batch, parameters, 'none').forEach((loss, row) => {
          expect(loss).toBeGreaterThanOrEqual(0);
          expect(gradient[row * batch.classes + (batch.targets[row] ?? 0)]).toBeLessThanOrEqual(1e-15);
        });
      }),
    );
  });

  it('equals PyTorch in float64 as LDAM and as Poly-1', () => {
    const near = (actual: number, reference: number) =>
      expect(Math.abs(actual - reference)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(reference)));
    expect(REFERENCE_LOSSES.losses).toHaveLength(18);
    for (const one of REFERENCE_LOSSES.losses) {
      const batch = { logits: one.logits.flat(), targets: one.targets, classes: one.counts.length };
      // The margins of an engine are in float32.
      const parameters = { ...lossOfCase(one), alpha: one.alpha };
      focalLoss(batch, parameters, 'none').forEach((loss, row) => {
        near(loss, one.none[row] as number);
      });
      near(focalLoss(batch, parameters), one.mean);
      const gradient = one.grad_of_mean.flat();
      focalLossGradient(batch, parameters).forEach((slope, index) => {
        near(slope, gradient[index] as number);
      });
    }
  });

  it('stays finite, and keeps a wrong row’s gradient, at the ends of the range', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e30, max: 1e30, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (logits) => {
          const batch = { logits, targets: [1], classes: 3 };
          for (const gamma of [0, 0.5, 2]) {
            for (const offsets of [
              [0, 0, 0],
              [-0.1, -700, -3],
            ]) {
              const parameters = { alpha: [1, 1, 1], gamma, offsets, margins: [9, 1, 2], polyEpsilon: 3 };
              expect(Number.isFinite(focalLoss(batch, parameters))).toBe(true);
              expect(focalLossGradient(batch, parameters).every(Number.isFinite)).toBe(true);
            }
          }
        },
      ),
    );
    const wrong = { logits: [-120, 0, 0], targets: [0], classes: 3 };
    expect(focalLossGradient(wrong, { alpha: [1, 1, 1], gamma: 2 })[0]).toBeCloseTo(-1, 12);
  });

  it('reduces by none, sum and mean, the mean over rows whatever α is', () => {
    const batch = { logits: [1, 0, 0, 1], targets: [0, 0], classes: 2 };
    const parameters = { alpha: [3, 5], gamma: 1 };
    const [first = 0, second = 0] = focalLoss(batch, parameters, 'none');
    expect(focalLoss(batch, parameters, 'sum')).toBe(first + second);
    expect(focalLoss(batch, parameters, 'mean')).toBe((first + second) / 2);
    const summed = focalLossGradient(batch, parameters, 'sum');
    expect(focalLossGradient(batch, parameters, 'mean')).toEqual(summed.map((slope) => slope / 2));
  });

  it('equals PyTorch in float64 with logit adjustment', () => {
    const near = (actual: number, reference: number) =>
      expect(Math.abs(actual - reference)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(reference)));
    expect(LOGIT_ADJUSTMENT_CASES.losses).toHaveLength(36);
    for (const { logits, targets, counts, tau, alpha, gamma, ...expected } of LOGIT_ADJUSTMENT_CASES.losses) {
      const batch = { logits: logits.flat(), targets, classes: counts.length };
      const parameters = { alpha, gamma, offsets: priorOffsets(counts, tau) };
      focalLoss(batch, parameters, 'none').forEach((loss, row) => {
        near(loss, expected.none[row] as number);
      });
      near(focalLoss(batch, parameters), expected.mean);
      const gradient = expected.grad_of_mean.flat();
      focalLossGradient(batch, parameters).forEach((slope, index) => {
        near(slope, gradient[index] as number);
      });
    }
  });

  it.skipIf(!haveFixtures)(`equals PyTorch in float64${fixturesNote}`, () => {
    const cases = fixtureCases<FocalLossCase>('focal-loss');
    expect(cases.length).toBeGreaterThan(50);
    for (const { logits, targets, classes, alpha, gamma, ...expected } of cases) {
      const batch = { logits: logits.flat(), targets, classes };
      const parameters = { alpha, gamma };
      const near = (actual: number, reference: number) =>
        expect(Math.abs(actual - reference)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(reference)));
      focalLoss(batch, parameters, 'none').forEach((loss, row) => {
        near(loss, expected.none[row] as number);
      });
      near(focalLoss(batch, parameters, 'mean'), expected.mean);
      near(focalLoss(batch, parameters, 'sum'), expected.sum);
      const gradient = expected.grad_of_mean.flat();
      focalLossGradient(batch, parameters).forEach((slope, index) => {
        near(slope, gradient[index] as number);
      });
    }
  });
});
