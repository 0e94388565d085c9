import { describe, expect, it } from 'vitest';
import type { UserError } from '../../src/errors.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { thrown } from '../thrown.js';

const BEGIN = 'name: a\ndata: {source: t.csv}\nparameters: {gamma: {values: [0, 1]}}\n';
const specWith = (text: string) => parseSpec(`${BEGIN}${text}`);
const stopOf = (text: string) => specWith(text).stop;

describe('how configurations are dropped', () => {
  it.each([
    ['', { type: 'none' }],
    ['stop: {type: none}', { type: 'none' }],
    ['stop: {type: median}', { type: 'median', grace: 5, every: 1 }],
    ['stop: {type: median, grace: 3, every: 2}', { type: 'median', grace: 3, every: 2 }],
    ['stop: {type: successive_halving}', { type: 'successive_halving', grace: 5, eta: 2 }],
    ['stop: {type: hyperband, grace: 4}', { type: 'hyperband', rungs: [4, 8, 16], eta: 2 }],
    ['stop: {type: halving_then_racing}', { type: 'halving_then_racing', grace: 3, eta: 2, maxSeeds: 3 }],
    [
      'seeds: 8\nstop: {type: halving_then_racing, grace: 3, eta: 3, max_seeds: 6}',
      { type: 'halving_then_racing', grace: 3, eta: 3, maxSeeds: 6 },
    ],
  ])('is read from `%s`', (text, expected) => {
    expect(stopOf(`train: {epochs: 30}\n${text}`)).toEqual(expected);
  });

  // The rungs are those of `hyperband_stop_runs` in W&B's package `sweeps`, as far as runs train.
  it.each([
    ['min_iter: 3', 100, { rungs: [3, 9, 27, 81], eta: 3 }],
    ['min_iter: 3, eta: 2', 30, { rungs: [3, 6, 12, 24], eta: 2 }],
    ['max_iter: 27, s: 2', 27, { rungs: [3, 9], eta: 3 }],
    ['max_iter: 5, s: 2, eta: 2', 30, { rungs: [1, 2], eta: 2 }],
    ['max_iter: 5, s: 9, eta: 2, strict: true', 30, { rungs: [1, 2], eta: 2, strict: true }],
  ])('is read from W&B’s `early_terminate: {type: hyperband, %s}`', (text, epochs, expected) => {
    const stop = stopOf(`train: {epochs: ${epochs}}\nearly_terminate: {type: hyperband, ${text}}`);
    expect(stop).toEqual({ type: 'hyperband', ...expected });
  });

  it.each([
    ['stop: {type: asha}', 5, 14, /"asha" is not one of none, halving_then_racing/, /Use one of them/],
    ['stop: median', 5, 7, /stop: expected/, /./],
    [
      'stop: {type: median, eta: 3}',
      5,
      27,
      /median has no eta; it belongs to halving_then_racing, succ/,
      /Remove/,
    ],
    [
      'stop: {type: median, grace: 30}',
      5,
      29,
      /epoch 30 is not before the last of 30/,
      /`grace: 5`, or raise/,
    ],
    ['stop: {type: hyperband, eta: 1}', 5, 30, /stop.eta/, /./],
    ['stop: {type: halving_then_racing, max_seeds: 4}', 5, 46, /the sweep has 3 seeds/, /Write 3 or fewer/],
    ['early_terminate: {type: hyperband}', 5, 18, /either `min_iter` or `max_iter`/, /min_iter: 5/],
    ['early_terminate: {type: hyperband, max_iter: 9}', 5, 18, /`max_iter` and `s` belong together/, /s: 2/],
    [
      'early_terminate: {type: hyperband, min_iter: 9, s: 2}',
      5,
      52,
      /`max_iter` and `s`/,
      /`min_iter` alone/,
    ],
    [
      'early_terminate: {type: hyperband, min_iter: 3, max_iter: 9, s: 1}',
      5,
      59,
      /does not go together with `min_iter`/,
      /Keep one of the two/,
    ],
    ['early_terminate: {type: hyperband, max_iter: 2, s: 2}', 5, 46, /no rung lies before/, /smaller `eta`/],
    [
      'early_terminate: {type: hyperband, min_iter: 2}\nstop: {type: median}',
      6,
      7,
      /says the same/,
      /Keep one/,
    ],
  ])('refuses `%s` with the place and the fix', (text, line, column, what, fix) => {
    const error = thrown(() => stopOf(`train: {epochs: 30}\n${text}`)) as UserError;
    expect(error.message).toMatch(what);
    expect(error.where).toBe(`spec.yaml:${line}:${column}`);
    expect(error.fix).toMatch(fix);
  });

  it('may come before the last epoch of the longest configurations', () => {
    const axis = 'parameters: {epochs: {values: [4, 9]}}';
    const spec = (grace: number) =>
      parseSpec(`name: a\ndata: {source: t.csv}\n${axis}\nstop: {type: median, grace: ${grace}}`);
    expect(spec(8).stop).toMatchObject({ grace: 8 });
    expect(() => spec(9)).toThrow(/last of 9/);
  });

  it('is part of the search, and a spec that says nothing of it keeps its search', () => {
    const idOf = (text: string) =>
      searchIdOf({ spec: specWith(text), dataset: 'd', engine: 'native/addon@1', costs: null });
    const ids = ['', 'stop: {type: median}', 'stop: {type: median, grace: 3}'].map(idOf);
    expect(new Set(ids).size).toBe(3);
    expect(idOf('stop: {type: none}')).toBe(ids[0]);
    // Who is never dropped, and what is raced for.
    const more = ['', 'baseline: {gamma: 1}', 'equivalent: 0.02', 'choose: [{name: a, maximize: mcc}]'];
    const idsWith = (stop: string) => more.map((text) => idOf(`${stop}\n${text}`));
    expect(idsWith('').every((id) => id === ids[0])).toBe(true);
    expect(new Set(idsWith('stop: {type: median}')).size).toBe(2);
    expect(new Set(idsWith('stop: {type: halving_then_racing}')).size).toBe(4);
    // As it was before there was a choice.
    expect(ids[0]).toBe('fe195f13c3156aff');
  });
});
