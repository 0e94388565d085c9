// Draws of whole groups, against plain formulas.
import { expect, test } from 'vitest';
import { estimateTrials } from '../../src/metrics/estimates/estimate-trials.js';
import { type BootstrapRows, rowBootstrap } from '../../src/metrics/noise/row-bootstrap.js';
import { independentRows, rowsWorth } from '../../src/metrics/noise/splits/row-groups.js';
import { type RandomStream, randomStream } from '../../src/random.js';

const GROUPS = 40;
const SIZE = 15;
const ROWS = GROUPS * SIZE;
const groups = Uint32Array.from({ length: ROWS }, (_, row) => Math.floor(row / SIZE));
/** Two rows of three are of class 0 in every group. */
const labels = Uint16Array.from({ length: ROWS }, (_, row) => Number(row % 3 === 2));
const OPTIONS = { draws: 4000, seed: 0 };

/** Groups that are easy or hard as a whole. */
function clustered(stream: RandomStream): Uint16Array {
  const ease = Array.from({ length: GROUPS }, () => 0.4 + 0.6 * stream.uniform());
  return labels.map((label, row) =>
    stream.uniform() < (ease[groups[row] as number] as number) ? label : 1 - label,
  );
}

function table(trials: BootstrapRows['trials'], more: Partial<BootstrapRows> = {}): BootstrapRows {
  return { labels, rareClasses: [1], classCount: 2, trials, groups, ...more };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function sdOf(values: ArrayLike<number>): number {
  const list = Array.from(values);
  return Math.sqrt(mean(list.map((value) => (value - mean(list)) ** 2)));
}

/** Cluster-robust standard error of the mean of a class's rows, as wide as a t distribution of so many groups. */
function clusterError(scores: ArrayLike<number>, cls: number): number {
  const rows = [...labels.keys()].filter((row) => labels[row] === cls);
  const centre = mean(rows.map((row) => scores[row] as number));
  const sums = Array.from({ length: GROUPS }, (_, group) =>
    rows.reduce((sum, row) => sum + (groups[row] === group ? (scores[row] as number) - centre : 0), 0),
  );
  const squares = sums.reduce((sum, own) => sum + own ** 2, 0);
  const t39 = 2.0227;
  return (Math.sqrt((squares * GROUPS) / (GROUPS - 1)) / rows.length) * (t39 / 1.96);
}

const hitsOf = (run: Uint16Array): number[] => [...run].map((own, row) => Number(own === labels[row]));

const stream = randomStream(5, 'synthetic');
const runs = [clustered(stream), clustered(stream)] as const;

test('the recall of a class varies as the cluster-robust error says', () => {
  const drawn = rowBootstrap(table([[runs[0]]]), ['rare_recall'], OPTIONS).get('rare_recall')?.[0];
  const ratio = sdOf(drawn?.means ?? []) / clusterError(hitsOf(runs[0]), 1);
  expect(ratio).toBeGreaterThan(0.94);
  expect(ratio).toBeLessThan(1.06);
});

test('so does a difference of two configurations', () => {
  const drawn = rowBootstrap(table(runs.map((run) => [run])), ['rare_recall'], OPTIONS).get('rare_recall');
  const [first, second] = [drawn?.[0]?.means, drawn?.[1]?.means] as [Float64Array, Float64Array];
  const [a, b] = runs.map(hitsOf) as [number[], number[]];
  const expected = clusterError(
    a.map((hit, row) => hit - (b[row] as number)),
    1,
  );
  const ratio = sdOf(first.map((value, draw) => value - (second[draw] as number))) / expected;
  expect(ratio).toBeGreaterThan(0.94);
  expect(ratio).toBeLessThan(1.06);
});

test('seeds that share their rows and seeds with lists of the same rows vary alike', () => {
  const all = Uint32Array.from(labels.keys());
  const shared = rowBootstrap(table([[...runs]]), ['macro_f1'], OPTIONS).get('macro_f1')?.[0];
  const listed = rowBootstrap(table([[...runs]], { rowsOf: [[all, all]] }), ['macro_f1'], OPTIONS);
  expect(shared?.means).toEqual(listed.get('macro_f1')?.[0]?.means);
  expect(shared?.runs).toBeUndefined();
});

test('groups of one row are hardly more than rows', () => {
  const single = Uint32Array.from(labels.keys());
  const sds = [single, undefined].map((own) => {
    const drawn = rowBootstrap(table([[runs[0]]], { groups: own }), ['rare_recall'], OPTIONS);
    return sdOf(drawn.get('rare_recall')?.[0]?.means ?? []);
  }) as [number, number];
  expect(sds[0] / sds[1]).toBeGreaterThan(0.95);
  expect(sds[0] / sds[1]).toBeLessThan(1.06);
});

test('a class in one group has no spread in draws, and yet a wide interval', () => {
  const alone = labels.map((_, row) => Number(groups[row] === 0));
  const predictions = alone.map((label, row) => (row % 5 === 0 ? 1 - label : label));
  const rows = table([[predictions]], { labels: alone });
  const drawn = rowBootstrap(rows, ['rare_recall'], OPTIONS).get('rare_recall')?.[0];
  expect(sdOf(drawn?.means ?? [])).toBeLessThan(1e-12);
  const values = [new Map([[1, 0.8]])];
  const interval = estimateTrials(rows, { rare_recall: values }, OPTIONS).rare_recall.estimates()[0]
    ?.interval;
  expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeGreaterThan(0.3);
});

/** The mean product of the residuals of two rows of a group and class, over all such pairs, in units of the variance. */
function plainWorth(run: Uint16Array, cls: number): number {
  const hits = hitsOf(run);
  const centres = [0, 1].map((own) => mean(hits.filter((_, row) => labels[row] === own)));
  const rest = hits.map((hit, row) => hit - (centres[labels[row] as number] as number));
  const variances = centres.map((centre) => centre * (1 - centre));
  let [products, expected] = [0, 0];
  for (let a = 0; a < ROWS; a++) {
    for (let b = 0; b < ROWS; b++) {
      if (a === b || groups[a] !== groups[b] || labels[a] !== labels[b]) continue;
      products += (rest[a] as number) * (rest[b] as number);
      expected += variances[labels[a] as number] as number;
    }
  }
  const parts = Array.from({ length: GROUPS }, (_, group) =>
    rest.reduce((sum, own, row) => sum + (groups[row] === group ? own ** 2 : 0), 0),
  );
  const telling =
    parts.reduce((sum, own) => sum + own, 0) ** 2 / parts.reduce((sum, own) => sum + own ** 2, 0);
  const rho = (telling * Math.max(0, products / expected) + 1) / (telling + 1);
  return 1 / (1 + ((cls === 0 ? 10 : 5) - 1) * rho);
}

test('a row is worth what the correlation within groups leaves of it', () => {
  const grouped = { labels, groups, classCount: 2 };
  const worth = rowsWorth(grouped, [{ predictions: runs[0] }], (label, own) => Number(label === own));
  expect(worth[0]).toBeCloseTo(plainWorth(runs[0], 0), 10);
  expect(worth[1]).toBeCloseTo(plainWorth(runs[0], 1), 10);
  expect(independentRows(grouped, [runs[0]])[1]).toBeCloseTo(200 * plainWorth(runs[0], 1), 8);
});

test('without a single mistake a group counts as one row, and without groups every row', () => {
  expect(independentRows({ labels, groups, classCount: 2 }, [labels])).toEqual([GROUPS, GROUPS]);
  expect(independentRows({ labels, classCount: 2 }, [labels])).toEqual([400, 200]);
});

test('intervals of figures without mistakes are as wide as those of one row for each group', () => {
  const values = [new Map([[1, 1]])];
  const interval = (own: BootstrapRows) =>
    estimateTrials(own, { rare_recall: values, worst_recall: values }, OPTIONS);
  const one = labels.filter((_, row) => row % SIZE === 1 || row % SIZE === 2);
  const byGroups = interval(table([[labels]]));
  const plain = interval({ ...table([[one]]), labels: one, groups: undefined });
  for (const name of ['rare_recall', 'worst_recall'] as const) {
    expect(byGroups[name].estimates()[0]?.interval.low).toBeCloseTo(
      plain[name].estimates()[0]?.interval.low ?? 0,
      10,
    );
  }
});
