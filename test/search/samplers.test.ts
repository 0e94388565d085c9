import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchOf } from '../../src/search/search-of.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import { METHODS, type SweepSpec } from '../../src/spec/sweep-spec.js';
import type { SpacePoint } from '../../src/sweep.js';
import { samplerContract } from './sampler-contract.js';

for (const method of METHODS) samplerContract(method);

/** Those that draw everything at once. */
const DRAWN = METHODS.filter((method) => method !== 'grid' && method !== 'tpe' && method !== 'nsga2');

function specOf(options: object): SweepSpec {
  return parseSpec(JSON.stringify({ name: 'a', data: { source: 'x' }, ...options }));
}

function pointsOf(options: object): readonly SpacePoint[] {
  const points = searchOf(specOf(options)).sampler.propose([]);
  return points === 'done' ? [] : points;
}

const parameters = {
  gamma: { min: 0.0001, max: 5 },
  learning_rate: { distribution: 'log_uniform_values', min: 0.0001, max: 0.1 },
  alpha: { values: [1, 'balanced'] },
};

describe.each(DRAWN)('%s', (method) => {
  it('has the same points first when more are asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (few, more) => {
        const long = pointsOf({ method, trials: few + more, parameters });
        expect(long.slice(0, few)).toEqual(pointsOf({ method, trials: few, parameters }));
        expect(long).toHaveLength(few + more);
      }),
    );
  });

  it('draws others with another seed', () => {
    const one = pointsOf({ method, trials: 20, parameters });
    const two = pointsOf({ method, trials: 20, search_seed: 1, parameters });
    expect(
      one.filter((point) => two.some((other) => JSON.stringify(other) === JSON.stringify(point))),
    ).toEqual([]);
  });

  it('ends with all combinations of values that there are', () => {
    const axes = { gamma: { values: [0, 1, 2] }, dropout: { values: [0, 0.5] }, epochs: { value: 3 } };
    const points = pointsOf({ method, trials: 50, parameters: axes });
    const grid = pointsOf({ parameters: axes });
    const texts = (own: readonly SpacePoint[]) => own.map((point) => JSON.stringify(point)).toSorted();
    expect(texts(points)).toEqual(texts(grid));
  });

  it('does not draw configurations that train the same', () => {
    const points = pointsOf({
      method,
      trials: 50,
      parameters: { loss: { values: ['focal', 'poly1'] }, poly_epsilon: { values: [1, 2, 3] } },
    });
    expect(points).toHaveLength(4);
  });

  it('gives spaces the same share, and each its own axes', () => {
    const points = pointsOf({
      method,
      trials: 128,
      parameters: { gamma: { min: 0.5, max: 4.5 } },
      spaces: [
        { name: 'network', parameters: { dropout: { min: 0.1, max: 0.5 } } },
        { name: 'trees', model: { type: 'trees' } },
      ],
    });
    const trees = points.filter(({ space }) => space === 'trees');
    expect(trees.length).toBeGreaterThan(44);
    expect(trees.length).toBeLessThan(84);
    expect(new Set(trees.map((point) => Object.keys(point).join()))).toEqual(new Set(['space,gamma']));
  });

  it('draws values as often as their probabilities say', () => {
    const points = pointsOf({
      method,
      trials: 256,
      parameters: {
        optimizer: { values: ['adam', 'sgd', 'adamw'], probabilities: [0.75, 0, 0.25] },
        gamma: { min: 0.5, max: 4.5 },
      },
    });
    const count = (name: string): number => points.filter(({ optimizer }) => optimizer === name).length;
    expect(count('sgd')).toBe(0);
    expect(Math.abs(count('adam') - 192)).toBeLessThan(32);
  });
});

it('a condition leaves combinations of a grid out', () => {
  expect(
    pointsOf({
      parameters: { gamma: { values: [0, 2] }, alpha: { values: [1, 'balanced'] } },
      where: 'gamma > 0 or alpha = 1',
    }),
  ).toEqual([
    { gamma: 0, alpha: 1 },
    { gamma: 2, alpha: 1 },
    { gamma: 2, alpha: 'balanced' },
  ]);
});
