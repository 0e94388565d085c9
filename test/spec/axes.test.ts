import { describe, expect, it, test } from 'vitest';
import type { UserError } from '../../src/errors.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { thrown } from '../thrown.js';

const specOf = (line: string, head = 'method: random\ntrials: 5\n') =>
  parseSpec(`name: a\ndata: {source: x}\n${head}parameters: {${line}}\n`, 'sweep.yaml');
const distribution = (line: string) => specOf(line).spaces[0]?.axes[0]?.distribution;

describe('an axis', () => {
  it.each([
    ['gamma: {min: 0, max: 5}', { type: 'int_uniform', min: 0, max: 5 }],
    ['gamma: {min: 0.0, max: 5}', { type: 'uniform', min: 0, max: 5 }],
    ['gamma: {min: 0, max: 5e0}', { type: 'uniform', min: 0, max: 5 }],
    ['epochs: {min: 1e1, max: 20}', { type: 'int_uniform', min: 10, max: 20 }],
    ['gamma: {distribution: normal, mu: 2}', { type: 'normal', mu: 2, sigma: 1 }],
    [
      'gamma: {distribution: q_uniform, min: 0.25, max: 0.3, q: 0.1}',
      { type: 'q_uniform', min: 0.25, max: 0.3, q: 0.1 },
    ],
    ['gamma: {distribution: q_uniform, min: 0, max: 5}', { type: 'q_uniform', min: 0, max: 5, q: 1 }],
    ['learning_rate: {distribution: log_normal, mu: -6, sigma: 2}', { type: 'log_normal', mu: -6, sigma: 2 }],
    [
      'batch_size: {distribution: q_log_normal, mu: 4, q: 2}',
      { type: 'q_log_normal', mu: 4, sigma: 1, q: 2 },
    ],
    ['alpha: {min: 0.5, max: 2}', { type: 'uniform', min: 0.5, max: 2 }],
    [
      'optimizer: {distribution: categorical, values: [adam, sgd]}',
      { type: 'values', values: ['adam', 'sgd'] },
    ],
    [
      'optimizer: {values: [adam, sgd], probabilities: [0.25, 0.75]}',
      { type: 'categorical', values: ['adam', 'sgd'], probabilities: [0.25, 0.75] },
    ],
    ['gamma: {distribution: constant, value: 1}', { type: 'constant', value: 1 }],
  ])('%s is as in W&B', (line, expected) => {
    expect(distribution(line)).toEqual(expected);
  });

  it.each([
    [
      'gamma: {min: -1, max: 5}',
      '-1',
      'parameters.gamma.min: must be at least 0; it is -1',
      'within the limits',
    ],
    ['gamma: {min: 0, max: 500}', '500', 'must be at most 50; it is 500', 'within the limits'],
    ['gamma: {min: 3, max: 1}', '1}', 'max: 1 is not above min, 3', 'Exchange them'],
    ['gamma: {min: 3}', '{min: 3', 'max is missing', 'Add `max: …`'],
    ['gamma: {distribution: uniform, max: 3}', '{distribution: uniform', 'min is missing', 'Add `min: …`'],
    [
      'gamma: {distribution: log_uniform_values, min: 0, max: 3}',
      '0,',
      'a logarithm needs more than 0',
      'positive',
    ],
    [
      'epochs: {distribution: uniform, min: 1, max: 3}',
      'uniform',
      'its values are whole numbers',
      'int_uniform',
    ],
    [
      'epochs: {distribution: log_uniform_values, min: 1, max: 3}',
      'log_uniform',
      'its values are whole numbers',
      'q_log_uniform_values',
    ],
    [
      'epochs: {distribution: q_uniform, min: 1, max: 3, q: 0.5}',
      '0.5}',
      'its values are whole numbers',
      'whole number',
    ],
    ['gamma: {min: 0, max: 3, q: 1}', '1}', 'int_uniform has no such key', 'distribution: q_uniform'],
    ['gamma: {min: 0, max: 3, mu: 1}', '1}', 'int_uniform has no such key', 'Remove it.'],
    [
      'gamma: {distribution: q_uniform, min: 0.2, max: 0.3, q: 1}',
      '1}',
      'no multiple of 1 lies between',
      'smaller',
    ],
    [
      'gamma: {distribution: normal, mu: -3}',
      '-3}',
      'the centre, -3, is no value that it takes',
      'another mu',
    ],
    ['gamma: {distribution: normal, sigma: 0}', '0}', 'must be more than 0; it is 0', 'within the limits'],
    [
      'gamma: {distribution: beta, min: 0}',
      'beta',
      '"beta" is not one of constant, categorical',
      'one of them',
    ],
    [
      'gamma: {values: [0, 1], min: 0, max: 1}',
      '{values',
      'needs either `values: […]` or `value:`, or a range',
      '',
    ],
    ['gamma: {values: [0, 1], probabilities: [0.5]}', '[0.5]', 'each of 2 values has one', 'leave them out'],
    [
      'gamma: {values: [0, 1], probabilities: [0.5, 0.6]}',
      '[0.5, 0.6]',
      'these are 2, and sum to 1.1',
      'leave them out',
    ],
    [
      'optimizer: {distribution: uniform, values: [adam]}',
      'uniform',
      '"uniform" is not one of constant',
      'one of them',
    ],
  ])('%s is refused', (line, place, what, fix) => {
    const error = thrown(() => specOf(line));
    expect(error).toMatchObject({ name: 'UserError', where: expect.stringMatching(/^sweep\.yaml:5:/) });
    const column = Number((error as UserError).where?.split(':').at(-1));
    expect(`parameters: {${line}}`.slice(column - 1, column - 1 + place.length)).toBe(place);
    expect(error).toMatchObject({
      message: expect.stringContaining(what),
      fix: expect.stringContaining(fix),
    });
  });
});

describe('an axis of a program', () => {
  const ofProgram = (line: string) =>
    parseSpec(
      `name: a\nmethod: random\ntrials: 5\ntrain: {command: [./t]}\nparameters: {${line}}\n`,
      'sweep.yaml',
    );

  test('may be a range of any name', () => {
    expect(ofProgram('embedding: {min: 16, max: 64}').spaces[0]?.axes[0]?.distribution).toEqual({
      type: 'int_uniform',
      min: 16,
      max: 64,
    });
  });

  it.each([
    ['size: {min: a, max: 3}', 'parameters.size.min: expected a number'],
    ['size: {min: 1, max: .inf}', 'parameters.size.max: expected a number'],
    [
      'size: {distribution: log_uniform, min: 1, max: 3}',
      'parameters.size.distribution: "log_uniform" is not one of',
    ],
    ['size: {distribution: 3, min: 1, max: 3}', 'parameters.size.distribution: 3 is not one of'],
    ['size: {values: [1, 2], probabilities: 3}', 'each of 2 values has one'],
    ['size: {values: [1, 2], probabilities: [a, b]}', 'each of 2 values has one'],
    ['size: {lowest: 1, max: 3}', 'unknown key "lowest"'],
  ])('%s is refused', (line, what) => {
    expect(thrown(() => ofProgram(line))).toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(what),
      where: expect.stringMatching(/^sweep\.yaml:5:/),
    });
  });
});

describe('the search of a spec', () => {
  it.each([
    ['method: sobol\n', '3:9', 'sobol needs a number of configurations', 'Add `trials: 50`.'],
    [
      'trials: 5\n',
      '3:9',
      'trials: a grid trains every combination',
      'Write `method: random`, or remove `trials:`.',
    ],
    [
      'method: grid\nsearch_seed: 5\n',
      '4:14',
      'search_seed: a grid trains every combination',
      'method: random',
    ],
    ['where: gama > 0\n', '3:8', 'there is no column "gama". Did you mean "gamma"?', 'Columns are space, '],
    ['where: gamma >\n', '3:8', 'where: expected a value', ''],
  ])('%j is refused', (head, place, what, fix) => {
    const error = thrown(() => specOf('gamma: {values: [0, 1]}', head));
    expect(error).toMatchObject({ name: 'UserError', where: `sweep.yaml:${place}` });
    expect(error).toMatchObject({ message: expect.stringContaining(what) });
    expect((error as { fix?: string }).fix ?? '').toContain(fix);
  });

  test('takes W&B’s random sweeps as they stand', () => {
    const spec = parseSpec(
      'program: train.py\nmethod: random\nrun_cap: 7\nmetric: {name: macro_f1, goal: maximize}\nparameters:\n  lr: {distribution: log_uniform_values, min: 0.001, max: 0.1}\n  size: {min: 4, max: 9}\n',
      'w.yaml',
    );
    expect(spec).toMatchObject({ name: 'w', method: 'random', trials: 7, searchSeed: 0 });
  });

  test('names a baseline that a range may have', () => {
    const named = (value: number) =>
      parseSpec(
        `name: a\nmethod: random\ntrials: 5\nbaseline: {size: ${value}}\ntrain: {command: [./t]}\nparameters: {size: {min: 1, max: 9}}\n`,
      );
    expect(named(4).baseline).toEqual({ size: 4 });
    expect(() => named(10)).toThrow('no configuration has the value 10');
  });
});
