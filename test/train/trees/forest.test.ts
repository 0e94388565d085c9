import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { KNOB_DEFAULTS, type TrialConfig } from '../../../src/knobs/knobs.js';
import { focalLossGradient } from '../../../src/loss/focal-loss.js';
import { datasetOf } from '../../../src/testing/small-dataset.js';
import { type BinnedDataset, binDataset } from '../../../src/train/trees/bins.js';
import { Forest, ForestScores, type Tree } from '../../../src/train/trees/forest.js';
import { loadTreeKernel } from '../../../src/train/trees/tree-kernel.js';
import { cases } from '../../property-cases.js';

interface ReferenceTree {
  /** Feature or −1, the largest value that goes left, left, right. */
  readonly nodes: readonly (readonly [number, number, number, number])[];
  readonly values: readonly number[];
}
interface Reference {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly config: Partial<TrialConfig>;
    readonly alpha: readonly number[];
    readonly rounds: readonly (readonly ReferenceTree[])[];
    /** By round, class and node: ½ (G²/(H + λ) of both sides less that of the node). */
    readonly gains: readonly (readonly (readonly number[])[])[];
    readonly scores: readonly (readonly number[])[];
  }[];
}

/** By a plain program in NumPy: exact splits, sums in float64. */
const reference = JSON.parse(
  readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8'),
) as Reference;

const configOf = (config: Partial<TrialConfig>): TrialConfig => ({
  ...KNOB_DEFAULTS,
  model: 'trees',
  row_share: 1,
  ...config,
});

function grown(table: Dataset, config: TrialConfig, alpha: readonly number[], build?: 'wasm') {
  const kernel = loadTreeKernel(build);
  const bins = binDataset(table, config.max_bins);
  const loss = { alpha: Float32Array.from(alpha), gamma: config.gamma };
  const data = { bins, labels: table.labels, classes: alpha.length, loss, config, seed: 1 };
  const forest = new Forest(kernel, data);
  for (let round = 0; round < config.epochs; round++) forest.grow(() => false);
  const scores = new ForestScores(kernel, forest, data, 'train', table.labels.length);
  scores.advance(config.epochs);
  return { forest, bins, logits: scores.logits() };
}

/** As the reference has it: the table has whole numbers, and an edge lies between two of them. */
function plainTree({ nodes, values }: Tree, { edges }: BinnedDataset): ReferenceTree {
  const count = nodes.length / 4;
  const isLeaf = (at: number) => (nodes[4 * at] ?? -1) < 0;
  return {
    nodes: Array.from({ length: count }, (_, at) => {
      const [feature = -1, bin = 0, left = 0, right = 0] = nodes.subarray(4 * at, 4 * at + 4);
      return isLeaf(at)
        ? [-1, 0, 0, 0]
        : [feature, Math.floor(edges[feature]?.[bin] ?? Number.NaN), left, right];
    }),
    values: Array.from(values, (value, at) => (isLeaf(at) ? value : 0)),
  };
}

describe('trees', () => {
  const table = datasetOf({ ...reference, classes: 3 });

  test.each(reference.cases.map((one) => [one.name, one] as const))(
    'are those of a plain program: %s',
    (_name, { config, alpha, rounds, gains, scores }) => {
      const { forest, bins, logits } = grown(table, configOf(config), alpha);
      const found = forest.rounds.map((trees) => trees.map((tree) => plainTree(tree, bins)));
      const shape = (all: readonly (readonly ReferenceTree[])[]) =>
        all.map((trees) => trees.map(({ nodes }) => nodes));
      expect(shape(found)).toEqual(shape(rounds));
      const steps = (all: readonly (readonly ReferenceTree[])[]) =>
        all.flat().flatMap(({ values }) => values);
      for (const [at, value] of steps(rounds).entries()) expect(steps(found)[at]).toBeCloseTo(value, 3);
      const given = forest.rounds.flatMap((trees) => trees.flatMap((tree) => [...tree.gains]));
      for (const [at, gain] of gains.flat(2).entries()) expect(given[at]).toBeCloseTo(gain, 2);
      for (const [at, score] of scores.flat().entries()) expect(logits[at]).toBeCloseTo(score, 2);
    },
  );

  test('have the same bits in WebAssembly', () => {
    const config = configOf({
      epochs: 8,
      gamma: 1.5,
      max_leaves: 7,
      min_leaf_rows: 3,
      row_share: 0.7,
      feature_share: 0.6,
    });
    const [one, other] = [grown(table, config, [0.5, 1, 2]), grown(table, config, [0.5, 1, 2], 'wasm')];
    expect(other.forest.rounds).toEqual(one.forest.rounds);
    expect(other.logits).toEqual(one.logits);
  });
});

test('the gradient of a score is u (p − δ)', () => {
  const score = fc.double({ min: -8, max: 8, noNaN: true }).map(Math.fround);
  const anyRow = fc.record({
    scores: fc.array(score, { minLength: 2, maxLength: 6 }),
    gamma: fc.double({ min: 0, max: 5, noNaN: true }),
    alpha: fc.double({ min: 0.1, max: 10, noNaN: true }).map(Math.fround),
    target: fc.nat(5),
    margin: fc.double({ min: 0, max: 3, noNaN: true }).map(Math.fround),
    polyEpsilon: fc.double({ min: -1, max: 5, noNaN: true }),
  });
  fc.assert(
    fc.property(anyRow, ({ scores, gamma, alpha, target: any, margin, polyEpsilon }) => {
      const [classes, target] = [scores.length, any % scores.length];
      const stride = 16;
      const f32 = (length: number) => ['f32', length] as const;
      const memory = loadTreeKernel().open(
        {
          scores: f32(classes * stride),
          labels: ['i32', stride],
          alpha: f32(classes),
          offsets: f32(classes),
          margins: f32(classes),
          shares: f32(classes * stride),
          factors: f32(stride),
          sums: ['f64', 2],
        },
        {},
      );
      memory.array<Int32Array>('labels')[0] = target;
      memory.array<Float32Array>('alpha').fill(alpha);
      scores.forEach((own, cls) => {
        memory.array<Float32Array>('scores')[cls * stride] = own;
      });
      memory.array<Float32Array>('margins').fill(margin);
      const names = ['scores', 'labels', 'alpha', 'offsets', 'margins', 'shares', 'factors', 'sums'];
      memory.call('softmaxRows', names, [1, stride, classes, gamma, polyEpsilon]);
      const batch = { logits: Float32Array.from(scores), targets: Int32Array.of(target), classes };
      const expected = focalLossGradient(
        batch,
        {
          alpha: new Float32Array(classes).fill(alpha),
          gamma,
          margins: new Float32Array(classes).fill(margin),
          polyEpsilon,
        },
        'sum',
      );
      const factor = memory.array<Float32Array>('factors')[0] ?? Number.NaN;
      for (let cls = 0; cls < classes; cls++) {
        const share = memory.array<Float32Array>('shares')[cls * stride] ?? Number.NaN;
        const found = factor * (share - Number(cls === target));
        expect(Math.abs(found - (expected[cls] ?? Number.NaN))).toBeLessThan(1e-4 * alpha);
      }
    }),
    { numRuns: cases(300) },
  );
});

describe('bins', () => {
  const column = fc.array(
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ noNaN: true, noDefaultInfinity: true })),
    {
      minLength: 12,
      maxLength: 400,
    },
  );

  test('keep the order of values, and tell apart no more of them than asked for', () => {
    fc.assert(
      fc.property(column, fc.integer({ min: 2, max: 256 }), (values, mostBins) => {
        const labels = values.map((_, row) => row % 2);
        const table = datasetOf({ features: values.map((value) => [value]), labels, classes: 2 });
        const { columns, edges, firsts, starts, entries, common } = binDataset(table, mostBins);
        expect(firsts[1]).toBeLessThanOrEqual(mostBins);
        expect([...(edges[0] ?? [])]).toEqual([...(edges[0] ?? [])].toSorted((a, b) => a - b));
        const rows = [...table.features].map((value, row) => ({ value, bin: columns.train[row] ?? -1 }));
        rows.sort((a, b) => a.value - b.value);
        for (const [at, { bin }] of rows.entries())
          expect(bin).toBeGreaterThanOrEqual(rows[at - 1]?.bin ?? 0);
        for (const row of labels.keys()) {
          const own = [...entries.subarray(starts[row], starts[row + 1])];
          expect(own).toEqual(columns.train[row] === common[0] ? [] : [columns.train[row]]);
        }
      }),
      { numRuns: cases(100) },
    );
  });
});
