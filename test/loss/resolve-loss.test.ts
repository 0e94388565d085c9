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
