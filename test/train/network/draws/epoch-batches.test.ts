import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochBatches } from '../../../../src/train/network/draws/epoch-batches.js';

// Rows 100…1099 train; classes 0, 1 and 2 have 900, 90 and 10 of them.
const rows = Int32Array.from({ length: 1000 }, (_, i) => 100 + i);
const labels = new Int32Array(1100);
labels.fill(1, 1000, 1090);
labels.fill(2, 1090);
const order = { labels, rows, classCount: 3, seed: 5, epoch: 1, sampler: 'shuffle', mixup: 0 } as const;
const countClasses = (drawn: Int32Array) => {
  const counts = [0, 0, 0];
  for (const row of drawn) counts[labels[row] as number] = (counts[labels[row] as number] as number) + 1;
  return counts;
};

test('a seed and an epoch decide the order', () => {
  for (const sampler of ['shuffle', 'weighted', 'balanced'] as const) {
    const draw = (change = {}) => [...epochBatches({ ...order, sampler, ...change }).rows];
    expect(draw()).toEqual(draw());
    expect(draw({ epoch: 2 })).not.toEqual(draw());
    expect(draw({ seed: 6 })).not.toEqual(draw());
  }
  expect([...rows.subarray(0, 3)]).toEqual([100, 101, 102]);
});

describe('samplers', () => {
  test('shuffle gives every training row once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1099), { minLength: 1 }), fc.nat(), (own, seed) => {
        const drawn = epochBatches({ ...order, rows: Int32Array.from(own), seed }).rows;
        expect([...drawn].toSorted()).toEqual(own.toSorted());
      }),
    );
  });

  test('weighted draws every class as often, with replacement', () => {
    const epochs = Array.from({ length: 30 }, (_, i) =>
      countClasses(epochBatches({ ...order, sampler: 'weighted', epoch: i + 1 }).rows),
    );
    for (const cls of [0, 1, 2]) {
      const share = epochs.reduce((sum, counts) => sum + (counts[cls] as number), 0) / 30_000;
      // Four standard errors of a share of 1/3 over 30,000 draws.
      expect(Math.abs(share - 1 / 3)).toBeLessThan(0.011);
    }
    expect(new Set(epochs.map(String)).size).toBeGreaterThan(1);
  });

  test('balanced takes classes in turn and uses a class up before it repeats', () => {
    const drawn = epochBatches({ ...order, sampler: 'balanced' }).rows;
    expect(countClasses(drawn).toSorted()).toEqual([333, 333, 334]);
    const rare = [...drawn].filter((row) => labels[row] === 2);
    for (let at = 0; at + 10 <= rare.length; at += 10) expect(new Set(rare.slice(at, at + 10)).size).toBe(10);
    const common = [...drawn].filter((row) => labels[row] === 0);
    expect(new Set(common).size).toBe(common.length);
  });

  test('a class without training rows is never drawn', () => {
    for (const sampler of ['weighted', 'balanced'] as const) {
      const drawn = epochBatches({ ...order, rows: rows.subarray(0, 950), sampler }).rows;
      expect(countClasses(drawn)).toEqual([expect.any(Number), expect.any(Number), 0]);
    }
  });
});

describe('mixup', () => {
  test.each([0.001, 0.2, 1, 4])('shares follow Beta(%d, %d)', (a) => {
    const shares = Array.from({ length: 20 }, (_, i) => [
      ...(epochBatches({ ...order, mixup: a, epoch: i + 1 }).mixup?.share ?? []),
    ]).flat();
    const mean = shares.reduce((sum, x) => sum + x, 0) / shares.length;
    const variance = shares.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / shares.length;
    expect(shares.every((x) => x >= 0 && x <= 1)).toBe(true);
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.015);
    expect(Math.abs(variance - 1 / (4 * (2 * a + 1)))).toBeLessThan(0.006);
  });

  test('partners are another draw and leave the order as it was', () => {
    const mixed = epochBatches({ ...order, mixup: 0.2 });
    expect(mixed.rows).toEqual(epochBatches(order).rows);
    expect(mixed.mixup?.partners.toSorted()).toEqual(rows);
    expect(mixed.mixup?.partners).not.toEqual(mixed.rows);
  });
});
