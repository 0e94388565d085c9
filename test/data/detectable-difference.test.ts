import { describe, expect, test } from 'vitest';
import { detectableDifference } from '../../src/data/split/detectable-difference.js';
import { randomStream } from '../../src/random.js';

describe('the smallest difference that can be shown', () => {
  test('is that of two proportions for one class', () => {
    // (1.95996 + 0.84162) · √(2 · 0.25 / 100)
    expect(detectableDifference([100])).toBeCloseTo(0.1981, 4);
  });

  test('shrinks with more classes of the same size, and is 1 where nothing can be shown', () => {
    expect(detectableDifference([100, 100, 100, 100])).toBeCloseTo(0.1981 / 2, 4);
    expect(detectableDifference([2])).toBe(1);
    expect(detectableDifference([50, 0])).toBe(1);
  });

  test('is found four times of five', () => {
    const support = [120, 60, 90];
    const delta = detectableDifference(support);
    const stream = randomStream(1, 'resample');
    const meanRecall = (recall: number) => {
      const draw = (rows: number) => Array.from({ length: rows }, () => (stream.uniform() < recall ? 1 : 0));
      const recalls = support.map((rows) => draw(rows).reduce<number>((sum, hit) => sum + hit, 0) / rows);
      return recalls.reduce((sum, one) => sum + one, 0) / recalls.length;
    };
    const error = Math.sqrt((2 * support.reduce((sum, rows) => sum + 0.25 / rows, 0)) / support.length ** 2);
    const trials = Array.from(
      { length: 2000 },
      () => meanRecall(0.5 + delta / 2) - meanRecall(0.5 - delta / 2),
    );
    const found = trials.filter((difference) => Math.abs(difference) > 1.96 * error).length / trials.length;
    expect(found).toBeGreaterThan(0.76);
    expect(found).toBeLessThan(0.88);
  });
});
