import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSweep } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { parseSetting } from '../../src/spec/settings/setting.js';
import { settledSpec } from '../../src/spec/settings/settled-spec.js';
import type { SweepSpec } from '../../src/spec/sweep-spec.js';
import { smallTable } from '../analysis/recorded-sweep.js';
import { cases } from '../property-cases.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\ndata: {source: "builtin:malware21"}\n';
const GRID = `${HEAD}parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 1, 2]}}\nmodel: {hidden: [32]}\ntrain: {epochs: 50}\n`;
const SPACES = `${HEAD}
parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 2]}, max_leaves: {values: [7, 15]}}
baseline: {gamma: 2}
spaces:
  - {name: network, model: {hidden: [32]}, parameters: {dropout: {values: [0, 0.5]}}}
  - {name: small, model: {hidden: [8]}, parameters: {dropout: {values: [0, 0.5]}}}
  - {name: trees, model: {type: trees}}
`;

function settled(text: string, ...settings: readonly string[]): SweepSpec {
  return settledSpec(parseSpec(text, 'sweep.yaml'), settings.map(parseSetting));
}

function configOf(spec: SweepSpec) {
  const [first, ...others] = planSweep(
    spec,
    DATASET,
    ...spec.spaces.map(() => 'native/wasm@3'),
  ).trials.filter(({ addedBaseline }) => !addedBaseline);
  expect(others).toEqual([]);
  return first;
}
const DATASET = await smallTable();

describe('a spec with settings', () => {
  it('has them in place of axes and of constants', () => {
    const trial = configOf(settled(GRID, 'alpha=balanced', 'gamma=1.5', 'epochs=3', 'hidden=[16, 8]'));
    expect(trial?.config).toMatchObject({ alpha: 'balanced', gamma: 1.5, epochs: 3, hidden: [16, 8] });
    expect(trial?.point).toEqual({ alpha: 'balanced', gamma: 1.5, epochs: 3, hidden: [16, 8] });
  });

  it('is the configuration of the sweep where its grid has it: results are found by its id', () => {
    const grid = planSweep(parseSpec(GRID), DATASET, 'native/wasm@3').trials;
    fc.assert(
      fc.property(
        fc.constantFrom(...grid.filter(({ addedBaseline }) => !addedBaseline)),
        ({ trialId, point }) => {
          const settings = Object.entries(point).map(([knob, value]) => `${knob}=${value}`);
          expect(configOf(settled(GRID, ...settings))?.trialId).toBe(trialId);
        },
      ),
      { numRuns: cases(20) },
    );
  });

  it('keeps its text, so that mistakes found later have a place in the file of the user', () => {
    expect(settled(GRID, 'alpha=1', 'gamma=1').text).toBe(GRID);
  });

  it('takes the last of two settings of one knob', () => {
    expect(configOf(settled(GRID, 'alpha=1', 'gamma=1', 'gamma=2'))?.config).toMatchObject({ gamma: 2 });
  });

  it('is of the space that `space` names, even where that becomes the same as another', () => {
    const trial = configOf(settled(SPACES, 'space=network', 'alpha=1', 'gamma=0', 'dropout=0', 'hidden=[8]'));
    expect(trial).toMatchObject({ space: 'network', config: { hidden: [8], dropout: 0 } });
  });

  it('leaves out the axes of other models', () => {
    expect(
      configOf(settled(SPACES, 'space=trees', 'alpha=1', 'gamma=0', 'max_leaves=9'))?.config,
    ).toMatchObject({
      model: 'trees',
      max_leaves: 9,
    });
  });

  it('can have another model, with the defaults of that one', () => {
    const trial = configOf(settled(GRID, 'model=trees', 'alpha=1', 'gamma=0', 'max_leaves=9'));
    expect(trial?.config).toMatchObject({ model: 'trees', max_leaves: 9, learning_rate: 0.1 });
    const other = settled(SPACES, 'space=network', 'model=trees', 'alpha=1', 'gamma=0');
    expect(configOf(other)?.config.model).toBe('trees');
  });

  it('may give a program parameters of its own', () => {
    const program = `name: a\ntrain: {command: [train, "--rate", "\${rate}"]}\nparameters: {rate: {values: [1, 2]}}\n`;
    expect(settled(program, 'rate=7').spaces[0]?.axes[0]?.distribution).toEqual({
      type: 'constant',
      value: 7,
    });
  });
});

it.each([
  [
    GRID,
    [],
    /^the spec has several configurations: alpha is 1, "balanced"; gamma is 0, 1, 2$/,
    /--set alpha=1 --set gamma=0/,
    undefined,
  ],
  [GRID, ['gama=1'], /no setting "gama"\. Did you mean "gamma"\?/, /alpha, gamma/, '--set gama=1'],
  [GRID, ['lr=0.1'], /Did you mean "learning_rate"/, /./, '--set lr=0.1'],
  [GRID, ['seed=2'], /no setting "seed"/, /--seed/, '--set seed=2'],
  [GRID, ['alpha=1', 'gamma=two'], /^gamma: expected a number, found "two"$/, /a number/, '--set gamma=two'],
  [GRID, ['gamma=-1', 'alpha=1'], /^gamma: must be at least 0/, /limits/, '--set gamma=-1'],
  [GRID, ['gamma=[1, 2]'], /^gamma: expected a number, found a list$/, /one value/, '--set gamma=[1, 2]'],
  [GRID, ['alpha=balanse'], /Did you mean "balanced"/, /--set alpha=balanced/, '--set alpha=balanse'],
  [GRID, ['model=tree'], /^model: "tree" is not one of mlp, trees\. Did you mean/, /./, '--set model=tree'],
  [GRID, ['space=x'], /the spec has no spaces/, /Leave/, '--set space=x'],
  [SPACES, ['gamma=1'], /several spaces: network, small, trees/, /--set space=network/, undefined],
  [
    SPACES,
    ['space=tree'],
    /no space "tree"\. Did you mean "trees"/,
    /network, small, trees/,
    '--set space=tree',
  ],
  [
    SPACES,
    ['space=trees', 'dropout=0.5'],
    /dropout: the model of this space is trees/,
    /./,
    '--set dropout=0.5',
  ],
])('refuses what the spec would refuse, at its own place: %#', (text, settings, message, fix, where) => {
  const error: unknown = thrown(() => settled(text, ...settings));
  expect(error).toMatchObject({ name: 'UserError', message: expect.stringMatching(message), where });
  expect(error).toHaveProperty('fix', expect.stringMatching(fix));
});

it.each(['gamma', 'gamma=', '=2', ''])('"%s" is no setting', (text) => {
  expect(thrown(() => parseSetting(text))).toMatchObject({
    message: 'a setting has a name and a value',
    where: `--set ${text}`,
  });
});
