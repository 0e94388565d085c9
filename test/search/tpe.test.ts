import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import { randomStream } from '../../src/random.js';
import type { Located } from '../../src/search/samplers/located.js';
import { ParzenEstimator, type ParzenSpace } from '../../src/search/samplers/parzen.js';
import type { Cohort } from '../../src/search/search.js';
import { searchOf } from '../../src/search/search-of.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { Method, Space, SweepSpec } from '../../src/spec/sweep-spec.js';
import type { ParameterPoint, SpacePoint } from '../../src/sweep.js';

type Score = (point: SpacePoint) => number;

interface Searched {
  readonly method: Method;
  readonly trials?: number;
  readonly seed?: number;
  readonly goal?: object;
  readonly more?: object;
}

const PARAMETERS = {
  lr: { distribution: 'log_uniform_values', min: 0.00001, max: 1 },
  g: { min: 0.0, max: 5 },
  opt: { values: ['a', 'b', 'c'] },
  units: { min: 8, max: 256 },
};

function specOf({ method, trials = 60, seed = 0, goal = {}, more = {} }: Searched): SweepSpec {
  const train = { command: ['./t'] };
  const spec = {
    name: 'a',
    method,
    trials,
    search_seed: seed,
    train,
    parameters: PARAMETERS,
    ...goal,
    ...more,
  };
  return parseSpec(JSON.stringify(spec));
}

/** All points of a search, and what each scored. */
function search(
  searched: Searched,
  score: Score,
): readonly { readonly point: SpacePoint; readonly value: number }[] {
  const { sampler } = searchOf(specOf(searched));
  const history: Cohort[] = [];
  const all: { readonly point: SpacePoint; readonly value: number }[] = [];
  for (let points = sampler.propose(history); points !== 'done'; points = sampler.propose(history)) {
    const scored = points.map((point) => ({ point, value: score(point) }));
    history.push(
      scored.map(({ point: { space, ...point }, value }, at) => ({
        trialId: `${history.length}-${at}`,
        space,
        point,
        scores: Number.isNaN(value) ? [] : [{ seed: 1, validation: metrics(value) }],
      })),
    );
    all.push(...scored);
  }
  return all;
}

const metrics = (value: number): MetricValues =>
  Object.fromEntries(METRIC_NAMES.map((name) => [name, value])) as MetricValues;

/** Each optimizer has a learning rate of its own that is best. */
const valley: Score = ({ lr, g, opt, units }) => {
  const best = { a: -1, b: -2.5, c: -4 }[String(opt)] ?? 0;
  const off = (Math.log10(Number(lr)) - best) ** 2 + (Number(g) - 2) ** 2 / 4;
  return -off - (opt === 'b' ? 0 : 0.5) - Math.abs(Number(units) - 100) / 200;
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const bestOf = (searched: Searched, score: Score): number =>
  Math.max(...search(searched, score).map(({ value }) => value));
const SEEDS = Array.from({ length: 15 }, (_, seed) => seed);

describe('tpe', () => {
  it('finds better ones than random and Sobol’s points do', () => {
    const [random = 0, sobol = 0, tpe = 0] = (['random', 'sobol', 'tpe'] as const).map((method) =>
      median(SEEDS.map((seed) => bestOf({ method, seed }, valley))),
    );
    expect(tpe).toBeGreaterThan(random / 2);
    expect(tpe).toBeGreaterThan(sobol / 2);
  });

  it('minimises where the metric is better the smaller it is', () => {
    const goal = { metric: { name: 'log_loss' } };
    const found = SEEDS.map((seed) =>
      Math.min(...search({ method: 'tpe', seed, goal }, (p) => -valley(p)).map(({ value }) => value)),
    );
    const drawn = SEEDS.map((seed) =>
      Math.min(...search({ method: 'sobol', seed, goal }, (p) => -valley(p)).map(({ value }) => value)),
    );
    expect(median(found)).toBeLessThan(median(drawn) / 2);
  });

  it('has the same points first when more are asked for', () => {
    const long = search({ method: 'tpe', trials: 37 }, valley);
    for (const trials of [4, 10, 12, 15, 36]) {
      expect(search({ method: 'tpe', trials }, valley)).toEqual(long.slice(0, trials));
    }
  });

  it('stays away from what fails', () => {
    const isBroken = ({ opt }: ParameterPoint): boolean => opt !== 'b';
    const points = search({ method: 'tpe' }, (point) => (isBroken(point) ? Number.NaN : valley(point)));
    const later = points.slice(30).filter(({ point }) => isBroken(point));
    // Two of three are broken: of 30 that know nothing, 20 would be.
    expect(later.length).toBeLessThan(15);
  });

  it('goes to the space that is better, and to no axis of the other', () => {
    const more = {
      spaces: [{ name: 'one', parameters: { depth: { min: 1, max: 9 } } }, { name: 'two' }],
    };
    const points = search(
      { method: 'tpe', more },
      (point) => valley(point) - (point.space === 'one' ? 0 : 3),
    );
    const own = points.filter(({ point }) => point.space === 'one');
    expect(own.length).toBeGreaterThan(40);
    expect(own.every(({ point }) => Number.isInteger(point.depth))).toBe(true);
    expect(points.filter(({ point }) => point.space === 'two' && 'depth' in point)).toEqual([]);
  });

  it('ends when every combination was proposed', () => {
    const more = { parameters: { a: { values: [1, 2, 3, 4, 5] }, b: { values: [1, 2, 3] } } };
    expect(search({ method: 'tpe', trials: 90, more }, ({ a, b }) => Number(a) * Number(b))).toHaveLength(15);
  });
});

describe('the estimator', () => {
  const space = specOf({ method: 'tpe' }).spaces[0] as Space;
  const spaces: readonly ParzenSpace[] = [{ space, priors: [null, [0.2, 0.5, 0.3]] }];
  const points: readonly Located[] = [
    { space, coordinates: [0.05, 1] },
    { space, coordinates: [0.6, 2] },
    { space, coordinates: [1, 2] },
  ];
  const STEPS = 2000;
  const grid = Array.from({ length: STEPS }, (_, at) => (at + 0.5) / STEPS);

  it.each([0, 1, 3])('of %i configurations is a density', (count) => {
    const estimator = new ParzenEstimator(spaces, points.slice(0, count));
    const total = [0, 1, 2].map(
      (value) =>
        grid.reduce((sum, share) => sum + estimator.density({ space, coordinates: [share, value] }), 0) /
        STEPS,
    );
    expect(total.reduce((sum, own) => sum + own, 0)).toBeCloseTo(1, 4);
  });

  it('draws as often as its density says', () => {
    const estimator = new ParzenEstimator(spaces, points);
    const stream = randomStream(1, 'search');
    const draws = Array.from({ length: 20_000 }, () => estimator.draw(stream).coordinates);
    for (const value of [0, 1, 2]) {
      for (let part = 0; part < 10; part++) {
        const seen = draws.filter(
          ([share = 0, own]) => own === value && Math.floor(share * 10) === part,
        ).length;
        const inPart = grid.filter((share) => Math.floor(share * 10) === part);
        const expected =
          (20_000 *
            inPart.reduce(
              (sum, share) => sum + estimator.density({ space, coordinates: [share, value] }),
              0,
            )) /
          STEPS;
        // Five standard deviations of a count.
        expect(Math.abs(seen - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
      }
    }
  });
});
