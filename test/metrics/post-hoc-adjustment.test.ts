import { expect, test } from 'vitest';
import { compactLogits } from '../../src/metrics/compact-logits.js';
import { adjustLogits } from '../../src/metrics/decisions/logit-adjustment.js';
import { randomStream } from '../../src/random.js';
import { LOGIT_STEPS } from '../../src/sweep.js';

const SUPPORT = [1800, 200];

/** Bayes' logits of two unit normals, at −1 and +1, in these proportions; times `sharpness`. */
function normals(sharpness: number) {
  const stream = randomStream(5, 'synthetic');
  const labels = Uint16Array.from({ length: 2000 }, (_, row) => (row < 1800 ? 0 : 1));
  const logits = Float32Array.from(
    [...labels].flatMap((label) => {
      const x = stream.normal() + (label === 0 ? -1 : 1);
      return [sharpness * (Math.log(0.9) - x), sharpness * (Math.log(0.1) + x)];
    }),
  );
  const compact = new Uint16Array(logits.length);
  compactLogits(logits, 2, compact, 0);
  const predictions = labels.map((_, row) =>
    (logits[2 * row + 1] as number) > (logits[2 * row] as number) ? 1 : 0,
  );
  return { logits: compact, predictions, labels, trainSupport: SUPPORT, rareClasses: [1] };
}

test('logits are kept as steps below the largest of their row', () => {
  const compact = new Uint16Array(4);
  compactLogits(Float32Array.of(3, 1.5, 0, 1000), 2, compact, 0);
  expect([...compact]).toEqual([0, 1.5 * LOGIT_STEPS, 0xffff, 0]);
});

test('τ = 1 balances Bayes’ classifier: the rare class is found as often as the other', () => {
  const { tau, rare_recall } = adjustLogits(normals(1), 'balanced_accuracy');
  expect(tau).toBeGreaterThanOrEqual(0.75);
  expect(tau).toBeLessThanOrEqual(1.25);
  // Recall is Φ(1 − log(9) / 2) before and Φ(1) = 0.841 at τ = 1.
  expect(Math.abs(rare_recall.before - 0.461)).toBeLessThan(0.08);
  expect(rare_recall.after).toBeGreaterThan(0.75);
});

test('temperature takes back what made logits too sharp', () => {
  expect(Math.abs(adjustLogits(normals(1), 'macro_f1').temperature - 1)).toBeLessThan(0.15);
  const sharp = adjustLogits(normals(3), 'macro_f1');
  expect(Math.abs(sharp.temperature - 3)).toBeLessThan(0.45);
  expect(sharp.log_loss.after).toBeLessThan(sharp.log_loss.before);
});

test('the temperature is within bounds where no loss is the least, and 1 where every one is', () => {
  const rows = { labels: Uint16Array.of(0, 0, 1, 1), trainSupport: [2, 2], rareClasses: [1] };
  const predictions = Uint16Array.of(0, 0, 1, 1);
  const temperatureOf = (logits: number[]) =>
    adjustLogits({ ...rows, predictions, logits: Uint16Array.from(logits) }, 'macro_f1').temperature;
  const far = 2 * LOGIT_STEPS;
  expect(temperatureOf([0, far, 0, far, far, 0, far, 0])).toBeCloseTo(0.1, 4);
  expect(temperatureOf([far, 0, far, 0, 0, far, 0, far])).toBeCloseTo(10, 4);
  expect(temperatureOf([0, 0, 0, 0, 0, 0, 0, 0])).toBe(1);
});

test('where rounding makes logits equal, a row counts as what was predicted of it', () => {
  const rows = { labels: Uint16Array.of(0, 0, 1, 1), trainSupport: [2, 2], rareClasses: [1] };
  const equal = { ...rows, logits: new Uint16Array(8), predictions: Uint16Array.of(0, 0, 1, 1) };
  expect(adjustLogits(equal, 'macro_f1').macro_f1).toEqual({ before: 1, after: 1 });
});
