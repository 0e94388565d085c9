// Mistakes in specs of programs, each with its place and what to write instead.
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { thrown } from '../thrown.js';

function refusal(text: string): UserError {
  const error = thrown(() => parseSpec(text, 'sweep.yaml'));
  if (error instanceof UserError) return error;
  throw error ?? new Error(`accepted: ${text}`);
}

const HEAD = 'name: a\ndata: {source: x}\n';
const COMMAND = `${HEAD}train: {command: [node, p.mjs]}\n`;

describe('what says the program', () => {
  it.each([
    [
      'train: {command: [a], module: b.mjs}',
      '3:23',
      'train.module: a command is given, too',
      'Keep one of the two.',
    ],
    [
      'train: {command: "python3 train.py --x 1"}',
      '3:9',
      'train.command: a text of several words is for a shell',
      'Write `command: ["python3", "train.py", "--x", "1"]`, or add `shell: true`.',
    ],
    ['train: {command: []}', '3:18', 'train.command: needs at least 1 value', ''],
    [
      'train: {command: [a, null]}',
      '3:22',
      'train.command.1 cannot be nothing',
      'Give it a value, or remove it.',
    ],
    [
      'train: {command: [a, true]}',
      '3:22',
      'train.command.1 cannot be true',
      'Write `command: [a, "true"]`.',
    ],
    ['train: {command: {a: 1}}', '3:18', 'train.command cannot be keys with values', ''],
    [
      'train: {command: [a], gpus: [0, 1, 0]}',
      '3:29',
      'train.gpus: the device 0 is listed twice',
      'name each once',
    ],
    [
      'train: {command: [a], gpus: [0, "0"]}',
      '3:29',
      'train.gpus: the device 0 is listed twice',
      'name each once',
    ],
    ['train: {command: [a], gpus: []}', '3:29', 'train.gpus: needs at least 1 value', ''],
    [
      'train: {command: [a], timeout: 5 minutes}',
      '3:32',
      'train.timeout: must be like `90 s`, `10 min` or `2 h`',
      '',
    ],
    ['train: {command: [a], timeout: 0}', '3:32', 'train.timeout: must be more than 0; it is 0', ''],
    ['train: {command: [a], cpus_per_run: 0}', '3:37', 'must be at least 1; it is 0', ''],
    ['train: {command: [a], workers: 1.5}', '3:32', 'train.workers: expected a whole number, found 1.5', ''],
    [
      'train: {command: [a], shell: yes}',
      '3:30',
      'train.shell: expected true or false',
      'Write `shell: true`.',
    ],
    [
      'train: {command: [a]}\nmodel: {type: trees}',
      '4:15',
      'model.type: a program of your own is the model',
      'Remove `type:`',
    ],
    [
      'spaces: [{name: b, model: {type: trees}, train: {command: [a]}}]',
      '3:34',
      'model.type: a program of your own is the model',
      'Remove `type:`',
    ],
    [
      'engine: native\ntrain: {command: [a]}',
      '3:9',
      'the model is a program of your own',
      'Remove `engine:`.',
    ],
    ['train: {module: m.mjs, shell: true}', '3:24', 'train.shell: only commands have it', 'Remove it'],
    ['train: {module: m.mjs, gpus: [0]}', '3:24', 'train.gpus: only commands have it', 'Remove it'],
    [
      'train: {module: m.mjs, cpus_per_run: 2}',
      '3:24',
      'train.cpus_per_run: only commands have it',
      'Remove it',
    ],
    [
      'gpus: [0]\ntrain: {command: [a]}',
      '3:1',
      'unknown key "gpus"',
      'It belongs under train: write `train: {gpus: [0]}`.',
    ],
  ])('%s', (text, place, what, fix) => {
    const error = refusal(HEAD + text);
    expect(error.message).toContain(what);
    expect(error.fix).toContain(fix);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });
});

describe('keys of programs where there is none', () => {
  it.each([
    ['train: {timeout: 5}', '3:9', 'train.timeout', 'or remove it.'],
    ['train: {code: [a], timeout: 5, shell: true}', '3:9', 'train.code', 'or remove 3 keys.'],
    ['spaces: [{name: b, train: {gpus: [0]}}]', '3:28', 'spaces.0.train.gpus', 'or remove it.'],
  ])('%s', (text, place, key, fix) => {
    const error = refusal(HEAD + text);
    expect(error.message).toBe(`${key}: only programs of your own have it`);
    expect(error.fix).toContain(fix);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });

  it('but any launch has workers', () => {
    expect(parseSpec(`${HEAD}train: {workers: 3}`).workers).toBe(3);
  });
});

describe('a spec without data', () => {
  it.each([
    'parameters: {gamma: {values: [1]}}',
    'spaces: [{name: own, train: {command: [x]}}, {name: network}]',
  ])('has programs alone: %s', (text) => {
    const error = refusal(`name: a\n${text}`);
    expect(error.message).toBe('data is missing');
    expect(error.where).toBe('sweep.yaml:1:1');
    expect(error.fix).toContain('Add `data: {source: table.csv}`');
  });
});

describe('parameters', () => {
  it.each([
    ['seed: {values: [1, 2]}', '4:20', 'seeds are no axis', 'Write `seeds: 5` at the top'],
    [
      'macro_f1: {values: [1]}',
      '4:24',
      'results have a column "macro_f1" already',
      'Call it otherwise, such as own_macro_f1',
    ],
    ['Run: {values: [1]}', '4:19', 'results have a column "run" already', 'own_Run'],
    ['model: {values: [a]}', '4:21', 'results have a column "model" already', 'own_model'],
    ['args: {values: [1]}', '4:20', '${args} has a meaning of its own in commands', 'own_args'],
    ['env: {values: [1]}', '4:19', '${env} has a meaning of its own in commands', 'own_env'],
    ['a-b: {values: [1]}', '4:19', 'a name has letters, digits and _', 'Call it a_b'],
    ['7b: {values: [1]}', '4:18', 'a name has letters, digits and _', 'Call it _7b'],
    ['size: [32, 64]', '4:20', 'an axis has keys', 'Write `size: {values: [32, 64]}`.'],
    ['size: 32', '4:20', 'an axis has keys', 'Write `size: {value: 32}`.'],
    ['size:', '4:19', 'an axis has keys', 'Write `size: {values: [first, second]}`'],
    ['size: {}', '4:20', 'needs either `values: […]` or `value:`', ''],
    ['size: {values: [1], value: 1}', '4:20', 'needs either `values: […]` or `value:`', ''],
    ['size: {values: []}', '4:29', '`values` is a list of 1 to 10000 values', ''],
    ['size: {values: 3}', '4:29', '`values` is a list of 1 to 10000 values', ''],
    ['size: {values: [1, 2, 1]}', '4:36', 'the value 1 is listed twice', 'Remove one of them.'],
    ['size: {values: [{a: 1}, {a: 1}]}', '4:38', 'the value {"a":1} is listed twice', ''],
    [
      'size: {min: 1, max: 9}',
      '4:20',
      'parameters.size: a grid has a list of values, not int_uniform',
      'or `size: {values: [1, 9]}`, with the values in between',
    ],
    [
      'size: {parameters: {a: {values: [1]}}}',
      '4:20',
      'parameters within parameters',
      'Give each a name of its own',
    ],
    ['size: {values: [1, .inf]}', '4:33', 'Infinity is no value that JSON has', 'Write a finite number'],
    ['size: {value: {deep: [.nan]}}', '4:36', 'NaN is no value that JSON has', 'Write a finite number'],
    ['gamma: {values: [-1]}', '4:31', 'must be at least 0; it is -1', 'Use a number within the limits.'],
  ])('{%s}', (axis, place, what, fix) => {
    const error = refusal(`${COMMAND}parameters: {${axis}}`);
    expect(error.message).toContain(what);
    expect(error.fix).toContain(fix);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });

  it.each([
    ['train: {command: [a], size: 5}', '3:23', 'parameters: {size: {value: 5}}'],
    ['train: {command: [a]}\nmodel: {size: [1, 2]}', '4:9', 'parameters: {size: {value: [1, 2]}}'],
  ])('that stand among the constants of knobs: %s', (text, place, form) => {
    const error = refusal(HEAD + text);
    expect(error.message).toContain('unknown key "size"');
    expect(error.fix).toContain(form);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });

  it('are both axis and constant', () => {
    const error = refusal(`${HEAD}train: {command: [a], epochs: 5}\nparameters: {epochs: {values: [1, 2]}}`);
    expect(error.message).toBe('epochs is both in parameters and in train');
    expect(error.where).toBe('sweep.yaml:3:23');
  });

  it('that no program would get', () => {
    const error = refusal(`${HEAD}parameters: {size: {values: [8]}}`);
    expect(error.message).toContain('unknown key "size"');
    expect(error.where).toBe('sweep.yaml:3:14');
  });
});

describe('spaces', () => {
  it('share their workers', () => {
    const error = refusal(
      `${HEAD}train: {command: [a]}\nspaces: [{name: a, train: {workers: 3}}, {name: b, parameters: {x: {value: 1}}}]`,
    );
    expect(error.message).toBe('spaces.0.train.workers: all spaces share the workers');
    expect(error.where).toBe('sweep.yaml:4:28');
    expect(error.fix).toBe('Write `train: {workers: 3}` at the top.');
  });

  it.each(['timeout: 3', 'cpus_per_run: 3', 'gpus: [1]'])('run one program in one way: %s', (key) => {
    const error = refusal(
      `${HEAD}train: {command: [a]}\nspaces: [{name: a}, {name: b, train: {${key}}, parameters: {x: {value: 1}}}]`,
    );
    expect(error.message).toBe('spaces.1.train: the program of the space "a" is run otherwise here');
    expect(error.where).toBe('sweep.yaml:4:21');
  });

  it('are told apart by something', () => {
    const error = refusal(`${HEAD}train: {command: [a]}\nspaces: [{name: a}, {name: b}]`);
    expect(error.message).toContain('spaces.1: it has the same configurations as the space "a"');
  });
});

describe('the baseline', () => {
  it.each([
    ['{}', '5:11', 'baseline: it names no parameter', 'Write `baseline: {embedding: 32}`'],
    [
      '{sice: 8}',
      '5:12',
      'baseline.sice: no configuration has such a parameter. Did you mean "size"?',
      'size.',
    ],
    ['{size: 9}', '5:12', 'baseline.size: no configuration has the value 9', 'Its values are 8, 16.'],
    ['{size: "8"}', '5:12', 'baseline.size: no configuration has the value "8"', 'Its values are 8, 16.'],
    ['{size: {value: 8}}', '5:12', 'no configuration has the value {"value":8}', 'Its values are 8, 16.'],
    ['{model: command}', '5:12', 'baseline.model: no configuration has such a parameter', 'size.'],
    ['8', '5:11', 'baseline: expected keys with values, found 8', 'as `baseline: {embedding: 32}`'],
    ['[size]', '5:11', 'baseline: expected keys with values, found a list', 'as `baseline: {embedding: 32}`'],
  ])('%s', (text, place, what, fix) => {
    const error = refusal(`${COMMAND}parameters: {size: {values: [8, 16]}}\nbaseline: ${text}`);
    expect(error.message).toContain(what);
    expect(error.fix).toContain(fix);
    expect(error.where).toBe(`sweep.yaml:${place}`);
  });
});
