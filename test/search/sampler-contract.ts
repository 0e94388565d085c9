import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configAt, fulfils } from '../../src/search/configurations.js';
import type { Cohort, Sampler } from '../../src/search/search.js';
import { searchOf } from '../../src/search/search-of.js';
import { type Distribution, valueCount, valuesOf } from '../../src/spec/distribution.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { Method, Space, SweepSpec } from '../../src/spec/sweep-spec.js';
import type { SpacePoint } from '../../src/sweep.js';
import { cases } from '../property-cases.js';

const gamma = fc
  .uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 5 })
  .map((values) => ({ values }));
const dropout = fc
  .uniqueArray(fc.constantFrom(0, 0.1, 0.25, 0.5), { minLength: 1 })
  .map((values) => ({ values }));
const range = fc.constantFrom(
  { min: 0.5, max: 5 },
  { distribution: 'log_uniform_values', min: 0.01, max: 10 },
  { distribution: 'q_uniform', min: 0.3, max: 1.2, q: 0.25 },
  { distribution: 'normal', mu: 1, sigma: 2 },
);
const batch = fc.constantFrom(
  { min: 8, max: 24 },
  { distribution: 'q_log_uniform_values', min: 16, max: 512, q: 16 },
);

/** Specs of one space or two, with a condition or without. */
function specs(method: Method): fc.Arbitrary<SweepSpec> {
  const isDrawn = method !== 'grid';
  const number = isDrawn ? fc.oneof(gamma, range) : gamma;
  const size = isDrawn ? batch : fc.constant({ values: [16, 32] });
  return fc
    .record({
      parameters: fc.record({
        gamma: number,
        dropout,
        batch_size: size,
        optimizer: fc.constant({ value: 'adam' }),
      }),
      where: fc.constantFrom(undefined, 'gamma > 0.4 or dropout = 0', 'not batch_size in (16, 17)'),
      isSeveral: fc.boolean(),
      trials: fc.integer({ min: 1, max: 30 }),
      search_seed: fc.nat(1000),
    })
    .map(({ parameters, where, isSeveral, trials, search_seed }) =>
      parseSpec(
        JSON.stringify({
          name: 'a',
          method,
          ...(isDrawn && { trials, search_seed }),
          ...(where !== undefined && { where }),
          data: { source: 'x' },
          parameters,
          ...(isSeveral && {
            spaces: [
              { name: 'one' },
              { name: 'two', model: { hidden: [8] }, parameters: { gamma: { value: 1 } } },
            ],
          }),
        }),
      ),
    );
}

/** All cohorts of a search, where every trial scores the same. */
function cohorts(sampler: Sampler): readonly (readonly SpacePoint[])[] {
  const history: Cohort[] = [];
  const proposed: (readonly SpacePoint[])[] = [];
  for (let points = sampler.propose(history); points !== 'done'; points = sampler.propose(history)) {
    proposed.push(points);
    history.push(
      points.map(({ space, ...point }, at) => ({ trialId: String(at), space, point, scores: [] })),
    );
  }
  return proposed;
}

function spaceOf({ spaces }: SweepSpec, { space: name }: SpacePoint): Space {
  const space = spaces.find((own) => own.name === (name ?? null));
  if (space === undefined) throw new Error(`no space ${name}`);
  return space;
}

function has(distribution: Distribution, value: unknown): boolean {
  if (valueCount(distribution) < Number.POSITIVE_INFINITY)
    return valuesOf(distribution).some((own) => own === value);
  if (typeof value !== 'number') return false;
  return !('min' in distribution) || (value >= distribution.min && value <= distribution.max);
}

/** What every sampler must hold. */
export function samplerContract(method: Method): void {
  const everySpec = (check: (spec: SweepSpec, points: readonly SpacePoint[]) => void): void =>
    fc.assert(
      fc.property(specs(method), (spec) => check(spec, cohorts(searchOf(spec).sampler).flat())),
      { numRuns: cases(60) },
    );

  describe(`the sampler ${method}`, () => {
    test('proposes the same for the same spec, and no more than it says', () => {
      everySpec((spec, points) => {
        expect(cohorts(searchOf(spec).sampler).flat()).toEqual(points);
        expect(points.length).toBeLessThanOrEqual(searchOf(spec).sampler.mostPoints);
      });
    });

    test('proposes each configuration once', () => {
      everySpec((spec, points) => {
        const configs = points.map((point) => {
          const { space, ...own } = point;
          return JSON.stringify([space, configAt(spaceOf(spec, point).base, own)]);
        });
        expect(new Set(configs).size).toBe(points.length);
      });
    });

    test('keeps to the axes of each space, and to the condition', () => {
      everySpec((spec, points) => {
        for (const point of points) {
          const { space: name = null, ...own } = point;
          const { axes, base } = spaceOf(spec, point);
          expect(Object.keys(own)).toEqual(axes.map(({ knob }) => knob));
          for (const { knob, distribution } of axes)
            expect([knob, own[knob], has(distribution, own[knob])]).toEqual([knob, own[knob], true]);
          expect(fulfils(spec.where, configAt(base, own), name)).toBe(true);
        }
      });
    });

    test('goes on from its recorded cohorts', () => {
      everySpec((spec, points) => {
        const { sampler } = searchOf(spec);
        const all = cohorts(sampler);
        const recorded = all.map(
          (cohort): Cohort =>
            cohort.map(({ space, ...point }, at) => ({ trialId: String(at), space, point, scores: [] })),
        );
        const again = all.map((_, at) => searchOf(spec).sampler.propose(recorded.slice(0, at)));
        expect(again).toEqual(all);
        expect(points.length === 0 ? 'done' : sampler.propose(recorded)).toBe('done');
      });
    });
  });
}
