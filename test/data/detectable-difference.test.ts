import { describe, expect, test } from 'vitest';
import { detectableDifference } from '../../src/data/split/detectable-difference.js';
import { randomStream } from '../../src/random.js';

describe('the smallest difference that can be shown', () => {
  test('is that of a paired comparison for one class', () => {
    // (1.95996 + 0.84162) · √(0.2 / 100)
    expect(detectableDifference([100])).toBeCloseTo(0.1253, 4);
  });

  test('shrinks with more classes of the same size, and is 1 where nothing can be shown', () => {
    expect(detectableDifference([100, 100, 100, 100])).toBeCloseTo(0.1253 / 2, 4);
    expect(detectableDifference([1])).toBe(1);
    expect(detectableDifference([50, 0])).toBe(1);
  });

  test('is found four times of five where a fifth of the rows differ', () => {
    const support = [120, 60, 90];
    const delta = detectableDifference(support);
    const stream = randomStream(1, 'resample');
    /** Of a row: 1 where only the first is right, −1 where only the second is. */
    const difference = (): number => {
      const draw = stream.uniform();
      return draw < 0.1 + delta / 2 ? 1 : draw < 0.2 ? -1 : 0;
    };
    const meanDifference = () =>
      support
        .map((rows) => Array.from({ length: rows }, difference).reduce((sum, one) => sum + one, 0) / rows)
        .reduce((sum, one) => sum + one / support.length, 0);
    const error = Math.sqrt(support.reduce((sum, rows) => sum + 0.2 / rows, 0) / support.length ** 2);
    const trials = Array.from({ length: 2000 }, meanDifference);
    const found = trials.filter((own) => Math.abs(own) > 1.96 * error).length / trials.length;
    expect(found).toBeGreaterThan(0.76);
    expect(found).toBeLessThan(0.88);
  });
});
