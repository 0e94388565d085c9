import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { budgetText, parseBudget } from '../../src/spec/settings/budget.js';

const spec = (budget: string) =>
  parseSpec(
    `name: a\nparameters: {gamma: {values: [0, 1]}}\ndata: {source: "builtin:malware21"}\n${budget}`,
    'a.yaml',
  );

describe('a budget', () => {
  it.each([
    ['30m', { minutes: 30 }, '30 minutes'],
    ['2h', { minutes: 120 }, '120 minutes'],
    ['1.5 h', { minutes: 90 }, '90 minutes'],
    ['90s', { minutes: 1.5 }, '1.5 minutes'],
    ['20s', { minutes: 1 / 3 }, '20 seconds'],
    ['1min', { minutes: 1 }, '1 minute'],
    ['200runs', { runs: 200 }, '200 runs'],
    ['1 run', { runs: 1 }, '1 run'],
    ['5000epochs', { epochs: 5000 }, '5000 epochs'],
  ])('is given as %s', (text, budget, words) => {
    const given = parseBudget(text);
    expect(given).toEqual(budget);
    expect(given && budgetText(given)).toBe(words);
  });

  it('is lifted by none', () => {
    expect(parseBudget('none')).toBeNull();
  });

  it.each(['', '30', 'm', '0m', '-3m', '1.5runs', '3 weeks', 'all', '0 epochs', '1e3runs'])(
    'is not "%s"',
    (text) => {
      expect(() => parseBudget(text)).toThrow(UserError);
      expect(() => parseBudget(text)).toThrow(`"${text}" is no budget`);
    },
  );

  it('is part of a spec, alone or several together', () => {
    expect(spec('').budget).toBeNull();
    expect(spec('budget: {minutes: 0.5, runs: 10}').budget).toEqual({ minutes: 0.5, runs: 10 });
  });

  it.each([
    ['budget: {}', /budget: needs `minutes`, `epochs`, `runs` or `patience`/],
    ['budget: {runs: 0}', /budget\.runs: must be at least 1; it is 0/],
    ['budget: {minutes: 0}', /budget\.minutes: /],
    ['budget: {hours: 3}', /hours/],
    ['budget: {patience: 30}', /budget\.patience: a grid goes through its values in order/],
    [
      'budget: {patience: 30}\nmethod: sobol\ntrials: 9\nstop: {type: median}',
      /budget\.patience: most configurations are dropped before/,
    ],
  ])('is refused with its place: %s', (budget, message) => {
    expect(() => spec(budget)).toThrow(message);
    expect(() => spec(budget)).toThrow(
      expect.objectContaining({ where: expect.stringMatching(/^a\.yaml:4:/) }),
    );
  });
});
