import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { UserError } from '../../src/errors.js';
import { sweepJsonSchema } from '../../src/spec/json-schema.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { thrown } from '../thrown.js';

const folder = new URL('../../sweeps/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const isOfWandb = (file: string): boolean => 'program' in parse(read(file));
const examples = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !isOfWandb(file));

describe('sweeps/sweep.schema.json', () => {
  it('is what the code generates (npm run generate)', () => {
    expect(JSON.parse(read('sweep.schema.json'))).toEqual(sweepJsonSchema());
  });

  const validate = new Ajv({ strict: false, validateFormats: false }).compile(sweepJsonSchema());

  it.each(examples)('accepts %s, which names it for editors', (file) => {
    const text = read(file);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./sweep.schema.json');
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(parseSpec(text, file).name).not.toBe('');
  });

  const program = { name: 'a', train: { command: ['sh', 'train.sh'] } };
  const axes = { embedding: { values: [32, 64] }, optimizer: { values: ['lion', null, [1], { a: true }] } };

  it.each([
    ['a command', { ...program, parameters: axes }],
    [
      'ranges of a program',
      {
        ...program,
        method: 'random',
        trials: 3,
        parameters: {
          embedding: { min: 16, max: 64 },
          rate: { distribution: 'log_normal', mu: -3, sigma: 1 },
        },
      },
    ],
    ['a module', { name: 'a', train: { module: './model.mjs' }, parameters: { depth: { value: 3 } } }],
    [
      'a space among others',
      {
        name: 'a',
        data: { source: 'x' },
        parameters: { gamma: { values: [0, 2] } },
        spaces: [
          { name: 'own', train: { command: ['./train'] }, parameters: axes },
          { name: 'ours', parameters: { hidden: { values: [[8]] } } },
        ],
      },
    ],
  ])('accepts names and words of its own for %s, as the parser does', (_name, spec) => {
    expect(validate(spec), JSON.stringify(validate.errors)).toBe(true);
    expect(parseSpec(JSON.stringify(spec)).name).toBe('a');
  });

  it.each([
    ['no axis', { ...program, parameters: { embedding: [32, 64] } }],
    ['another key of an axis', { ...program, parameters: { embedding: { low: 1, max: 2 } } }],
    ['a knob out of its range', { ...program, parameters: { gamma: { values: [-1] } } }],
    ['no data', { name: 'a' }],
    [
      'a name that no trainer knows',
      { name: 'a', data: { source: 'x' }, parameters: { gama: { value: 1 } } },
    ],
    [
      'a word that no trainer knows',
      { name: 'a', data: { source: 'x' }, parameters: { optimizer: { value: 'lion' } } },
    ],
    [
      'a name that no trainer of a space knows',
      { name: 'a', data: { source: 'x' }, spaces: [{ name: 'b', parameters: { gama: { value: 1 } } }] },
    ],
  ])('refuses %s, as the parser does', (_name, spec) => {
    expect(validate(spec)).toBe(false);
    expect(thrown(() => parseSpec(JSON.stringify(spec)))).toBeInstanceOf(UserError);
  });

  it('refuses what the parser refuses', () => {
    expect(validate({ name: 'a', data: { source: 'x' }, gama: 1 })).toBe(false);
    expect(validate({ name: 'a', data: { source: 'x' }, parameters: { gamma: { values: [-1] } } })).toBe(
      false,
    );
  });
});
