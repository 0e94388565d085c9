import { expect, test } from 'vitest';
import { initialWeights } from '../../../../src/train/network/draws/initial-weights.js';

test('weights of each layer are uniform in their bounds, biases zero', () => {
  const weights = initialWeights({ layers: [64, 128, 21] }, 3);
  expect(weights).toHaveLength(64 * 128 + 128 + 128 * 21 + 21);
  const hidden = weights.subarray(0, 64 * 128);
  const output = weights.subarray(64 * 128 + 128, 64 * 128 + 128 + 128 * 21);
  const biases = [...weights.subarray(64 * 128, 64 * 128 + 128), ...weights.subarray(-21)];
  expect(new Set(biases)).toEqual(new Set([0]));
  for (const [layer, bound] of [
    [hidden, Math.sqrt(6 / 64)],
    [output, Math.sqrt(6 / (128 + 21))],
  ] as const) {
    const sd = Math.sqrt(layer.reduce((sum, w) => sum + w * w, 0) / layer.length);
    expect(Math.max(...layer.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(sd / (bound / Math.sqrt(3))).toBeGreaterThan(0.95);
    expect(sd / (bound / Math.sqrt(3))).toBeLessThan(1.05);
  }
});

test('the seed decides them, and layers differ', () => {
  expect(initialWeights({ layers: [4, 5, 3] }, 1)).toEqual(initialWeights({ layers: [4, 5, 3] }, 1));
  expect(initialWeights({ layers: [4, 5, 3] }, 2)).not.toEqual(initialWeights({ layers: [4, 5, 3] }, 1));
  const square = initialWeights({ layers: [8, 8, 8, 8] }, 1);
  expect(square.subarray(0, 64)).not.toEqual(square.subarray(72, 136));
});

test('no hidden layer is softmax regression', () => {
  expect(initialWeights({ layers: [10, 3] }, 1)).toHaveLength(33);
});

test('a residual network begins with scales of 1, shifts and biases of 0, and bounds of its own before the trunk', () => {
  const weights = initialWeights({ layers: [10, 32, 32, 3], residual: true }, 3);
  const bounds = [
    ['first', 10 * 32, 32, Math.sqrt(3 / 10)],
    ...[1, 2].flatMap((block) => [
      [`norm ${block}`, 32, 32, 1] as const,
      [`inner ${block}`, 32 * 32, 32, Math.sqrt(6 / 32)] as const,
      [`outer ${block}`, 32 * 32, 32, Math.sqrt(3 / 32)] as const,
    ]),
    ['norm', 32, 32, 1],
    ['last', 32 * 3, 3, Math.sqrt(6 / 35)],
  ] as const;
  let at = 0;
  for (const [name, size, zeros, bound] of bounds) {
    const own = weights.subarray(at, at + size);
    const largest = Math.max(...own.map(Math.abs));
    expect(largest, name).toBeLessThanOrEqual(Math.fround(bound));
    expect(largest, name).toBeGreaterThan(0.9 * bound);
    expect(new Set(own).size === 1, name).toBe(name.startsWith('norm'));
    at += size;
    expect(new Set(weights.subarray(at, at + zeros)), name).toEqual(new Set([0]));
    at += zeros;
  }
  expect(weights).toHaveLength(at);
});
