import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { plannedRunCount, planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\nseeds: 2\ndata: {source: "builtin:malware21", rows: 2000}\n';
const NETWORK = 'model: {hidden: [8]}\ntrain: {epochs: 4}\n';
const TREES = 'model: {type: trees}\ntrain: {epochs: 9}\n';
const GRID = 'parameters: {alpha: {values: [1, balanced]}, gamma: {values: [0, 2]}}\n';
const BOTH = `${GRID}spaces:
  - {name: network, model: {hidden: [8]}, train: {epochs: 4}}
  - {name: trees, model: {type: trees}, train: {epochs: 9}}
`;
let dataset: Dataset;

beforeAll(async () => {
  dataset = await loadDataset(parseSpec(HEAD).data, '.');
});

function plan(text: string, ...engines: string[]): SweepPlan {
  return planSweep(parseSpec(HEAD + text, 'sweep.yaml'), dataset, ...engines);
}

describe('a plan of several spaces', () => {
  it('has the trials and runs of sweeps of one model, to the last id', () => {
    const both = plan(BOTH, 'tfjs/cpu@1', 'trees@1');
    const alone = [plan(GRID + NETWORK, 'tfjs/cpu@1'), plan(GRID + TREES, 'trees@1')];
    expect(both.runs).toEqual(alone.flatMap(({ runs }) => runs));
    const withoutSpace = both.trials.map(({ space: _, ...trial }) => trial);
    expect(withoutSpace).toEqual(alone.flatMap(({ trials }) => trials));
    expect(both.trials.map(({ space }) => space)).toEqual([
      ...Array(4).fill('network'),
      ...Array(4).fill('trees'),
    ]);
    expect(both.engine).toBe('tfjs/cpu@1, trees@1');
    expect(plannedRunCount(both.spec)).toBe(both.runs.length);
  });

  it('has a cross-entropy baseline for each space whose grid has none', () => {
    const { trials } = plan(
      `spaces:
  - {name: network, parameters: {gamma: {values: [1, 2]}, learning_rate: {values: [0.1, 0.01]}}}
  - {name: plain, model: {hidden: []}, parameters: {gamma: {values: [0, 1]}}}
  - {name: trees, model: {type: trees}, parameters: {alpha: {values: [balanced]}}, train: {gamma: 0}}`,
      'tfjs/cpu@1',
      'tfjs/cpu@1',
      'trees@1',
    );
    const added = trials.filter(({ addedBaseline }) => addedBaseline);
    expect(added.map(({ space, point }) => [space, point])).toEqual([
      ['network', { alpha: 1, gamma: 0, learning_rate: 0.1 }],
      ['network', { alpha: 1, gamma: 0, learning_rate: 0.01 }],
      ['trees', { alpha: 1, gamma: 0 }],
    ]);
    expect(plannedRunCount(parseSpec(`${HEAD}${'spaces: [{name: only}]'}`))).toBe(4);
  });

  it('trains a configuration of two spaces once, for the first of them', () => {
    const { trials } = plan(
      'spaces: [{name: a, parameters: {gamma: {values: [0, 1]}}}, {name: b, parameters: {gamma: {values: [1, 2]}}}]',
      'tfjs/cpu@1',
      'tfjs/cpu@1',
    );
    expect(trials.map(({ space, point }) => [space, point.gamma])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 2],
    ]);
  });

  it('has a search of its own for other spaces, and the one it had for one model', () => {
    const idOf = (text: string, ...engines: string[]) => searchIdOf(plan(text, ...engines));
    const ids = [
      idOf(BOTH, 'tfjs/cpu@1', 'trees@1'),
      idOf(BOTH.replace('[0, 2]', '[0, 1]'), 'tfjs/cpu@1', 'trees@1'),
      idOf(BOTH.replace('name: trees', 'name: forest'), 'tfjs/cpu@1', 'trees@1'),
      idOf(GRID + NETWORK, 'tfjs/cpu@1'),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('says which space a warning is about', () => {
    const { warnings } = plan(BOTH, 'tfjs/cpu@1', 'trees@1');
    expect(warnings).toContain('trees: patience 20 never stops a run of 9 epochs.');
    expect(warnings.join('\n')).not.toContain('network: patience');
  });

  it('names the place of a class weight that names no class', () => {
    const shared = BOTH.replace('[1, balanced]', '[1, {Dridexx: 3}]');
    const own = BOTH.replace('train: {epochs: 9}', 'parameters: {alpha: {values: [{Emotett: 2}]}}');
    const mistakeIn = (text: string) => thrown(() => plan(text, 'tfjs/cpu@1', 'trees@1'));
    expect(mistakeIn(shared)).toMatchObject({ name: 'UserError', where: 'sweep.yaml:4:34' });
    expect(mistakeIn(own)).toMatchObject({ name: 'UserError', where: 'sweep.yaml:7:71' });
  });
});
