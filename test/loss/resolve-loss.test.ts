import { expect, it } from 'vitest';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { resolveLoss } from '../../src/loss/resolve-loss.js';
import { priorOffsets } from './logit-adjustment-cases.js';

const context = { classNames: ['benign', 'Emotet', 'Dridex'], trainSupport: [600, 300, 100] };

it('gives weights by class, and no offsets without logit adjustment', () => {
  expect(resolveLoss({ ...KNOB_DEFAULTS, alpha: [1, 2, 3], gamma: 0.5 }, context)).toEqual({
    alpha: Float32Array.of(1, 2, 3),
    gamma: 0.5,
  });
});

it('offsets every class by τ times the logarithm of its share of the training rows', () => {
  const { offsets } = resolveLoss({ ...KNOB_DEFAULTS, logit_adjustment: 1.5 }, context);
  expect(offsets).toEqual(Float32Array.from(priorOffsets(context.trainSupport, 1.5)));
});

it('keeps the offset of a class without training rows finite', () => {
  const empty = { ...context, trainSupport: [10, 10, 0] };
  const { offsets = [] } = resolveLoss({ ...KNOB_DEFAULTS, logit_adjustment: 100 }, empty);
  expect([...offsets].every(Number.isFinite)).toBe(true);
});

it('gives `ldam` margins in proportion to n_c^−¼, the largest for the rarest class', () => {
  const config = { ...KNOB_DEFAULTS, loss: 'ldam', ldam_margin: 2 } as const;
  const counts = { ...context, trainSupport: [810_000, 160_000, 10_000] };
  expect(resolveLoss(config, counts).margins).toEqual(Float32Array.from([2 / 3, 1, 2]));
  const { margins, alpha } = resolveLoss(KNOB_DEFAULTS, counts);
  expect([margins, [...alpha]]).toEqual([undefined, [1, 1, 1]]);
});

it('gives a class without training rows the margin of the rarest that has some', () => {
  const config = { ...KNOB_DEFAULTS, loss: 'ldam', ldam_margin: 1 } as const;
  const { margins } = resolveLoss(config, { ...context, trainSupport: [160, 10, 0] });
  expect(margins).toEqual(Float32Array.from([0.5, 1, 1]));
});

it('gives ε to `poly1` alone', () => {
  const config = { ...KNOB_DEFAULTS, poly_epsilon: -0.5 };
  expect(resolveLoss({ ...config, loss: 'poly1' }, context).polyEpsilon).toBe(-0.5);
  expect(resolveLoss({ ...config, loss: 'ldam' }, context).polyEpsilon).toBeUndefined();
  expect(resolveLoss(config, context)).toEqual(resolveLoss(KNOB_DEFAULTS, context));
});
