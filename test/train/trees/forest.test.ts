import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../../../src/data/dataset.js';
import { KNOB_DEFAULTS, type TrialConfig } from '../../../src/knobs/knobs.js';
import { focalLoss, focalLossGradient } from '../../../src/loss/focal-loss.js';
import { datasetOf } from '../../../src/testing/small-dataset.js';
import { loadAddonKernels } from '../../../src/train/network/native/addon.js';
import { probeNative } from '../../../src/train/network/native/native-engine.js';
import { type BinnedDataset, binDataset } from '../../../src/train/trees/bins/bins.js';
import { Forest } from '../../../src/train/trees/forest.js';
import { ForestScores } from '../../../src/train/trees/forest-scores.js';
import type { Tree } from '../../../src/train/trees/tree.js';
import { loadTreeKernel } from '../../../src/train/trees/tree-kernel.js';
import { cases } from '../../property-cases.js';

type ReferenceNode = readonly [
  feature: number,
  /** The largest value that goes left, or the categories that do. */
  rule: number | readonly number[],
  isMissingLeft: boolean,
  left: number,
  right: number,
];
interface ReferenceTree {
  /** Null for a leaf. */
  readonly nodes: readonly (ReferenceNode | null)[];
  /** By node, and by class where all classes share the tree. */
  readonly values: readonly number[];
  /** By node: ½ (G² / (H + λ) of both sides less that of the node); 0 for a leaf. */
  readonly gains: readonly number[];
}
interface ReferenceTable {
  readonly name: string;
  readonly features: readonly (readonly (number | null)[])[];
  /** By feature; 0 for numbers. */
  readonly categories: readonly number[];
  readonly labels: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly config: Partial<TrialConfig>;
    readonly alpha: readonly number[];
    readonly rounds: readonly (readonly ReferenceTree[])[];
    readonly scores: readonly (readonly number[])[];
  }[];
}

/** By a plain program in NumPy, fixtures/make_reference.py: exact splits, sums in float64. */
const reference = JSON.parse(
  readFileSync(new URL('fixtures/reference.json', import.meta.url), 'utf8'),
) as readonly ReferenceTable[];

function tableOf({ features, categories, labels }: ReferenceTable): Dataset {
  const cells = features.map((row) => row.map((cell) => cell ?? Number.NaN));
  const featureKinds = categories.map((count, feature) => ({
    categories: count,
    hasMissing: features.some((row) => row[feature] === null),
  }));
  return { ...datasetOf({ features: cells, labels, classes: 3 }), featureKinds };
}

/** What this machine can run. */
const [addon] = await probeNative();
const BUILDS: readonly (readonly ['addon' | 'wasm', string | undefined])[] = [
  ['wasm', undefined],
  ...(addon?.available ? loadAddonKernels() : []).map(
    ({ instructionSet }) => ['addon', instructionSet] as const,
  ),
];

const configOf = (config: Partial<TrialConfig>): TrialConfig => ({
  ...KNOB_DEFAULTS,
  model: 'trees',
  row_share: 1,
  ...config,
});

function grown(table: Dataset, config: TrialConfig, alpha: readonly number[], kernel = loadTreeKernel()) {
  const bins = binDataset(kernel, table, config.max_bins);
  const loss = { alpha: Float32Array.from(alpha), gamma: config.gamma };
  const data = { bins, labels: table.labels, classes: alpha.length, loss, config, seed: 1 };
  const forest = new Forest(kernel, data);
  for (let round = 0; round < config.epochs; round++) forest.grow(() => false);
  const scores = new ForestScores(kernel, forest, data, 'train', table.labels.length);
  scores.advance(config.epochs);
  return { forest, bins, logits: scores.logits() };
}

const isLeaf = (nodes: Int32Array, at: number) => (nodes[4 * at] ?? -1) < 0;

/** As the reference has it: the table has whole numbers, and an edge lies between two of them. */
function plainTree({ nodes, sets, values, gains }: Tree, { features }: BinnedDataset): ReferenceTree {
  const nodeAt = (at: number): ReferenceNode | null => {
    if (isLeaf(nodes, at)) return null;
    const [feature = -1, rule = 0, left = 0, right = 0] = nodes.subarray(4 * at, 4 * at + 4);
    const { edges = [], binsOfCodes = [] } = features[feature] ?? {};
    if (rule >= 0) return [feature, Math.floor(edges[rule & 0xffff] ?? 1e9), rule >> 16 > 0, left, right];
    const set = sets.subarray(8 * (-1 - rule));
    const isIn = (bin: number) => (((set[bin >> 5] ?? 0) >>> (bin & 31)) & 1) === 1;
    return [
      feature,
      [...binsOfCodes.keys()].filter((code) => isIn(binsOfCodes[code] ?? 0)),
      false,
      left,
      right,
    ];
  };
  return {
    nodes: Array.from(gains, (_, at) => nodeAt(at)),
    values: Array.from(values, (value, at) => {
      const node = Math.floor((at * gains.length) / values.length);
      return isLeaf(nodes, node) ? value : 0;
    }),
    gains: [...gains],
  };
}

/** The reference has no end of the numbers: all that are there go left, missing ones right. */
function withoutLast(tree: ReferenceTree, table: ReferenceTable): ReferenceTree {
  const largest = (feature: number) => Math.max(...table.features.map((row) => row[feature] ?? 0));
  const nodes = tree.nodes.map((node) =>
    typeof node?.[1] === 'number' && node[1] === largest(node[0])
      ? ([node[0], 1e9, node[2], node[3], node[4]] as const)
      : node,
  );
  return { ...tree, nodes };
}

const every = reference.flatMap((table) =>
  table.cases.map((one) => [`${table.name}, ${one.name}`, table, one] as const),
);

describe('trees', () => {
  test.each(every)('are those of a plain program: %s', (_name, table, { config, alpha, rounds, scores }) => {
    const { forest, bins, logits } = grown(tableOf(table), configOf(config), alpha);
    const found = forest.rounds.map((trees) => trees.map((tree) => plainTree(tree, bins)));
    const shape = (all: readonly (readonly ReferenceTree[])[]) =>
      all.map((trees) => trees.map(({ nodes }) => nodes));
    const expected = rounds.map((trees) => trees.map((tree) => withoutLast(tree, table)));
    expect(shape(found)).toEqual(shape(expected));
    const steps = (all: readonly (readonly ReferenceTree[])[]) => all.flat().flatMap(({ values }) => values);
    for (const [at, value] of steps(rounds).entries()) expect(steps(found)[at]).toBeCloseTo(value, 3);
    const gained = (all: readonly (readonly ReferenceTree[])[]) => all.flat().flatMap(({ gains }) => gains);
    for (const [at, gain] of gained(rounds).entries()) expect(gained(found)[at]).toBeCloseTo(gain, 2);
    for (const [at, score] of scores.flat().entries()) expect(logits[at]).toBeCloseTo(score, 2);
  });

  const config = configOf({
    epochs: 8,
    gamma: 1.5,
    max_leaves: 7,
    min_leaf_rows: 3,
    row_share: 0.7,
    feature_share: 0.6,
  });
  const mixed = reference.map(tableOf);
  const builds = BUILDS.flatMap((build) => [[...build, false] as const, [...build, true] as const]);

  test.each(builds)('have the same bits by every build: %s %s, shared: %s', (build, set, multi_output) => {
    for (const table of mixed) {
      const kernel = loadTreeKernel(build, set);
      const own = { ...config, multi_output };
      const [one, other] = [grown(table, own, [0.5, 1, 2]), grown(table, own, [0.5, 1, 2], kernel)];
      expect(other.forest.rounds).toEqual(one.forest.rounds);
      expect(other.logits).toEqual(one.logits);
      expect(other.bins).toEqual(one.bins);
    }
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
          partial: f32(2 * stride * classes),
          sums: ['f64', 2 + 2 * classes],
        },
        {},
      );
      memory.array<Int32Array>('labels')[0] = target;
      memory.array<Float32Array>('alpha').fill(alpha);
      scores.forEach((own, cls) => {
        memory.array<Float32Array>('scores')[cls * stride] = own;
      });
      memory.array<Float32Array>('margins').fill(margin);
      const names = [
        'scores',
        'labels',
        'alpha',
        'offsets',
        'margins',
        'shares',
        'factors',
        'partial',
        'sums',
      ];
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

/** The value of each leaf of a tree of one split is −G / (H + λ) · learning rate, all by differences of the plain loss at the first scores. */
describe.each([
  { gamma: 0, alpha: [1, 1, 1] },
  { gamma: 0, alpha: [0.5, 1, 3] },
  { gamma: 2, alpha: [0.5, 1, 3] },
])('a leaf of trees under γ = $gamma, α = $alpha', ({ gamma, alpha }) => {
  test('has the step of the finite differences', () => {
    const labels = Array.from({ length: 60 }, (_, row) => (row * 7 + (row % 4)) % 3);
    const features = labels.map((label, row) => [Number(label === 2 || row % 5 === 0)]);
    const config = configOf({
      gamma,
      epochs: 1,
      max_leaves: 2,
      min_leaf_rows: 1,
      learning_rate: 0.5,
      lambda_l2: 2,
    });
    const { forest } = grown(datasetOf({ features, labels, classes: 3 }), config, alpha);
    const weights = Float32Array.from(alpha);
    const lossAt = (target: number, cls: number, step: number): number => {
      const logits = Float64Array.from(forest.initial, (score, at) => score + (at === cls ? step : 0));
      const batch = { logits, targets: Int32Array.of(target), classes: 3 };
      return focalLoss(batch, { alpha: weights, gamma }, 'sum');
    };
    const h = 1e-4;
    const slope = (target: number, cls: number) =>
      (lossAt(target, cls, h) - lossAt(target, cls, -h)) / (2 * h);
    const power = Array.from(forest.initial, Math.exp);
    const total = power.reduce((sum, one) => sum + one, 0);
    // That of cross-entropy is its second difference; that of the focal loss has the factor by which its gradient is larger.
    const bend = (target: number, cls: number) => {
      const share = (power[cls] ?? 0) / total;
      const plain = ((alpha[target] ?? 0) * share * (1 - share) * 3) / 2;
      const second = (lossAt(target, cls, h) - 2 * lossAt(target, cls, 0) + lossAt(target, cls, -h)) / h ** 2;
      const factor = slope(target, cls) / ((alpha[target] ?? 0) * (share - Number(target === cls)));
      return gamma === 0 ? (second * 3) / 2 : plain * factor;
    };
    const trees = forest.rounds[0] ?? [];
    for (const [cls, tree] of trees.entries()) {
      expect(tree.values).toHaveLength(3);
      for (const side of [0, 1]) {
        const inside = labels.filter((_, row) => features[row]?.[0] === side);
        const g = inside.reduce((sum, label) => sum + slope(label, cls), 0);
        const b = inside.reduce((sum, label) => sum + bend(label, cls), 0);
        expect(tree.values[tree.nodes[2 + side] ?? 0]).toBeCloseTo((-0.5 * g) / (b + 2), 4);
      }
    }
  });
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
        const { columns, features, layout } = binDataset(loadTreeKernel(), table, mostBins);
        const edges = [...(features[0]?.edges ?? [])];
        expect(layout.counts[0]).toBeLessThanOrEqual(mostBins);
        expect(edges).toEqual(edges.toSorted((a, b) => a - b));
        const rows = [...table.features].map((value, row) => ({ value, bin: columns.train[row] ?? -1 }));
        rows.sort((a, b) => a.value - b.value);
        for (const [at, { bin }] of rows.entries())
          expect(bin).toBeGreaterThanOrEqual(rows[at - 1]?.bin ?? 0);
        for (const { value, bin } of rows) expect(bin).toBe(edges.filter((edge) => edge < value).length);
      }),
      { numRuns: cases(100) },
    );
  });
});
