import { describe, expect, test } from 'vitest';
import { compareWith, differenceInterval } from '../../src/metrics/estimates/comparisons.js';
import { estimateMeasured, type SeedValues } from '../../src/metrics/estimates/estimate-trials.js';
import { type RandomStream, randomStream } from '../../src/random.js';
import type { Interval } from '../../src/sweep.js';

const OPTIONS = { draws: 2000, seed: 0 };
const SEEDS = [1, 2, 3];
const MODELS = [...Array<string>(6).fill('trees'), ...Array<string>(6).fill('mlp')];
const TRUTH = 0.5;

/** Six trials that seeds hardly move, and six that each seed moves alike, and far more. */
function twoModels(stream: RandomStream): SeedValues {
  const luck = new Map(SEEDS.map((seed) => [seed, 0.05 * stream.normal()]));
  return MODELS.map(
    (model) =>
      new Map(
        SEEDS.map((seed) => {
          const effect = model === 'mlp' ? (luck.get(seed) as number) : 0;
          return [seed, TRUTH + effect + 0.002 * stream.normal()];
        }),
      ),
  );
}

const estimate = (values: SeedValues, models?: readonly string[]) =>
  estimateMeasured('roc_auc', values, { ...OPTIONS, models });
const width = ({ low, high }: Interval) => high - low;
const covers = ({ low, high }: Interval, truth: number) => low <= truth && truth <= high;

describe('seeds of two models', () => {
  test('leave the noise of each model as it is alone', () => {
    const values = twoModels(randomStream(1, 'synthetic'));
    const together = estimate(values, MODELS).estimates();
    for (const [from, to] of [
      [0, 6],
      [6, 12],
    ] as const) {
      const alone = estimate(values.slice(from, to)).estimates();
      alone.forEach(({ interval, seedSd }, at) => {
        const own = together[from + at];
        expect(own?.seedSd).toBe(seedSd);
        expect(width(own?.interval ?? interval) / width(interval)).toBeGreaterThan(0.85);
        expect(width(own?.interval ?? interval) / width(interval)).toBeLessThan(1.15);
      });
    }
  });

  test('make no difference where all trials are of one model', () => {
    const values = twoModels(randomStream(2, 'synthetic')).slice(6);
    const named = estimate(values, Array<string>(6).fill('mlp'));
    expect(named.deviations).toEqual(estimate(values).deviations);
    expect(named.estimates()).toEqual(estimate(values).estimates());
  });

  test('intervals hold the truth of both, and of their difference', () => {
    const held = { trees: 0, mlp: 0, difference: 0 };
    const sweeps = 100;
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const estimates = estimate(twoModels(randomStream(sweep, 'synthetic', 9)), MODELS);
      const [trees, mlp] = [0, 6].map((at) => estimates.estimates()[at]?.interval as Interval);
      held.trees += Number(covers(trees as Interval, TRUTH));
      held.mlp += Number(covers(mlp as Interval, TRUTH));
      held.difference += Number(covers(differenceInterval(compareWith(estimates, 0), 6), 0));
    }
    // Three standard errors below 95 %.
    for (const count of Object.values(held)) expect(count).toBeGreaterThanOrEqual(88);
  });

  test('trials without the metric keep their place', () => {
    const values = twoModels(randomStream(3, 'synthetic'));
    const gaps = values.map((own, at) => (at === 2 ? new Map(SEEDS.map((seed) => [seed, Number.NaN])) : own));
    const left = values.filter((_, at) => at !== 2);
    const models = MODELS.filter((_, at) => at !== 2);
    const spreads = (of: ReturnType<typeof estimate>) =>
      of.estimates().flatMap(({ seedSd }) => (Number.isNaN(seedSd) ? [] : [seedSd]));
    expect(spreads(estimate(gaps, MODELS))).toEqual(spreads(estimate(left, models)));
  });
});
