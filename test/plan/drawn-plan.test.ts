import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { plannedRunCount, planSweep } from '../../src/plan/plan.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { thrown } from '../thrown.js';

const DATA = 'data: {source: "builtin:malware21", rows: 600}\n';
let dataset: Dataset;

beforeAll(async () => {
  dataset = await loadDataset({ source: 'builtin:malware21', rows: 600 }, '.');
});

const planOf = (text: string, ...more: string[]) =>
  planSweep(parseSpec(`name: a\n${DATA}${text}`, 'sweep.yaml'), dataset, 'native/addon@3', ...more);
const baselinesOf = (text: string, ...more: string[]) =>
  planOf(text, ...more)
    .trials.filter(({ addedBaseline }) => addedBaseline)
    .map(({ space, point }) => ({ space, ...point }));

describe('beside drawn configurations', () => {
  test('there is cross-entropy with what the first quarter have beside the loss', () => {
    const text =
      'method: sobol\ntrials: 12\nparameters: {gamma: {min: 0.5, max: 5}, dropout: {min: 0.0, max: 0.5}}\n';
    const { trials, spec } = planOf(text);
    expect(baselinesOf(text)).toEqual(
      trials.slice(0, 3).map(({ point: { dropout } }) => ({ alpha: 1, gamma: 0, dropout })),
    );
    expect(trials.length * spec.seeds.length).toBeLessThanOrEqual(plannedRunCount(spec));
  });

  test('there is one where only the loss is drawn', () => {
    expect(baselinesOf('method: random\ntrials: 12\nparameters: {gamma: {min: 0.5, max: 5}}\n')).toEqual([
      { alpha: 1, gamma: 0 },
    ]);
  });

  test('each space has its own', () => {
    const spaces = 'spaces: [{name: n}, {name: t, model: {type: trees}}]\n';
    const names = baselinesOf(
      `method: sobol\ntrials: 8\nparameters: {gamma: {min: 0.5, max: 5}}\n${spaces}`,
      'trees@1',
    );
    expect(names.map(({ space }) => space)).toEqual(['n', 't']);
  });

  test('there is the one that the spec names', () => {
    const text =
      'method: random\ntrials: 8\nbaseline: {hidden: [8]}\nparameters: {hidden: {values: [[8], [16], [32]]}, dropout: {min: 0.1, max: 0.5}}\n';
    const { trials } = planOf(text);
    const named = trials
      .filter(({ point }) => JSON.stringify(point.hidden) === '[8]')
      .map(({ point }) => point.dropout);
    expect(named).toEqual(expect.arrayContaining(trials.slice(0, 2).map(({ point }) => point.dropout)));
  });
});

describe('a condition', () => {
  test('never takes cross-entropy out of a grid', () => {
    const grid = 'where: gamma > 0\nparameters: {gamma: {values: [0, 2]}, dropout: {values: [0, 0.5]}}\n';
    const { trials } = planOf(grid);
    expect(trials.map(({ point, addedBaseline }) => [point.gamma, point.dropout, addedBaseline])).toEqual([
      [2, 0, false],
      [2, 0.5, false],
      [0, 0, true],
      [0, 0.5, true],
    ]);
  });

  test('that nothing fulfils is refused at its place', () => {
    expect(thrown(() => planOf('where: gamma > 3\nparameters: {gamma: {values: [0, 2]}}\n'))).toMatchObject({
      name: 'UserError',
      where: 'sweep.yaml:3:8',
      message: expect.stringContaining('no configuration fulfils'),
    });
    expect(() =>
      planOf('method: random\ntrials: 5\nwhere: gamma > 3\nparameters: {gamma: {min: 0, max: 2}}\n'),
    ).toThrow('no configuration fulfils');
  });

  test('and a sampler say when there are fewer configurations than asked for', () => {
    const { warnings, trials } = planOf(
      'method: sobol\ntrials: 9\nwhere: gamma > 1\nparameters: {gamma: {min: 0, max: 4}}\n',
    );
    expect(trials.filter(({ addedBaseline }) => !addedBaseline)).toHaveLength(3);
    expect(warnings[0]).toBe(
      'trials: 9 are asked for, and 3 configurations are all that the axes and conditions have.',
    );
  });
});

test('a search has another id for each of its parts; that of a grid is as before them', () => {
  const idOf = (text: string) => searchIdOf(planOf(text));
  const axes = 'parameters: {gamma: {values: [0, 1, 2]}}\n';
  const ids = [
    '',
    'where: gamma > 0\n',
    'method: random\ntrials: 2\n',
    'method: sobol\ntrials: 2\n',
    'method: sobol\ntrials: 1\n',
    'method: sobol\ntrials: 2\nsearch_seed: 1\n',
  ].map((head) => idOf(head + axes));
  expect(new Set(ids).size).toBe(ids.length);
});
