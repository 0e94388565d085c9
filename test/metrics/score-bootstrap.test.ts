// Draws of rows for metrics of probabilities: the same rows as of predictions, and what scikit-learn's definitions give of them.
import { expect, test } from 'vitest';
import { isScoredMetric, METRIC_NAMES } from '../../src/metric.js';
import { rowBootstrap } from '../../src/metrics/noise/row-bootstrap.js';
import { type MeasuredRows, rowWeights } from '../../src/metrics/noise/scores/row-weights.js';
import { scoreBootstrap, scoreDrawCount } from '../../src/metrics/noise/scores/score-bootstrap.js';
import { crossEntropySum, probabilityMetrics } from '../../src/metrics/probability-metrics.js';
import { randomStream } from '../../src/random.js';

const DRAWS = 20;
const OF_PROBABILITIES = METRIC_NAMES.filter(isScoredMetric);
/** Draws that weights are given for at a time. */
const AT_ONCE = 8;

/** Classes of equally many rows, with probabilities of which many are equal. */
function sample(classes: number, rowsOfClass: number) {
  const stream = randomStream(classes, 'synthetic', rowsOfClass);
  const rows = classes * rowsOfClass;
  const targets = Uint16Array.from({ length: rows }, (_, row) => row % classes);
  const columns = new Float64Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const values = Array.from(
      { length: classes },
      (_, cls) => 1 + Math.floor(6 * stream.uniform()) + (cls === targets[row] ? 3 : 0),
    );
    const total = values.reduce((sum, value) => sum + value, 0);
    values.forEach((value, cls) => {
      columns[cls * rows + row] = value / total;
    });
  }
  return { columns, targets, classes };
}

/** The rows of a draw, each as often as it was drawn. */
function repeated({ columns, targets, classes }: ReturnType<typeof sample>, times: readonly number[]) {
  const rows = times.flatMap((count, row) => Array<number>(count).fill(row));
  return {
    targets: Uint16Array.from(rows, (row) => targets[row] as number),
    columns: Float64Array.from({ length: classes * rows.length }, (_, at) => {
      const cls = Math.floor(at / rows.length);
      return columns[cls * targets.length + (rows[at % rows.length] as number)] as number;
    }),
    classes,
  };
}

test.each([
  [2, 30],
  [5, 7],
  [3, 2],
])('of %i classes with %i rows each, a draw is measured as its rows are', (classes, rowsOfClass) => {
  const rows = sample(classes, rowsOfClass);
  const measured = { labels: rows.targets, classCount: classes };
  const [draws] = scoreBootstrap(measured, [rows.columns], OF_PROBABILITIES, { draws: DRAWS, seed: 5 });
  weightsOf(measured, 5).forEach((weights, draw) => {
    // Of n rows n − 1 are drawn, and each counts n / (n − 1).
    const times = weights.map((weight) => Math.round((weight * (rowsOfClass - 1)) / rowsOfClass));
    const drawn = repeated(rows, times);
    const { metrics } = probabilityMetrics(drawn);
    const probability = (row: number) =>
      drawn.columns[(drawn.targets[row] as number) * drawn.targets.length + row] as number;
    const log_loss = crossEntropySum(drawn.targets.length, probability) / drawn.targets.length;
    const expected = { ...metrics, log_loss };
    for (const name of OF_PROBABILITIES) {
      expect([name, draws?.get(name)?.[draw]]).toEqual([name, expect.closeTo(expected[name], 5)]);
    }
  });
});

/** Per draw, the weight of each measured row. */
function weightsOf(measured: MeasuredRows, seed: number): readonly (readonly number[])[] {
  const weigh = rowWeights(measured, seed);
  const rows = (measured.rows ?? measured.labels).length;
  return Array.from({ length: Math.ceil(DRAWS / AT_ONCE) }, () => {
    const weights = weigh();
    return Array.from({ length: AT_ONCE }, (_, place) =>
      Array.from({ length: rows }, (_row, row) => weights[row * AT_ONCE + place] as number),
    );
  })
    .flat()
    .slice(0, DRAWS);
}

const LABELS = Uint16Array.from({ length: 60 }, (_, row) => (row % 10 === 0 ? 2 : row % 3 === 0 ? 1 : 0));
const POOL = { labels: LABELS, classCount: 3 };
const GROUPS = Uint32Array.from(LABELS, (_, row) => Math.floor(row / 4));

test.each<[string, MeasuredRows]>([
  ['rows', POOL],
  ['groups', { ...POOL, groups: GROUPS }],
  ['rows of a seed', { ...POOL, rows: Uint32Array.from({ length: 30 }, (_, at) => 2 * at) }],
  [
    'groups of a seed',
    { ...POOL, groups: GROUPS, rows: Uint32Array.from({ length: 20 }, (_, at) => 3 * at) },
  ],
])('%s are drawn together with those of predictions', (_, measured) => {
  const rows = measured.rows ?? Uint32Array.from(LABELS.keys());
  const predictions = Uint16Array.from(rows, (row) => (row % 7 < 4 ? (LABELS[row] as number) : 0));
  const rowsOf = measured.rows && [[measured.rows]];
  const bootstrap = { ...measured, rowsOf, rareClasses: [2], trials: [[predictions]] };
  const drawn = rowBootstrap(bootstrap, ['accuracy'], { draws: DRAWS, seed: 3 }).get('accuracy')?.[0]?.means;
  weightsOf(measured, 3).forEach((weights, draw) => {
    const right = weights.filter((_weight, at) => predictions[at] === LABELS[rows[at] as number]);
    const share = right.reduce((sum, weight) => sum + weight, 0) / rows.length;
    expect(share).toBeCloseTo(drawn?.[draw] as number, 5);
  });
});

test('fewer draws are the first of more', () => {
  const rows = sample(3, 20);
  const measured = { labels: rows.targets, classCount: 3 };
  const [few, many] = [11, 40].map((draws) =>
    scoreBootstrap(measured, [rows.columns], ['roc_auc'], { draws, seed: 0 })[0]?.get('roc_auc'),
  );
  expect(few).toEqual(many?.subarray(0, 11));
});

test('a sweep has 2,000 draws, and fewer where rows and classes are many', () => {
  expect(scoreDrawCount(2000, 21)).toBe(2000);
  expect(scoreDrawCount(500_000, 2)).toBe(2000);
  expect(scoreDrawCount(100_000, 20)).toBe(1000);
  expect(scoreDrawCount(10 ** 7, 100)).toBe(200);
});
