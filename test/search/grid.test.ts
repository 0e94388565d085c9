import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gridSampler } from '../../src/search/samplers/grid.js';
import type { Axis } from '../../src/spec/sweep-spec.js';

const gamma: Axis = { knob: 'gamma', distribution: { type: 'values', values: [0, 2] } };
const epochs: Axis = { knob: 'epochs', distribution: { type: 'constant', value: 5 } };
const alpha: Axis = { knob: 'alpha', distribution: { type: 'values', values: [1, 'balanced'] } };

test('the grid is one cohort of every combination, the last axis fastest', () => {
  const sampler = gridSampler([gamma, epochs, alpha]);
  expect(sampler.propose([])).toEqual([
    { gamma: 0, epochs: 5, alpha: 1 },
    { gamma: 0, epochs: 5, alpha: 'balanced' },
    { gamma: 2, epochs: 5, alpha: 1 },
    { gamma: 2, epochs: 5, alpha: 'balanced' },
  ]);
  expect(sampler.propose([[]])).toBe('done');
});

test('it proposes as many points as it says, each once', () => {
  const axis = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(axis, axis, axis, (first, second, third) => {
      const axes = [first, second, third].map((values, at): Axis => {
        return {
          knob: (['gamma', 'epochs', 'patience'] as const)[at] ?? 'gamma',
          distribution: { type: 'values', values },
        };
      });
      const sampler = gridSampler(axes);
      const points = sampler.propose([]);
      expect(points).toHaveLength(sampler.mostPoints);
      expect(new Set((points as readonly object[]).map((point) => JSON.stringify(point))).size).toBe(
        sampler.mostPoints,
      );
    }),
  );
});
