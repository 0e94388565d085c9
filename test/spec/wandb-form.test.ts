// Sweep files in the form of W&B.
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { SweepSpec } from '../../src/spec/sweep-spec.js';
import { thrown } from '../thrown.js';

function refusal(text: string): UserError {
  const error = thrown(() => parseSpec(text, 'dir/sweep.yaml'));
  if (error instanceof UserError) return error;
  throw error ?? new Error(`accepted: ${text}`);
}

function wordsOf(text: string, file = 'dir/my sweep.yaml'): unknown {
  const { spaces }: SweepSpec = parseSpec(text, file);
  const [space] = spaces;
  return typeof space?.trainer === 'object' && 'words' in space.trainer ? space.trainer.words : undefined;
}

const AXIS = '\nparameters: {a: {values: [1, 2]}}\n';

describe('a file of W&B', () => {
  it('is a spec as it stands', () => {
    const text = `program: train.py
project: traffic
entity: me
method: grid
metric: {name: macro_f1, goal: maximize}
parameters:
  optimizer: {distribution: categorical, values: [adam, sgd]}
  batch_size: {distribution: categorical, values: [32, 64]}
  epochs: {distribution: constant, value: 3}
  size: {value: 8}
command: ["\${env}", python3, "\${program}", "\${args}"]
`;
    const spec = parseSpec(text, 'dir/my sweep.yaml');
    expect(spec).toMatchObject({
      name: 'my sweep',
      method: 'grid',
      data: null,
      metric: { name: 'macro_f1' },
    });
    expect(wordsOf(text)).toEqual(['${env}', 'python3', 'train.py', '${args}']);
    expect(spec.spaces[0]?.axes.map(({ knob, distribution }) => [knob, distribution])).toEqual([
      ['optimizer', { type: 'values', values: ['adam', 'sgd'] }],
      ['batch_size', { type: 'values', values: [32, 64] }],
      ['epochs', { type: 'constant', value: 3 }],
      ['size', { type: 'constant', value: 8 }],
    ]);
  });

  it.each([
    ['program: train.py', ['${env}', '${interpreter}', 'train.py', '${args}']],
    ['program: a b.py\ncommand: [python3, "./${program}", 1.0]', ['python3', './a b.py', '1.0']],
    ['command: [python3, train.py]', ['python3', 'train.py']],
    ['program: $&.py\ncommand: [sh, "${program}"]', ['sh', '$&.py']],
  ])('%j', (text, words) => {
    expect(wordsOf(text + AXIS)).toEqual(words);
  });

  it('keeps its name, data, seeds and what train: says beside the command', () => {
    const spec = parseSpec(
      `name: n\nprogram: t.py\nseeds: 2\ndata: {source: x}\ntrain: {timeout: 5, epochs: 3}${AXIS}`,
    );
    expect(spec).toMatchObject({ name: 'n', seeds: [1, 2], data: { source: 'x' } });
    expect(spec.spaces[0]).toMatchObject({
      base: { model: 'command', epochs: 3 },
      trainer: { timeoutMs: 5000 },
    });
  });

  it.each([
    ['méthode/été #1.yaml', 'été -1'],
    ['.hidden.yaml', 'hidden'],
    ['---.yaml', 'sweep'],
    [`${'x'.repeat(120)}.yaml`, 'x'.repeat(100)],
  ])('is called as its file, %s', (file, name) => {
    expect(parseSpec(`program: t.py${AXIS}`, file).name).toBe(name);
  });
});

describe('what is not supported is named, with the alternative', () => {
  it.each([
    ['method: bayes', '2:9', 'method: "bayes" is not one of grid, random, sobol, tpe', 'write `method: tpe`'],
    ['method: random', '2:9', 'random needs a number of configurations', 'Add `trials: 50`.'],
    [
      'early_terminate: {type: envelope, min_iter: 3}',
      '2:25',
      'early_terminate.type: "envelope" is not one of hyperband',
      'Write `type: hyperband`.',
    ],
    ['run_cap: 10', '2:1', 'unknown key "run_cap"', '`focalsweep plan` says how many there are'],
    ['image_uri: a', '2:1', 'unknown key "image_uri"', 'Write the command that trains: `program: train.py`'],
    [
      'metric: {name: val_loss, goal: minimize}',
      '2:16',
      'metric.name: "val_loss" is not one of',
      'Write `name: log_loss`.',
    ],
    ['metric: {name: validation/acc}', '2:16', '"validation/acc" is not one of', 'Write `name: accuracy`.'],
    ['metric: {name: eval_f1}', '2:16', '"eval_f1" is not one of', 'Write `name: macro_f1`.'],
    ['metric: {name: test-auc}', '2:16', '"test-auc" is not one of', 'Write `name: roc_auc`.'],
    ['metric: {name: zzz}', '2:16', '"zzz" is not one of macro_f1, ', 'Use one of them.'],
    ['timeout: 10', '2:1', 'unknown key "timeout"', 'write `train: {timeout: 10}`'],
    [
      'train: {command: [a]}',
      '2:9',
      'train.command: the top of the spec names a program, too',
      'Keep one of the two.',
    ],
    [
      'train: {module: a.mjs}',
      '2:9',
      'train.module: the top of the spec names a program, too',
      'Keep one of the two.',
    ],
  ])('%s', (line, place, what, fix) => {
    const error = refusal(`program: train.py\n${line}${AXIS}`);
    expect(error.message).toContain(what);
    expect(error.fix).toContain(fix);
    expect(error.where).toBe(`dir/sweep.yaml:${place}`);
  });

  it.each([
    [
      'lr: {min: 0.001, max: 0.1}',
      'parameters.lr: a grid has a list of values, not uniform',
      'or `lr: {values: [0.001, 0.1]}`, with the values in between',
    ],
    [
      'lr: {distribution: log_uniform_values, min: 0.1, max: 1}',
      'a grid has a list of values, not log_uniform_values',
      'lr: {values: [0.1, 1]}',
    ],
    [
      'lr: {values: [1, 2], probabilities: [0.5, 0.5]}',
      'a grid has a list of values, not categorical',
      'or `lr: {values: [1, 2]}`.',
    ],
    [
      'lr: {distribution: normal, mu: 0, sigma: 1}',
      'a grid has a list of values, not normal',
      'lr: {values: [0, …]}',
    ],
    ['opt: {parameters: {lr: {values: [1]}}}', 'parameters within parameters', 'Give each a name of its own'],
    ['seed: {values: [1, 2]}', 'seeds are no axis', 'Write `seeds: 5` at the top'],
    ['gamma: {min: 0, max: 5}', 'a grid has a list of values, not int_uniform', 'gamma: {values: [0, 5]}'],
  ])('parameters: {%s}', (axis, what, fix) => {
    const error = refusal(`program: train.py\nparameters:\n  ${axis}\n`);
    expect(error.message).toContain(what);
    expect(error.fix).toContain(fix);
    expect(error.where).toMatch(/^dir\/sweep\.yaml:3:\d+$/);
  });

  it.each([
    ['program:', '1:9', 'program: expected the path of a program', 'Write `program: train.py`.'],
    ['program: [a]', '1:10', 'program: expected the path of a program', 'Write `program: train.py`.'],
    [
      'command: 3',
      '1:10',
      'command: expected a list of words',
      '"${program}", "${args}"]`, or leave it out.',
    ],
    ['command: []', '1:10', 'command: expected a list of words', ''],
    ['command: [a, null]', '1:14', 'command: expected a list of words', ''],
    ['command: [a, [b]]', '1:14', 'command: expected a list of words', ''],
    [
      'command: [sh, "${program}"]',
      '1:15',
      'command: it has ${program}, and there is no `program:`',
      'Add `program: train.py`.',
    ],
  ])('%s', (text, place, what, fix) => {
    const error = refusal(text + AXIS);
    expect(error.message).toContain(what);
    expect(error.fix).toContain(fix);
    expect(error.where).toBe(`dir/sweep.yaml:${place}`);
  });
});
