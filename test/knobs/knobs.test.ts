import { describe, expect, it, test } from 'vitest';
import { fingerprintKnobs } from '../../src/knobs/data-knobs.js';
import { decidingKnobs, FIRST_KNOBS, LATER_KNOBS } from '../../src/knobs/deciding-knobs.js';
import { settled } from '../../src/knobs/idle-knobs.js';
import { KNOB_DEFAULTS, KNOB_NAMES, knobRow, type TrialConfig } from '../../src/knobs/knobs.js';
import { isCrossEntropy, isLossKnob, PLAIN_LOSS, PLAIN_LOSS_TEXT } from '../../src/knobs/plain-loss.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { parseSpec } from '../../src/spec/parse-spec.js';

test.each(['zscore', 'none'])(
  'a search from before the data knobs keeps its id: normalize: %s',
  (normalize) => {
    const spec = parseSpec(
      `name: n\ndata: {source: t.csv, normalize: ${normalize}}\nparameters: {gamma: {values: [0, 2]}}\n`,
    );
    expect(searchIdOf({ spec, dataset: 'of a test', engine: 'native/addon@3', costs: null })).toBe(
      '730bddc48ab5836e',
    );
  },
);

describe.each(KNOB_NAMES)('the knob %s', (name) => {
  const { schema, advised, plain } = knobRow(name);

  it('takes its default, the limits of advice and the baseline’s value, and refuses null', () => {
    const limits = advised === undefined ? [] : [advised.lowest, advised.highest];
    const baseline = plain === undefined ? [] : [plain.value];
    for (const value of [KNOB_DEFAULTS[name], ...limits, ...baseline]) {
      expect(schema.safeParse(value).error).toBeUndefined();
    }
    expect(schema.safeParse(null).success).toBe(false);
  });
});

test('cross-entropy is a loss whose knobs are all plain, whatever else is set', () => {
  expect(PLAIN_LOSS_TEXT).toBe('loss = focal, τ = 0, γ = 0, α = 1');
  const plain = { ...KNOB_DEFAULTS, gamma: 0, alpha: 1, dropout: 0.5 };
  expect(isCrossEntropy(plain)).toBe(true);
  expect(isCrossEntropy({ ...plain, gamma: 1e-9 })).toBe(false);
  expect(isCrossEntropy({ ...plain, alpha: [1, 1] })).toBe(false);
  for (const [name, value] of PLAIN_LOSS) {
    expect(isCrossEntropy({ ...plain, [name]: value })).toBe(true);
    expect(isCrossEntropy({ ...plain, [name]: 0.5 })).toBe(false);
  }
  expect(isCrossEntropy({ ...plain, loss: 'poly1', poly_epsilon: 0 })).toBe(false);
});

test('knobs of the loss are those that cross-entropy fixes or does not use', () => {
  const loss = ['alpha', 'gamma', 'logit_adjustment', 'loss', 'ldam_margin', 'poly_epsilon'];
  expect(KNOB_NAMES.filter(isLossKnob)).toEqual(loss);
});

test('a knob that training does not look at takes its default', () => {
  const config = { ...KNOB_DEFAULTS, momentum: 0.5, weight_decay: 0.1 };
  expect(settled(config)).toEqual({ ...config, momentum: 0.9 });
  expect(settled({ ...config, optimizer: 'sgd' })).toEqual({ ...config, optimizer: 'sgd' });
  const poly = { ...KNOB_DEFAULTS, loss: 'poly1', ldam_margin: 2, poly_epsilon: 3 } as const;
  expect(settled(poly)).toEqual({ ...poly, ldam_margin: 0.5 });
  expect(settled({ ...poly, loss: 'focal' })).toEqual(KNOB_DEFAULTS);
});

test('a later knob is part of an identity only where it differs from its default', () => {
  expect(LATER_KNOBS.slice(0, 4)).toEqual(['logit_adjustment', 'loss', 'ldam_margin', 'poly_epsilon']);
  expect(Object.keys(decidingKnobs(KNOB_DEFAULTS))).toEqual(FIRST_KNOBS);
  const first = decidingKnobs(KNOB_DEFAULTS);
  const changed = { logit_adjustment: 1, poly_epsilon: 0 };
  expect(decidingKnobs({ ...KNOB_DEFAULTS, ...changed })).toEqual({ ...first, ...changed });
  const encoded = { encode_numbers: { piecewise_linear: 16 } };
  expect(decidingKnobs({ ...KNOB_DEFAULTS, ...encoded })).toEqual({ ...first, ...encoded });
});

test('a knob that the fingerprint of the dataset holds is no part of an identity', () => {
  const raw: TrialConfig = { ...KNOB_DEFAULTS, normalize: 'none' };
  expect(Object.keys(decidingKnobs(raw, fingerprintKnobs({ normalize: 'none' })))).toEqual(FIRST_KNOBS);
  expect(decidingKnobs(raw, fingerprintKnobs({ normalize: 'quantile' }))).toMatchObject({
    normalize: 'none',
  });
});
