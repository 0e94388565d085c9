import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { byFronts, type Objectives } from '../../src/search/samplers/fronts.js';
import { objectivesOf } from '../../src/search/samplers/nsga2.js';
import type { Cohort } from '../../src/search/search.js';
import { searchOf } from '../../src/search/search-of.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { Method, SweepSpec } from '../../src/spec/sweep-spec.js';
import type { SpacePoint } from '../../src/sweep.js';

const PARAMETERS = {
  lr: { distribution: 'log_uniform_values', min: 0.00001, max: 1 },
  weight: { min: 0.0, max: 1 },
  opt: { values: ['a', 'b', 'c'] },
  units: { min: 8, max: 256 },
};

function specOf(options: object): SweepSpec {
  return parseSpec(
    JSON.stringify({
      name: 'a',
      method: 'nsga2',
      trials: 60,
      train: { command: ['./t'] },
      parameters: PARAMETERS,
      ...options,
    }),
  );
}

type Score = (point: SpacePoint) => readonly [macroF1: number, rareRecall: number] | null;

/** All points of a search, and what each reached. */
function search(options: object, score: Score) {
  const { sampler } = searchOf(specOf(options));
  const history: Cohort[] = [];
  const all: { readonly point: SpacePoint; readonly reached: ReturnType<Score> }[] = [];
  for (let points = sampler.propose(history); points !== 'done'; points = sampler.propose(history)) {
    const scored = points.map((point) => ({ point, reached: score(point) }));
    history.push(
      scored.map(({ point: { space, ...point }, reached }, at) => ({
        trialId: `${history.length}-${at}`,
        space,
        point,
        scores: reached === null ? [] : [{ seed: 1, validation: metrics(reached) }],
      })),
    );
    all.push(...scored);
  }
  return all;
}

function metrics([macroF1, rareRecall]: readonly [number, number]): MetricValues {
  const same = Object.fromEntries(METRIC_NAMES.map((name) => [name, macroF1])) as MetricValues;
  return { ...same, rare_recall: rareRecall };
}

/** A weight serves the one or the other; everything else has a best value. */
const compromise: Score = ({ lr, weight, opt, units }) => {
  const off = (Math.log10(Number(lr)) + 2.5) ** 2 / 4 + Math.abs(Number(units) - 100) / 400;
  const slip = off + (opt === 'b' ? 0 : 0.3);
  return [1 - Number(weight) ** 2 - slip, 1 - (1 - Number(weight)) ** 2 - slip];
};

/** The share of the square from (−1, −1) to (1, 1) that is dominated. */
function dominated(reached: readonly ReturnType<Score>[]): number {
  const cells = Array.from({ length: 40 }, (_, at) => -1 + (at + 0.5) / 20);
  const inside = (x: number, y: number): boolean =>
    reached.some((own) => own !== null && own[0] >= x && own[1] >= y);
  return cells.reduce((sum, x) => sum + cells.filter((y) => inside(x, y)).length, 0) / 1600;
}

const SEEDS = Array.from({ length: 11 }, (_, seed) => seed);
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

describe('nsga2', () => {
  it('finds better compromises than random and Sobol’s points do', () => {
    const found = (method: Method): number =>
      median(
        SEEDS.map((search_seed) =>
          dominated(search({ method, search_seed, trials: 100 }, compromise).map(({ reached }) => reached)),
        ),
      );
    const own = found('nsga2');
    expect(own).toBeGreaterThan(found('random') + 0.05);
    expect(own).toBeGreaterThan(found('sobol') + 0.05);
  });

  it('has the same points first when more are asked for', () => {
    const long = search({ trials: 47 }, compromise);
    for (const trials of [4, 20, 22, 30, 46])
      expect(search({ trials }, compromise)).toEqual(long.slice(0, trials));
  });

  it('stays away from what fails', () => {
    const points = search({}, (point) => (point.opt === 'b' ? compromise(point) : null));
    // Of 30 that know nothing, 20 would fail.
    expect(points.slice(30).filter(({ reached }) => reached === null).length).toBeLessThan(15);
  });

  it('goes to the space that is better, and to no axis of the other', () => {
    const spaces = [{ name: 'one', parameters: { depth: { min: 1, max: 9 } } }, { name: 'two' }];
    const points = search({ spaces }, (point) => {
      const [first, second] = compromise(point) ?? [0, 0];
      return point.space === 'one' ? [first, second] : [first - 3, second - 3];
    }).map(({ point }) => point);
    expect(points.filter(({ space }) => space === 'one').length).toBeGreaterThan(40);
    for (const point of points) expect('depth' in point).toBe(point.space === 'one');
  });

  it('ends when every combination was proposed', () => {
    const parameters = { a: { values: [1, 2, 3, 4, 5] }, b: { values: [1, 2, 3, 4, 5] } };
    expect(search({ trials: 90, parameters }, ({ a, b }) => [Number(a), Number(b)])).toHaveLength(25);
  });

  it('goes on to every combination that the condition leaves', () => {
    const parameters = { a: { min: 1, max: 30 }, b: { values: [1, 2] } };
    const points = search({ trials: 40, parameters, where: 'a <= 16' }, ({ a, b }) => [Number(a), Number(b)]);
    expect(points).toHaveLength(32);
  });
});

describe('the objectives', () => {
  const named = (options: object) => objectivesOf(specOf(options));

  it('are the metric and rare recall where the spec has no aims', () => {
    expect(named({})).toEqual([
      { name: 'macro_f1', goal: 'maximize' },
      { name: 'rare_recall', goal: 'maximize' },
    ]);
  });

  it('are the metrics of the aims and of what they must keep, each once', () => {
    const choose = [
      { name: 'sure', minimize: 'log_loss', constraints: { worst_recall: '>= 0.2', log_loss: '<= 2' } },
      { name: 'all', maximize: 'macro_f1' },
    ];
    expect(named({ choose })).toEqual([
      { name: 'macro_f1', goal: 'maximize' },
      { name: 'log_loss', goal: 'minimize' },
      { name: 'worst_recall', goal: 'maximize' },
    ]);
  });

  it('have rare recall beside one alone', () => {
    const choose = [{ name: 'all', maximize: 'macro_f1' }];
    expect(named({ choose }).map(({ name }) => name)).toEqual(['macro_f1', 'rare_recall']);
  });

  it('are better the smaller they are where they say so', () => {
    const options = { metric: { name: 'log_loss' }, choose: [{ name: 'sure', minimize: 'log_loss' }] };
    const losses = (method: Method): readonly number[] =>
      search({ ...options, method, trials: 100 }, (point) => [-(compromise(point)?.[0] ?? 0), 0])
        .slice(50)
        .map(({ reached }) => reached?.[0] ?? 9);
    expect(median(losses('nsga2'))).toBeLessThan(median(losses('sobol')) - 0.3);
  });

  it('are part of what a search is known by, so that decisions for other aims are not taken over', () => {
    const idOf = (options: object): string =>
      searchIdOf({ spec: specOf(options), dataset: 'd', engine: 'e', costs: null });
    const choose = [{ name: 'sure', minimize: 'log_loss' }];
    expect(idOf({ choose })).not.toBe(idOf({}));
    expect(idOf({ choose: [{ name: 'other', minimize: 'log_loss' }] })).toBe(idOf({ choose }));
    expect(idOf({ choose, method: 'tpe' })).toBe(idOf({ method: 'tpe' }));
  });
});

describe('the order by fronts', () => {
  const dominates = (a: Objectives, b: Objectives): boolean =>
    a.every((own, at) => own >= (b[at] ?? 0)) && a.some((own, at) => own > (b[at] ?? 0));

  it('has nothing behind what it beats', () => {
    const small = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(small, small, small), { maxLength: 25 }), (all) => {
        const order = byFronts(all);
        expect(order.toSorted((a, b) => a - b)).toEqual(all.map((_, at) => at));
        const sorted = order.map((at) => all[at] ?? []);
        sorted.forEach((own, place) => {
          expect(sorted.slice(0, place).filter((earlier) => dominates(own, earlier))).toEqual([]);
        });
      }),
    );
  });

  it('has the ends of a front first, then those with most room', () => {
    const front = [
      [5, 0],
      [4, 1],
      [1.5, 2],
      [1, 4],
      [0, 5],
      [0, 0],
    ];
    // Distances by hand: (4, 1): 3.5/5 + 2/5 = 1.1; (1.5, 2): 3/5 + 3/5 = 1.2; (1, 4): 1.5/5 + 3/5 = 0.9.
    expect(byFronts(front)).toEqual([0, 4, 2, 1, 3, 5]);
  });

  it('has those without a score last', () => {
    const none = Number.NEGATIVE_INFINITY;
    expect(
      byFronts([
        [none, none],
        [0, 0],
        [none, none],
        [-5, 1],
      ]),
    ).toEqual([1, 3, 0, 2]);
  });
});
