import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataKnobsOf } from '../../src/knobs/data-knobs.js';
import { decidingKnobs } from '../../src/knobs/deciding-knobs.js';
import { isOfModel } from '../../src/knobs/idle-knobs.js';
import { knobValue, numberIn } from '../../src/knobs/knob-value.js';
import { KNOB_DEFAULTS, KNOB_NAMES } from '../../src/knobs/knobs.js';
import { isBaseline, isCrossEntropy } from '../../src/knobs/plain-loss.js';
import { isForProgram, type ParameterValue, type ProgramConfig } from '../../src/program.js';

const command = (given: Readonly<Record<string, ParameterValue>>): ProgramConfig => ({
  ...given,
  model: 'command',
});

describe('a configuration of a program', () => {
  it.each([
    [{ gamma: 0 }, true],
    [{ alpha: 1 }, true],
    [{ gamma: 0, alpha: 1, embedding: 3 }, true],
    [{ gamma: 0, alpha: 1, loss: 'focal', logit_adjustment: 0 }, true],
    [{ gamma: 1e-9 }, false],
    [{ gamma: 0, alpha: 'balanced' }, false],
    [{ gamma: 2, alpha: 1 }, false],
    [{ gamma: 0, logit_adjustment: 1 }, false],
    [{ gamma: 0, loss: 'dice' }, false],
  ])('%j is cross-entropy by what it takes: %s', (given, expected) => {
    expect(isCrossEntropy(command(given))).toBe(expected);
    expect(isCrossEntropy({ ...given, model: 'module' })).toBe(expected);
  });

  it.each([
    {},
    { embedding: 3 },
    { loss: 'focal' },
    { logit_adjustment: 0 },
    { loss: 'focal', logit_adjustment: 0 },
  ])('%j says nothing of γ and α, so nobody knows whether it is cross-entropy', (given) => {
    expect(isCrossEntropy(command(given))).toBe(false);
    expect(isBaseline(command(given), null)).toBe(false);
  });

  it('uses what it is given, and nothing else', () => {
    const config = command({ gamma: 2, embedding: null });
    expect(KNOB_NAMES.filter((name) => isOfModel(name, config))).toEqual(['gamma', 'model']);
    expect(['embedding', 'depth'].map((name) => isOfModel(name, config))).toEqual([true, false]);
    expect(isOfModel('embedding', KNOB_DEFAULTS)).toBe(false);
    expect([knobValue(config, 'gamma'), numberIn(config, 'gamma'), numberIn(config, 'embedding')]).toEqual([
      2,
      2,
      undefined,
    ]);
    expect(numberIn(command({ epochs: 'many' }), 'epochs')).toBeUndefined();
  });

  it('is told from those of trainers of this package by its model alone', () => {
    expect([command({}), { model: 'module' as const }, KNOB_DEFAULTS].map(isForProgram)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('gets a table as a network does, prepared as it says', () => {
    expect(dataKnobsOf(command({}))).toEqual(dataKnobsOf(KNOB_DEFAULTS));
    expect(dataKnobsOf(command({ normalize: 'robust' }))).toMatchObject({
      normalize: 'robust',
      model: 'mlp',
    });
  });

  it('is identified by all that it is given, usual values too', () => {
    const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null));
    const given = fc.dictionary(fc.constantFrom(...KNOB_NAMES, 'embedding', 'Depth'), value);
    fc.assert(
      fc.property(given, (parameters) => {
        const config = command(parameters);
        expect(decidingKnobs(config)).toEqual(config);
        expect(decidingKnobs(config, KNOB_DEFAULTS)).toEqual(config);
      }),
    );
  });
});

describe('a named baseline', () => {
  const config = command({ gamma: 0, embedding: 32, warm: true, units: [8, { a: 1 }], note: null });

  it.each<[Readonly<Record<string, ParameterValue>>, boolean]>([
    [{ embedding: 32 }, true],
    [{ embedding: 32, warm: true }, true],
    [{ embedding: 32, warm: false }, false],
    [{ embedding: '32' }, false],
    [{ warm: 1 }, false],
    [{ units: [8, { a: 1 }] }, true],
    [{ units: [8] }, false],
    [{ note: null }, true],
    [{ depth: null }, false],
    [{ gamma: 0 }, true],
    [{ alpha: 1 }, false],
  ])('%j has all of the values: %s', (named, expected) => {
    expect(isBaseline(config, named)).toBe(expected);
  });

  it('replaces cross-entropy, of other models too', () => {
    const plain = { ...KNOB_DEFAULTS, gamma: 0, alpha: 1, hidden: [8] };
    expect(isBaseline(plain, null)).toBe(true);
    expect(isBaseline(plain, { embedding: 32 })).toBe(false);
    expect(isBaseline({ ...plain, gamma: 2 }, { hidden: [8], gamma: 2 })).toBe(true);
  });
});
