import { describe, expect, test } from 'vitest';
import type { CountMetric } from '../../src/metric.js';
import { compareWith, differenceInterval } from '../../src/metrics/estimates/comparisons.js';
import { estimateMeasured, estimateTrials } from '../../src/metrics/estimates/estimate-trials.js';
import { type Margins, marginMetric } from '../../src/metrics/margin-metrics.js';
import { hiddenNoise } from '../../src/metrics/noise/few-rows.js';
import { type BootstrapRows, rowBootstrap } from '../../src/metrics/noise/row-bootstrap.js';
import { effectiveRows } from '../../src/metrics/noise/splits/split-counts.js';
import { type RandomStream, randomStream, shuffle } from '../../src/random.js';
import type { Interval } from '../../src/sweep.js';

const METRICS = ['macro_f1', 'rare_recall', 'accuracy', 'mcc'] as const;
const COUNTS = [80, 40, 12, 5, 3];
const LABELS = Uint16Array.from(COUNTS.flatMap((rows, cls) => Array<number>(rows).fill(cls)));
const ALL = Uint32Array.from(LABELS.keys());

/** Predictions that are right in 60 % of the rows. */
function guesses(stream: RandomStream, labels: ArrayLike<number>): Uint16Array {
  return Uint16Array.from(labels, (label) =>
    stream.uniform() < 0.6 ? label : stream.integer(COUNTS.length),
  );
}

function table(trials: BootstrapRows['trials'], rowsOf?: BootstrapRows['rowsOf']): BootstrapRows {
  return { labels: LABELS, rareClasses: [3, 4], classCount: COUNTS.length, trials, rowsOf };
}

function sdOf(values: ArrayLike<number>): number {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  return Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
}

describe('the bootstrap of a pool', () => {
  const OPTIONS = { draws: 4000, seed: 0 };

  test.each(METRICS)('is that of rows where all seeds have the same ones: %s', (name) => {
    const stream = randomStream(1, 'synthetic');
    const trials = [0, 1].map(() => [0, 1, 2].map(() => guesses(stream, LABELS)));
    const shared = rowBootstrap(table(trials), [name], OPTIONS).get(name);
    const pool = rowBootstrap(
      table(
        trials,
        trials.map((runs) => runs.map(() => ALL)),
      ),
      [name],
      OPTIONS,
    ).get(name);
    for (const trial of [0, 1]) {
      const [sd, expected] = [pool, shared].map((drawn) => sdOf(drawn?.[trial]?.means ?? []));
      expect((sd as number) / (expected as number)).toBeGreaterThan(0.9);
      expect((sd as number) / (expected as number)).toBeLessThan(1.1);
    }
  });

  test.each([2, 6, 7, 10])(
    'hides the same noise as rows that all of %i seeds have, also of a class of one row',
    (seeds) => {
      const stream = randomStream(seeds, 'synthetic');
      const labels = Uint16Array.from([...LABELS, 5]);
      const trials = [Array.from({ length: seeds }, () => guesses(stream, labels))];
      const shared = { ...table(trials), labels, classCount: 6, rareClasses: [4, 5] };
      const all = Uint32Array.from(labels.keys());
      const pool = { ...shared, rowsOf: trials.map((runs) => runs.map(() => all)) };
      for (const name of METRICS) {
        const [own, expected] = [hiddenNoise(pool)(name, 0), hiddenNoise(shared)(name, 0)];
        expect(expected.ofLoneRows).toBeGreaterThan(0);
        for (const part of ['below', 'above', 'unseenDifference', 'ofLoneRows', 'bias'] as const) {
          expect(own[part]).toBeCloseTo(expected[part], 12);
        }
      }
    },
  );

  test('rows that seeds share count once, others count each', () => {
    const stream = randomStream(2, 'synthetic');
    const parts = [0, 1, 2, 3].map((part) =>
      ALL.filter((row) => row % 4 === part && (LABELS[row] as number) < 2),
    );
    const predictions = parts.map((rows) =>
      guesses(
        stream,
        [...rows].map((row) => LABELS[row] as number),
      ),
    );
    const [first, own] = [parts[0] as Uint32Array, predictions[0] as Uint16Array];
    const rows = {
      ...table([predictions, [own, own, own, own]], [parts, [first, first, first, first]]),
      classCount: 5,
    };
    const drawn = rowBootstrap(rows, ['accuracy'], OPTIONS).get('accuracy');
    const [apart, same] = [0, 1].map((trial) => drawn?.[trial]);
    expect(sdOf(same?.means ?? [])).toBeCloseTo(Math.sqrt(same?.runVariance ?? 0), 10);
    const ratio = sdOf(apart?.means ?? []) / Math.sqrt(apart?.runVariance ?? 0);
    expect(ratio).toBeGreaterThan(0.45);
    expect(ratio).toBeLessThan(0.55);
  });

  test('a part of the trials has the draws that it has among all', () => {
    const stream = randomStream(3, 'synthetic');
    const parts = [0, 1].map((part) => ALL.filter((row) => row % 2 === part));
    const trials = [0, 1, 2].map(() =>
      parts.map((rows) =>
        guesses(
          stream,
          [...rows].map((row) => LABELS[row] as number),
        ),
      ),
    );
    const rowsOf = trials.map(() => parts);
    const options = { draws: 50, seed: 4 };
    const all = rowBootstrap(table(trials, rowsOf), ['macro_f1'], options).get('macro_f1');
    const last = rowBootstrap(table(trials.slice(2), rowsOf.slice(2)), ['macro_f1'], options).get('macro_f1');
    expect(last?.[0]?.means).toEqual(all?.[2]?.means);
  });

  test('effective rows lie between those of one split and those of all', () => {
    const two = Uint32Array.from([0, 1]);
    const other = Uint32Array.from([2, 3]);
    const half = Uint32Array.from([1, 2]);
    const labels = new Uint16Array(4);
    expect([...effectiveRows(labels, [two, two, two], 1)]).toEqual([2]);
    expect([...effectiveRows(labels, [two, other], 1)]).toEqual([4]);
    expect(effectiveRows(labels, [two, half], 1)[0]).toBeCloseTo(16 / 6, 12);
  });
});

describe('the corrected variance of Nadeau & Bengio', () => {
  /** The 0.975 quantile of Student's t with 4 degrees of freedom. */
  const T = 2.7764451;
  const OPTIONS = { draws: 20_000, seed: 0 };
  const A = [0.5, 0.6, 0.55, 0.7, 0.52];
  const B = [0.48, 0.61, 0.5, 0.69, 0.49];
  const bySeed = (values: readonly number[]) => new Map(values.map((value, at) => [at + 1, value]));
  const half = ({ low, high }: Interval) => (high - low) / 2;
  const corrected = (values: readonly number[], overlap: number) =>
    T * sdOf(values) * Math.sqrt(5 / 4) * Math.sqrt(1 / 5 + overlap);

  test.each([0, 1 / 4, 1 / 3])(
    'widens the interval of a value: %d validation rows per training row',
    (overlap) => {
      const { estimates } = estimateMeasured('log_loss', [bySeed(A)], { ...OPTIONS, overlap });
      expect(half(estimates()[0]?.interval as Interval) / corrected(A, overlap)).toBeCloseTo(1, 1);
    },
  );

  test.each([0, 1 / 4, 1 / 3])('widens the interval of a paired difference: %d', (overlap) => {
    const joint = estimateMeasured('log_loss', [bySeed(A), bySeed(B)], { ...OPTIONS, overlap });
    const differences = A.map((value, at) => value - (B[at] as number));
    const found = half(differenceInterval(compareWith(joint, 0), 1));
    expect(found / corrected(differences, overlap)).toBeCloseTo(1, 1);
  });

  test('covers the error of a learner on new rows, where five splits alone do not', () => {
    // The learner predicts the mean of its 75 training rows; its squared error on a new row is 1 + 1 / 75.
    const truth = 1 + 1 / 75;
    const sweeps = 400;
    const covered = [0, 25 / 75].map((overlap) => {
      const stream = randomStream(5, 'synthetic');
      const hits = Array.from({ length: sweeps }, () => {
        const pool = Array.from({ length: 100 }, () => stream.normal());
        const values = new Map([1, 2, 3, 4, 5].map((seed) => [seed, splitError(pool, stream)]));
        const { estimates } = estimateMeasured('log_loss', [values], { draws: 400, seed: 0, overlap });
        const { low, high } = estimates().map(({ interval }) => interval)[0] as Interval;
        return Number(low <= truth && truth <= high);
      });
      return hits.reduce((sum, hit) => sum + hit, 0) / sweeps;
    });
    expect(covered[0]).toBeLessThan(0.87);
    expect(covered[1]).toBeGreaterThan(0.89);
  });
});

function splitError(pool: readonly number[], stream: RandomStream): number {
  const order = shuffle([...pool.keys()], stream);
  const rows = (from: number, to: number) => order.slice(from, to).map((at) => pool[at] as number);
  const training = rows(25, 100);
  const mean = training.reduce((sum, value) => sum + value, 0) / training.length;
  return rows(0, 25).reduce((sum, value) => sum + (value - mean) ** 2, 0) / 25;
}

describe('sweeps of splits', () => {
  const POOL = [120, 50, 20];
  const labels = Uint16Array.from(POOL.flatMap((rows, cls) => Array<number>(rows).fill(cls)));
  const isRare = [false, false, true];
  const ABILITY = [0.8, 0.3, -0.3];

  /** Four trials × five reshuffled splits: rows are hard or easy for all, and a run has an ability of its own. */
  function sweep(stream: RandomStream) {
    const hardness = Array.from(labels, () => stream.normal());
    const splits = [0, 1, 2, 3, 4].map(() => {
      const held = POOL.flatMap((rows, cls) => {
        const own = [...labels.keys()].filter((row) => labels[row] === cls);
        return shuffle(own, stream).slice(0, rows / 4);
      });
      return Uint32Array.from(held).sort();
    });
    const trials = [0, 1, 2, 3].map((trial) =>
      splits.map((rows) => {
        const ability = 0.15 * stream.normal();
        return Uint16Array.from(rows, (row) => {
          const label = labels[row] as number;
          const strength = ability + (ABILITY[label] as number) + (label === 2 ? 0.3 * trial : 0);
          return strength + 0.5 * stream.normal() > (hardness[row] as number)
            ? label
            : (label + 1 + stream.integer(2)) % 3;
        });
      }),
    );
    return { labels, rareClasses: [2], classCount: 3, trials, rowsOf: trials.map(() => splits) };
  }

  function valuesOf(rows: ReturnType<typeof sweep>, name: CountMetric) {
    return rows.trials.map((runs, trial) => {
      const values = runs.map((predictions, at) => {
        const counts = () => new Float64Array(3);
        const margins: Margins = { support: counts(), predicted: counts(), hits: counts() };
        rows.rowsOf[trial]?.[at]?.forEach((row, place) => {
          const [label, predicted] = [labels[row] as number, predictions[place] as number];
          margins.support[label] = (margins.support[label] as number) + 1;
          margins.predicted[predicted] = (margins.predicted[predicted] as number) + 1;
          if (label === predicted) margins.hits[label] = (margins.hits[label] as number) + 1;
        });
        return [at + 1, marginMetric(name, margins, { isRare, beta: 2 })] as const;
      });
      return new Map(values);
    });
  }

  /** P(strength + noise > hardness) of a class, with the ability of a new run. */
  function recall(cls: number, trial: number): number {
    const spread = Math.sqrt(1 + 0.5 ** 2 + 0.15 ** 2);
    return normalBelow(((ABILITY[cls] as number) + (cls === 2 ? 0.3 * trial : 0)) / spread);
  }

  test('intervals of rare recall and of its differences hold the truth', () => {
    const stream = randomStream(6, 'synthetic');
    const sweeps = 80;
    const covered = { own: 0, difference: 0 };
    const isIn = ({ low, high }: Interval, truth: number) => Number(low <= truth && truth <= high);
    for (let at = 0; at < sweeps; at++) {
      const rows = sweep(stream);
      const values = { rare_recall: valuesOf(rows, 'rare_recall') };
      const { rare_recall: estimates } = estimateTrials(rows, values, {
        draws: 300,
        seed: at,
        overlap: 1 / 3,
      });
      estimates.estimates().forEach(({ interval }, trial) => {
        covered.own += isIn(interval, recall(2, trial)) / (4 * sweeps);
      });
      const interval = differenceInterval(compareWith(estimates, 0), 3);
      covered.difference += isIn(interval, recall(2, 3) - recall(2, 0)) / sweeps;
    }
    expect(covered.own).toBeGreaterThan(0.92);
    expect(covered.difference).toBeGreaterThan(0.92);
  });

  test('the correction for shared training rows leaves out what the sampling of rows explains', () => {
    const stream = randomStream(8, 'synthetic');
    const width = ({ low, high }: Interval) => high - low;
    const widths = [0, 0];
    for (let at = 0; at < 40; at++) {
      const rows = sweep(stream);
      const values = { rare_recall: valuesOf(rows, 'rare_recall') };
      [0, 1 / 3].forEach((overlap, place) => {
        const { rare_recall } = estimateTrials(rows, values, { draws: 200, seed: at, overlap });
        widths[place] = (widths[place] as number) + width(differenceInterval(compareWith(rare_recall, 0), 3));
      });
    }
    // Rows decide most of it here. A correction of all variance would make intervals 1.5 times as wide.
    expect((widths[1] as number) / (widths[0] as number)).toBeLessThan(1.35);
  });
});

/** Abramowitz & Stegun 1964, 7.1.26. */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - series * Math.exp(-x * x);
  return z < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}
