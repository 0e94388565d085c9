import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { METRIC_NAMES } from '../../src/metric.js';
import { parseSpec, readSpec } from '../../src/spec/parse-spec.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\ndata: {source: "builtin:malware21"}\n';

function mistake(text: string): UserError {
  return refusal(() => parseSpec(text, 'sweep.yaml'), text);
}

function refusal(parse: () => unknown, text: string): UserError {
  try {
    parse();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('a sweep spec', () => {
  it('gets every default that it leaves out', () => {
    const spec = parseSpec(HEAD);
    expect(spec.metric).toEqual({ name: 'macro_f1', goal: 'maximize' });
    expect(spec.seeds).toEqual([1, 2, 3]);
    expect(spec.spaces[0]?.axes).toEqual([]);
    expect(spec.spaces[0]?.trainer).toBe('auto');
    expect(spec.spaces[0]?.base).toMatchObject({
      alpha: 1,
      gamma: 2,
      epochs: 30,
      batch_size: 128,
      optimizer: 'adam',
      hidden: [128, 64],
    });
  });

  it('keeps the axes in the order in which they were written', () => {
    const spec = parseSpec(
      `${HEAD}parameters:\n  learning_rate: {values: [1e-3]}\n  alpha: {values: [1, balanced, {effective_number: 0.999}, {Dridex: 3}, [1, 2]]}\n  gamma: {value: 2}`,
    );
    expect(spec.spaces[0]?.axes.map((axis) => axis.knob)).toEqual(['learning_rate', 'alpha', 'gamma']);
    expect(spec.spaces[0]?.axes[1]?.distribution).toEqual({
      type: 'values',
      values: [1, 'balanced', { effective_number: 0.999 }, { Dridex: 3 }, [1, 2]],
    });
    expect(spec.spaces[0]?.axes[2]?.distribution).toEqual({ type: 'constant', value: 2 });
  });

  it.each([
    [
      'recall_at_precision, precision: 0.95',
      { name: 'recall_at_precision', goal: 'maximize', parameter: 0.95 },
    ],
    ['recall_at_precision, precision: 0.9', { name: 'recall_at_precision', goal: 'maximize' }],
    ['f_beta, beta: 0.5', { name: 'f_beta', goal: 'maximize', parameter: 0.5 }],
    ['f_beta', { name: 'f_beta', goal: 'maximize' }],
    ['recall_at_fpr, fpr: 0', { name: 'recall_at_fpr', goal: 'maximize', parameter: 0 }],
    ['precision_at_k, k: 100', { name: 'precision_at_k', goal: 'maximize', parameter: 100 }],
  ])('keeps the parameter of %s where it is not the default', (given, metric) => {
    expect(parseSpec(`${HEAD}metric: {name: ${given}}`).metric).toEqual(metric);
  });

  it('refuses a parameter that belongs to another metric, and says which', () => {
    const error = mistake(`${HEAD}metric: {name: macro_f1, beta: 3}`);
    expect(error.message).toBe('metric.beta: macro_f1 has no beta; it belongs to f_beta');
    expect(error.where).toBe('sweep.yaml:3:26');
    expect(error.fix).toContain('`metric: {name: f_beta, beta: 3}`');
    expect(mistake(`${HEAD}metric: {name: f_beta, beta: 0}`).message).toMatch(
      /metric.beta: must be more than 0/,
    );
  });

  it.each([
    ['metric: {name: expected_cost}', 'metric.name', '3:16'],
    ['choose: [{name: cheap, minimize: expected_cost}]', 'choose', '3:34'],
    ['choose: [{name: rare, maximize: rare_recall, constraints: {expected_cost: "<= 2"}}]', 'choose', '3:60'],
  ])('refuses %s without costs, at its place', (text, part, place) => {
    const error = mistake(`${HEAD}${text}`);
    expect(error.message).toBe(`${part}: expected_cost needs \`costs:\`, and the spec has none`);
    expect(error.where).toBe(`sweep.yaml:${place}`);
    expect(error.fix).toContain('`costs: {fraud: 50, legitimate: 1}`');
    expect(parseSpec(`${HEAD}${text}\ncosts: {a: 2}`).costs).toEqual({ a: 2 });
  });

  it.each(METRIC_NAMES)('knows the one goal of %s and refuses the other', (name) => {
    const costs = '\ncosts: {a: 2}';
    const { goal } = parseSpec(`${HEAD}metric: {name: ${name}}${costs}`).metric;
    const minimized = ['log_loss', 'brier', 'ece', 'expected_cost'];
    expect(goal).toBe(minimized.includes(name) ? 'minimize' : 'maximize');
    expect(parseSpec(`${HEAD}metric: {name: ${name}, goal: ${goal}}${costs}`).metric.goal).toBe(goal);
    const other = goal === 'maximize' ? 'minimize' : 'maximize';
    const text = `${HEAD}metric: {name: ${name}, goal: ${other}}`;
    const error = mistake(text);
    expect(error.message).toMatch(/is better the (larger|smaller) it is/);
    expect(error.where).toBe(
      `sweep.yaml:3:${text.split('\n')[2]?.indexOf(other) ?? 0}`.replace(/\d+$/, (at) => `${Number(at) + 1}`),
    );
    expect(error.fix).toContain(`goal: ${goal}`);
  });

  it.each([
    [
      'a mistyped key',
      `${HEAD}parameters:\n  gama: {values: [1]}`,
      '4:3',
      /unknown key "gama" in parameters\. Did you mean "gamma"\?/,
    ],
    ['a key at the wrong level', `${HEAD}gamma: 2`, '3:1', /unknown key "gamma" in a sweep spec/],
    [
      'a mistyped key of a union',
      'name: a\ndata: {source: x, split: {colum: x}}',
      '2:27',
      /Did you mean "column"\?/,
    ],
    [
      'a value out of range',
      `${HEAD}parameters:\n  gamma: {values: [1, -2]}`,
      '4:23',
      /parameters\.gamma\.values\.1/,
    ],
    ['a value of the wrong type', `${HEAD}train: {epochs: many}`, '3:17', /train\.epochs: expected/],
    [
      'an unknown word',
      `${HEAD}parameters:\n  alpha: {values: [balnced]}`,
      '4:20',
      /Did you mean "balanced"\?/,
    ],
    [
      'β of 1 or more',
      `${HEAD}parameters:\n  alpha: {values: [{effective_number: 1}]}`,
      '4:39',
      /effective_number/,
    ],
    ['a missing section', 'name: a', '1:1', /data is missing/],
    ['an empty file', '', '1:1', /expected keys with values, found nothing/],
    ['a list', '[1]', '1:1', /expected keys with values, found a list/],
    ['a repeated key', 'name: a\nname: b', '2:1', /"name" is listed twice/],
    ['broken YAML', 'name: [a', '1:9', /not valid YAML/],
    ['a forbidden key', `${HEAD}__proto__: {}`, '3:1', /"__proto__" is not allowed/],
    [
      'a forbidden key further in',
      `${HEAD}parameters:\n  alpha: {values: [{constructor: 1}]}`,
      '4:21',
      /"constructor" is not allowed/,
    ],
    ['a name that leaves its folder', 'name: ../../etc\ndata: {source: x}', '1:7', /name: must be/],
    ['values and value', `${HEAD}parameters:\n  gamma: {values: [1], value: 2}`, '4:10', /either/],
    ['no value at all', `${HEAD}parameters:\n  gamma: {}`, '4:10', /either/],
    ['a value twice', `${HEAD}parameters:\n  gamma: {values: [1, 2, 1.0]}`, '4:26', /is listed twice/],
    [
      'a hundred thousand keys',
      Array.from({ length: 100_000 }, (_, at) => `k${at}: `).join('\n'),
      '1:1',
      /name is missing/,
    ],
    [
      'a seed that no computer counts to',
      `${HEAD}seeds: [9007199254740993]`,
      '3:9',
      /^seeds\.0: must be at most 4294967295; it is 9007199254740992$/,
    ],
    [
      'more retries than are counted',
      `${HEAD}retries: 9007199254740993`,
      '3:10',
      /^retries: must be at most 10; it is \d+$/,
    ],
    ['a seed twice', `${HEAD}seeds: [4, 4]`, '3:12', /is listed twice/],
    [
      'an axis that is a constant too',
      `${HEAD}parameters:\n  gamma: {values: [1]}\ntrain: {gamma: 2}`,
      '5:9',
      /both in parameters and in train/,
    ],
    [
      'a preparation that is an axis and a constant',
      'name: n\ndata: {source: t.csv, normalize: none}\nparameters:\n  normalize: {values: [robust, none]}\n',
      '2:23',
      /normalize is both in parameters and in data/,
    ],
    [
      'several preparations where one is a constant',
      'name: n\ndata: {source: t.csv, normalize: [robust, none]}\n',
      '2:34',
      /data\.normalize: expected one value, found several/,
    ],
    [
      'a bin of nothing',
      'name: n\ndata: {source: t.csv, encode_numbers: {piecewise_linear: 1}}\n',
      '2:58',
      /encode_numbers/,
    ],
    [
      'a way to cut bins that is none',
      'name: n\ndata: {source: t.csv, encode_numbers: {piecewise_linear: 8, bins: quantile}}\n',
      '2:67',
      /encode_numbers/,
    ],
    [
      'residual blocks of several widths',
      `${HEAD}model: {residual: true, hidden: [128, 64]}`,
      '3:33',
      /residual blocks have one width/,
    ],
    [
      'residual blocks of the default widths',
      `${HEAD}parameters: {residual: {values: [false, true]}}`,
      '3:24',
      /residual blocks have one width/,
    ],
    [
      'a residual network without blocks',
      `${HEAD}model: {residual: true}\nparameters: {hidden: {values: [[64, 64], []]}}`,
      '4:42',
      /no hidden layer is no residual block/,
    ],
    ['an unknown metric', `${HEAD}metric: {name: f1}`, '3:16', /Did you mean "macro_f1"\?/],
  ])('refuses %s with its place', (_name, text, place, message) => {
    const error = mistake(text);
    expect(error.message).toMatch(message);
    expect(error.where).toBe(`sweep.yaml:${place}`);
    expect(error.fix).toBeTruthy();
  });

  it('refuses texts made to exhaust memory', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [at, from] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].entries()) {
      bomb.push(`${from[0]}: &${from[0]} [${Array(9).fill(`*${from[1]}`).join(', ')}] # ${at}`);
    }
    expect(mistake(bomb.join('\n')).message).toMatch(/aliases/);
    expect(mistake(`a: ${'['.repeat(100_000)}`).message).toMatch(/deeper/);
    expect(
      mistake(
        'a:\n'
          .repeat(1)
          .concat(Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}k:`).join('\n')),
      ).name,
    ).toBe('UserError');
    expect(mistake(`a: ${'x'.repeat(2_000_000)}`).message).toMatch(/1 MiB/);
  });

  it('never fails but with a UserError', () => {
    const words = fc.constantFrom(
      'name',
      'data',
      'source',
      'gamma',
      'values',
      'parameters',
      'seeds',
      'alpha',
      ':',
      ': ',
      '\n',
      '\n  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '&a',
      '*a',
      '"',
      "'",
      '|',
      '- ',
      '1e999',
      '.nan',
      '!!js/x',
      '?',
      '\u0000',
      'balanced',
      'toString',
    );
    const text = fc
      .array(fc.oneof(words, fc.string({ maxLength: 6 })), { maxLength: 40 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (candidate) => {
        const error = thrown(() => parseSpec(candidate));
        expect(error === undefined || error instanceof UserError).toBe(true);
      }),
      { numRuns: cases(2000) },
    );
  });
});

describe('a spec file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-spec-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, bytes: string | Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  const large = file('large.yaml', HEAD);
  truncateSync(large, 2 ** 30);

  it.each([
    ['of 1 GiB', large, /larger than 1 MiB/],
    ['that is a folder', folder, /cannot be read \(EISDIR\)/],
    ['that is not there', join(folder, 'none.yaml'), /cannot be read \(ENOENT\)/],
    ['that is not UTF-8', file('latin1.yaml', Buffer.from('name: caf\xe9', 'latin1')), /not valid UTF-8/],
  ])('%s is refused', (_what, path, message) => {
    const error = refusal(() => readSpec(path), path);
    expect(error.message).toMatch(message);
    expect(error.where).toBe(path);
  });

  it.skipIf(process.platform !== 'linux')('without an end is not read to its end (Linux only)', () => {
    expect(refusal(() => readSpec('/dev/zero'), '/dev/zero').message).toMatch(/larger than 1 MiB/);
  });
});
