// Specs whose configurations are trained by programs of the user's own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { toldDataset } from '../../src/data/told-dataset.js';
import { UserError } from '../../src/errors.js';
import { KNOB_NAMES } from '../../src/knobs/knobs.js';
import { planSweep } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { Space } from '../../src/spec/sweep-spec.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\ndata: {source: x}\n';

function only(text: string): Space {
  const [space] = parseSpec(HEAD + text, 'sweep.yaml').spaces;
  if (space === undefined) throw new Error('no space');
  return space;
}

/** The configurations of a spec, as programs get them. */
function configs(text: string): readonly unknown[] {
  const spec = parseSpec(`name: a\n${text}`, 'sweep.yaml');
  const ids = spec.spaces.map((_, at) => `command@${at}`);
  return planSweep(spec, toldDataset(null, 'program'), ...ids).trials.map(({ config }) => config);
}

describe('a command', () => {
  it('has parameters of any name, those of members of every object too', () => {
    const text = `data: {source: x}
parameters: {toString: {values: [1, 2]}, valueOf: {value: 3}, hasOwnProperty: {values: [4]}}
train: {command: [run, "\${toString}"]}
`;
    expect(configs(text)).toEqual([
      { toString: 1, valueOf: 3, hasOwnProperty: 4, model: 'command' },
      { toString: 2, valueOf: 3, hasOwnProperty: 4, model: 'command' },
    ]);
  });

  it('has everything that the spec says of it', () => {
    const text = `train:
  command: [python3, train.py, "--lr", "\${learning_rate}", 3, 1.0, 0x10, 12345678901234567890]
  code: [train.py, "src/**/*.py"]
  version: 1.10
  shell: true
  timeout: 1.5 min
  cpus_per_run: 3
  gpus: [0, GPU-8a]
  workers: 4
`;
    expect(only(text).trainer).toEqual({
      type: 'command',
      // Numbers as they are written.
      words: ['python3', 'train.py', '--lr', '${learning_rate}', '3', '1.0', '0x10', '12345678901234567890'],
      shell: true,
      code: ['train.py', 'src/**/*.py'],
      version: '1.10',
      timeoutMs: 90_000,
      cpusPerRun: 3,
      gpus: ['0', 'GPU-8a'],
    });
    expect(parseSpec(HEAD + text).workers).toBe(4);
  });

  it('has defaults for the rest', () => {
    const spec = parseSpec(`${HEAD}train: {command: [./train.sh]}`);
    expect(spec).toMatchObject({ workers: null, baseline: null });
    expect(spec.spaces).toEqual([
      {
        name: null,
        axes: [],
        base: { model: 'command' },
        trainer: {
          ...{ type: 'command', words: ['./train.sh'], shell: false, code: undefined, version: null },
          ...{ timeoutMs: null, cpusPerRun: null, gpus: [] },
        },
      },
    ]);
  });

  it.each([
    ['90', 90_000],
    ['0.5', 500],
    ['90 s', 90_000],
    ['2h', 7_200_000],
    ['1 d', 86_400_000],
  ])('may take `timeout: %s`', (timeout, ms) => {
    expect(only(`train: {command: [a], timeout: ${timeout}}`).trainer).toMatchObject({ timeoutMs: ms });
  });

  it('as a text is one word, or for a shell', () => {
    expect(only('train: {command: ./train.sh}').trainer).toMatchObject({
      words: ['./train.sh'],
      shell: false,
    });
    expect(only('train: {command: "a | b > c", shell: true}').trainer).toMatchObject({
      words: ['a | b > c'],
      shell: true,
    });
  });

  it('may list one file as its code', () => {
    expect(only('train: {command: [a], code: train.py}').trainer).toMatchObject({ code: ['train.py'] });
  });
});

describe('a module', () => {
  it('has everything that the spec says of it', () => {
    expect(
      only('train: {module: ./m.mjs, code: lib.mjs, version: v2, timeout: 10, workers: 2}').trainer,
    ).toEqual({
      ...{ type: 'module', file: './m.mjs', code: ['lib.mjs'], version: 'v2', timeoutMs: 10_000 },
    });
  });
});

describe('parameters of a program', () => {
  it('have any values of JSON, in the order of the spec', () => {
    const { axes } = only(`train: {command: [a]}
parameters:
  zeta: {values: [1, 2.5, text, true, null, [1, [2]], {deep: {er: [null]}}]}
  gamma: {values: [0, 2]}
  one: {value: {a: 1}}
  nothing: {value: null}
  _Name9: {values: [""]}
`);
    expect(axes.map(({ knob, distribution }) => [knob, distribution])).toEqual([
      ['zeta', { type: 'values', values: [1, 2.5, 'text', true, null, [1, [2]], { deep: { er: [null] } }] }],
      ['gamma', { type: 'values', values: [0, 2] }],
      ['one', { type: 'constant', value: { a: 1 } }],
      ['nothing', { type: 'constant', value: null }],
      ['_Name9', { type: 'values', values: [''] }],
    ]);
  });

  it('take knobs whose values are words with any value, and numbers within their limits', () => {
    const { axes } = only(
      'train: {command: [a]}\nparameters: {optimizer: {values: [lion, 3]}, loss: {value: mine}, learning_rate: {values: [0.1]}}',
    );
    expect(axes.map(({ knob }) => knob)).toEqual(['optimizer', 'loss', 'learning_rate']);
  });

  it('and constants reach it, and nothing else', () => {
    expect(
      configs(
        'train: {command: [a], epochs: 5, workers: 2, timeout: 3}\nmodel: {hidden: [8]}\nparameters: {size: {values: [8, 16]}, learning_rate: {value: 0.1}}',
      ),
    ).toEqual([
      { model: 'command', hidden: [8], epochs: 5, size: 8, learning_rate: 0.1 },
      { model: 'command', hidden: [8], epochs: 5, size: 16, learning_rate: 0.1 },
    ]);
    expect(configs('train: {module: ./m.mjs}')).toEqual([{ model: 'module' }]);
  });
});

describe('spaces', () => {
  it('with a program and without share what both take', () => {
    const { spaces } = parseSpec(`${HEAD}seeds: 2
parameters: {gamma: {values: [0, 2]}, dropout: {values: [0, 0.1]}}
train: {epochs: 7}
spaces:
  - {name: network}
  - {name: trees, model: {type: trees}}
  - {name: own, train: {command: [node, p.mjs], learning_rate: 0.5}, parameters: {size: {values: [8]}}}
`);
    expect(spaces.map(({ name, axes }) => [name, axes.map(({ knob }) => knob)])).toEqual([
      ['network', ['gamma', 'dropout']],
      ['trees', ['gamma']],
      ['own', ['gamma', 'dropout', 'size']],
    ]);
    expect(spaces[2]?.base).toEqual({ model: 'command', epochs: 7, learning_rate: 0.5 });
    expect(spaces[0]?.base).toMatchObject({ model: 'mlp', epochs: 7 });
  });

  it('that are programs share the command of the top and its own parameters', () => {
    const { spaces, data } = parseSpec(`name: a
train: {command: [node, p.mjs], timeout: 5}
parameters: {size: {values: [8, 16]}}
spaces:
  - {name: one}
  - {name: two, parameters: {depth: {values: [1]}}, train: {version: 2}}
  - {name: three, parameters: {size: {value: 1}}, train: {command: [sh, q.sh]}}
`);
    expect(data).toBeNull();
    expect(spaces.map(({ axes }) => axes.map(({ knob }) => knob))).toEqual([
      ['size'],
      ['size', 'depth'],
      ['size'],
    ]);
    expect(spaces.map(({ trainer }) => trainer)).toMatchObject([
      { words: ['node', 'p.mjs'], version: null, timeoutMs: 5000 },
      { words: ['node', 'p.mjs'], version: '2', timeoutMs: 5000 },
      { words: ['sh', 'q.sh'], version: null, timeoutMs: 5000 },
    ]);
  });

  it('that say the type of their model have no program of the top', () => {
    const { spaces } = parseSpec(
      `${HEAD}train: {command: [a]}\nspaces: [{name: own}, {name: trees, model: {type: trees}}]`,
    );
    expect(spaces.map(({ base }) => base.model)).toEqual(['command', 'trees']);
  });
});

describe('a named baseline', () => {
  it.each([
    ['{size: 8}', { size: 8 }],
    ['{size: 8, gamma: 0}', { size: 8, gamma: 0 }],
    ['{epochs: 3}', { epochs: 3 }],
    ['{kind: {a: [1]}}', { kind: { a: [1] } }],
  ])('%s', (text, baseline) => {
    const spec = parseSpec(`name: a
train: {command: [x], epochs: 3}
parameters: {size: {values: [8, 16]}, gamma: {values: [0, 1]}, kind: {values: [{a: [1]}, b]}}
baseline: ${text}`);
    expect(spec.baseline).toEqual(baseline);
  });
});

describe('whatever stands in a spec of a program', () => {
  const names = fc.oneof(
    fc.constantFrom(
      ...KNOB_NAMES,
      'size',
      'seed',
      'args',
      'macro_f1',
      'a-b',
      'model',
      'config',
      'hasOwnProperty',
    ),
    fc.string(),
  );
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '',
      '${args}',
      '${nope}',
      ['${program}'],
      [null],
      [[]],
    ),
  );
  const axis = fc.oneof(
    anything,
    fc.record(
      {
        values: fc.oneof(anything, fc.array(anything)),
        value: anything,
        distribution: fc.constantFrom('categorical', 'constant', 'uniform'),
        parameters: anything,
        min: anything,
      },
      { requiredKeys: [] },
    ),
  );
  const train = fc.record(
    {
      command: fc.oneof(anything, fc.array(anything)),
      module: anything,
      code: anything,
      version: anything,
      shell: anything,
      timeout: anything,
      cpus_per_run: anything,
      gpus: fc.oneof(anything, fc.array(anything)),
      workers: anything,
    },
    { requiredKeys: ['command'] },
  );
  const spec = fc.record(
    {
      name: fc.constant('a'),
      train: fc.oneof(fc.constant({ command: ['a'] }), train, anything),
      parameters: fc.oneof(fc.dictionary(names, axis), anything),
      program: anything,
      command: fc.oneof(anything, fc.array(anything)),
      baseline: fc.oneof(fc.dictionary(names, anything), anything),
      spaces: fc.oneof(
        anything,
        fc.array(
          fc.record(
            { name: names, train: fc.oneof(train, anything), parameters: fc.dictionary(names, axis) },
            { requiredKeys: [] },
          ),
        ),
      ),
    },
    { requiredKeys: ['name', 'train'] },
  );

  it('gives a spec, or a mistake with its place', () => {
    fc.assert(
      fc.property(spec, (value) => {
        const text = stringify(value);
        const error = thrown(() => parseSpec(text, 'sweep.yaml'));
        expect(
          error === undefined || error instanceof UserError,
          `${String((error as Error)?.stack)}\n${text}`,
        ).toBe(true);
        expect((error as UserError | undefined)?.where ?? 'sweep.yaml:1:1').toMatch(/^sweep\.yaml:\d+:\d+$/);
      }),
      { numRuns: cases(400) },
    );
  });
});
