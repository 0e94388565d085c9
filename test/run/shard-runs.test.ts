import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import { planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { runsOfShard } from '../../src/run/shard-runs.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { parseShard } from '../../src/spec/settings/shard.js';
import type { AnyConfig } from '../../src/sweep.js';
import { thrown } from '../thrown.js';

const HEAD = 'name: a\ndata: {source: "builtin:malware21", rows: 600}\n';
/** Runs of one network shape may train together. */
const trainerOf = () => ({
  id: 'shapes@1',
  groupSize: 8,
  groupKey: (config: AnyConfig) => String('hidden' in config && config.hidden),
});
let dataset: Dataset;

beforeAll(async () => {
  dataset = await loadDataset(parseSpec(HEAD).data, '.');
});

const plan = (rest: string): SweepPlan => planSweep(parseSpec(HEAD + rest, 'a.yaml'), dataset, 'shapes@1');
const shares = (of: SweepPlan, count: number): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, at) => [...runsOfShard(of, { index: at + 1, count }, trainerOf)]);
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at / 10);

describe('the shards of a plan', () => {
  test('have every run once, in any number of parts, and differ by at most one configuration', () => {
    const axis = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(axis, axis, axis, fc.integer({ min: 1, max: 12 }), (gammas, shapes, seeds, count) => {
        const whole = plan(`seeds: ${seeds}
parameters:
  gamma: {values: [${numbers(gammas)}]}
  hidden: {values: [${numbers(shapes).map((_, at) => `[${at + 1}]`)}]}`);
        const parts = shares(whole, count);
        expect(parts.flat().toSorted()).toEqual(whole.runs.map(({ runId }) => runId).toSorted());
        const sizes = parts.map(({ length }) => length);
        const largestHand = whole.trials.length >= 16 * count ? seeds : 1;
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largestHand);
      }),
      { numRuns: 60 },
    );
  });

  test('have some of every value of an axis that has as many values as there are shards', () => {
    const whole = plan(
      'parameters: {gamma: {values: [0, 1, 2, 3]}, learning_rate: {values: [0.1, 0.01, 0.001]}}',
    );
    const rateOf = new Map(whole.trials.map(({ trialId, point }) => [trialId, point.learning_rate]));
    const trialOf = new Map(whole.runs.map(({ runId, trialId }) => [runId, trialId]));
    const rates = shares(whole, 3).map(
      (own) => new Set(own.map((runId) => rateOf.get(trialOf.get(runId) ?? ''))).size,
    );
    expect(rates).toEqual([3, 3, 3]);
  });

  test('keep the seeds of a configuration together where there are sixteen configurations for each', () => {
    const axes = `gamma: {values: [${numbers(16)}]}, learning_rate: {values: [0.01, 0.001]}`;
    const whole = plan(`seeds: 3\nparameters: {${axes}}`);
    const trialOf = new Map(whole.runs.map(({ runId, trialId }) => [runId, trialId]));
    const trials = (count: number) =>
      shares(whole, count).map((own) => new Set(own.map((runId) => trialOf.get(runId))).size);
    expect(trials(2)).toEqual([16, 16]);
    expect(trials(3)).toEqual([32, 32, 32]);
  });

  test('are the whole, in its order, where there is one', () => {
    const whole = plan('parameters: {gamma: {values: [0, 1, 2]}}');
    expect(shares(whole, 1)).toEqual([whole.runs.map(({ runId }) => runId)]);
  });
});

describe('a search that decides by results has no shards', () => {
  test.each([
    ['stop: {type: median}', '`stop:` drops configurations', 'Leave `stop:` out'],
    [
      'method: tpe\ntrials: 20\nparameters: {gamma: {min: 0, max: 2}}',
      '`method: tpe` proposes configurations',
      'Draw with `method: sobol` or `random`',
    ],
    ['budget: {runs: 5}', '`budget:` ends a search', 'Launch with --budget none'],
  ])('%s', (rest, what, fix) => {
    const error = thrown(() => runsOfShard(plan(rest), { index: 1, count: 2 }, trainerOf));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({
      message: expect.stringContaining(what),
      where: expect.stringMatching(/^a\.yaml:\d+:\d+$/),
      fix: expect.stringContaining(fix),
    });
  });
});

describe('--shard', () => {
  test('is one of how many', () => {
    expect(parseShard('2/3')).toEqual({ index: 2, count: 3 });
  });

  test.each([
    ['0/3', 'there is no shard 0 of 3'],
    ['4/3', 'there is no shard 4 of 3'],
    ['1/0', 'a sweep has at least one shard'],
    ['a/b', '"a/b" is no shard'],
    ['3', '"3" is no shard'],
    ['1/3/5', '"1/3/5" is no shard'],
    ['-1/3', '"-1/3" is no shard'],
    ['1/1000000', 'a sweep has at most 100,000 shards'],
  ])('%s is none', (text, message) => {
    expect(thrown(() => parseShard(text))).toMatchObject({
      message,
      where: `--shard ${text}`,
      fix: expect.stringContaining('--shard 2/3'),
    });
  });
});
