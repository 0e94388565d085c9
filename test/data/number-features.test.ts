import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitNumbers } from '../../src/data/prepare/fit-numbers.js';
import { type DataKnobs, dataKnobs } from '../../src/knobs/data-knobs.js';
import { inverseNormal } from '../../src/model/inverse-normal.js';
import { numericEncoders } from '../../src/model/number-preparation.js';
import { cases } from '../property-cases.js';
import { featureColumn, loadFiles } from './table-folder.js';

interface Case {
  readonly name: string;
  readonly training: readonly number[];
  readonly new: readonly number[];
  readonly robust: readonly number[];
  readonly quantile: readonly number[];
  readonly log1p: readonly number[];
  readonly piecewise_linear: Readonly<Record<string, readonly (readonly number[])[]>>;
}

interface TargetCase extends Pick<Case, 'name' | 'training'> {
  readonly labels: readonly number[];
  readonly leaves: number;
  readonly edges: readonly number[];
  /** Of the first training rows. */
  readonly encoded: readonly (readonly number[])[];
}

const golden = JSON.parse(
  readFileSync(new URL('fixtures/number-features.json', import.meta.url), 'utf8'),
) as {
  readonly cases: readonly Case[];
  readonly targets: readonly TargetCase[];
  readonly many: Pick<Case, 'training' | 'new' | 'quantile'>;
  readonly inverse_normal: { readonly share: readonly number[]; readonly value: readonly number[] };
};

/** The features of values, fitted to training values; NaN is missing. */
function featuresOf(
  training: readonly number[],
  values: readonly number[],
  knobs: Partial<DataKnobs>,
  labels: readonly number[] = training.map(() => 0),
): number[][] {
  const missing = [...training, ...values].filter(Number.isNaN).length;
  const column = { name: 'x', kind: 'numeric' as const, missing, chunks: [] };
  const rows = { values: Float64Array.from(training), labels: Int32Array.from(labels) };
  const encoders = numericEncoders(fitNumbers(column, rows, dataKnobs(knobs)));
  return values.map((value) => encoders.map((encode) => encode(value)));
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  const off = actual.map((value, at) => Math.abs(value - (expected[at] as number)) / (1 + Math.abs(value)));
  expect(Math.max(...off)).toBeLessThan(1e-9);
}

describe.each(golden.cases)('numbers as scikit-learn and the paper have them: $name', (own) => {
  const values = [...own.training, ...own.new];

  test.each(['robust', 'quantile', 'log1p'] as const)('%s', (normalize) => {
    expectClose(featuresOf(own.training, values, { normalize }).flat(), own[normalize]);
  });

  test.each([4, 16])('piecewise linear in %i bins', (bins) => {
    const encoded = featuresOf(own.training, values, { encode_numbers: { piecewise_linear: bins } });
    const expected = own.piecewise_linear[bins] ?? [];
    expect(encoded[0]).toHaveLength(expected[0]?.length ?? 0);
    expectClose(encoded.flat(), expected.flat());
  });
});

describe.each(golden.targets)('bins by target as scikit-learn has them: $name', (own) => {
  const { training, labels, leaves, edges, encoded } = own;
  test.each(['none', 'zscore'] as const)('normalize: %s', (normalize) => {
    const knobs = { normalize, encode_numbers: { bins: 'target', piecewise_linear: leaves } } as const;
    const features = featuresOf(training, training.slice(0, encoded.length), knobs, labels);
    expect(features[0]).toHaveLength(edges.length - 1);
    expectClose(features.flat(), encoded.flat());
  });
});

test('the classes of missing numbers decide no bin by target', () => {
  const training = Array.from({ length: 60 }, (_, row) => (row < 20 ? Number.NaN : row));
  const labels = training.map((value) => Number(value >= 40));
  const [low, high, missing] = featuresOf(
    training,
    [39, 40, Number.NaN],
    { normalize: 'none', encode_numbers: { bins: 'target', piecewise_linear: 8 } },
    labels,
  );
  // One cut between 39 and 40, with the median.
  expect(low?.[0]).toBeCloseTo(19 / 19.5);
  expect(high).toEqual([1, expect.closeTo(0.5 / 19.5), 0]);
  expect(missing?.[2]).toBe(1);
});

test('quantiles of more rows than quantiles are those of scikit-learn', () => {
  const { training, new: values, quantile } = golden.many;
  expectClose(featuresOf(training, values, { normalize: 'quantile' }).flat(), quantile);
});

test('normal scores are those of SciPy', () => {
  const { share, value } = golden.inverse_normal;
  expectClose(share.map(inverseNormal), value);
});

const NORMALIZE = ['zscore', 'robust', 'quantile', 'log1p', 'none'] as const;
const numbers = fc.array(fc.float({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 });

describe('piecewise linear features', () => {
  const knobs = fc.record({
    normalize: fc.constantFrom(...NORMALIZE),
    encode_numbers: fc.record(
      { bins: fc.constant('target' as const), piecewise_linear: fc.integer({ min: 2, max: 40 }) },
      { requiredKeys: ['piecewise_linear'] },
    ),
  });
  const labelsOf = (training: readonly number[]) => training.map((_, row) => row % 3);

  test('are in [0, 1], rise with the number, and are full before the next one begins', () => {
    fc.assert(
      fc.property(numbers, numbers, knobs, (training, values, own) => {
        const ascending = values.toSorted((a, b) => a - b);
        const encoded = featuresOf(training, ascending, own, labelsOf(training));
        const rises = (before: readonly number[], after: readonly number[]) =>
          after.every((value, at) => value >= (before[at] as number));
        for (const [at, parts] of encoded.entries()) {
          expect(parts.every((part) => part >= 0 && part <= 1)).toBe(true);
          expect(parts.every((part, bin) => bin === 0 || part === 0 || parts[bin - 1] === 1)).toBe(true);
          expect(rises(encoded[at - 1] ?? parts, parts)).toBe(true);
        }
      }),
      { numRuns: cases(200) },
    );
  });

  test('are all 0 at the least training row and all 1 at the largest, with no bin twice', () => {
    fc.assert(
      fc.property(numbers, knobs, (training, own) => {
        const ends = [Math.min(...training), Math.max(...training)];
        const [low, high] = featuresOf(training, ends, own, labelsOf(training));
        expect(new Set(low).has(1)).toBe(false);
        expect(new Set(high).has(0)).toBe(false);
        expect(low?.length).toBeLessThanOrEqual(own.encode_numbers.piecewise_linear);
      }),
      { numRuns: cases(200) },
    );
  });
});

test('missing numbers are at the median, which decides no bin, and have an indicator', () => {
  const training = [1, 2, 3, 4, Number.NaN, Number.NaN, Number.NaN, 5];
  const [missing, median, most] = featuresOf(training, [Number.NaN, 3, 5], {
    encode_numbers: { piecewise_linear: 4 },
  });
  expect(median).toEqual([1, 1, 0, 0, 0]);
  expect(missing).toEqual([1, 1, 0, 0, 1]);
  expect(most).toEqual([1, 1, 1, 1, 0]);
});

test('training rows alone decide bins, scales and quantiles', async () => {
  const parts = [...Array(8).fill('train'), 'val', 'val', 'test', 'test'];
  const csv = (late: number) =>
    [
      'x,fold,class',
      ...parts.map((part, row) => `${row < 8 ? row * row : late * row},${part},${'ab'[row % 2]}`),
    ].join('\n');
  const spec = { split: { column: 'fold' } };
  for (const knobs of [
    { encode_numbers: { piecewise_linear: 3 } },
    { encode_numbers: { bins: 'target' as const, piecewise_linear: 3 } },
    ...NORMALIZE.map((normalize) => ({ normalize })),
  ]) {
    const [one, other] = await Promise.all(
      [1, -1000].map((late) => loadFiles({ 't.csv': csv(late) }, { ...spec, ...knobs })),
    );
    const training = (dataset: typeof one) =>
      dataset?.featureNames.map((name) => featureColumn(dataset, name).slice(0, 8));
    expect(training(one)).toEqual(training(other));
    expect(one?.preparation).toEqual(other?.preparation);
  }
});

test('the card names the encoding, and the fingerprint stands for the rows', async () => {
  const csv = [
    'x,y,class',
    ...Array.from({ length: 60 }, (_, i) => `${(i * 7) % 60},${i % 3},${'ab'[i % 2]}`),
  ].join('\n');
  const load = (spec: object) => loadFiles({ 't.csv': csv }, spec);
  const plain = await load({});
  const encoded = await load({ encode_numbers: { piecewise_linear: 8 }, normalize: 'robust' });
  expect(encoded.fingerprint).toBe(plain.fingerprint);
  expect([encoded.featureCount, encoded.plainFeatureCount]).toEqual([8 + 3, 2]);
  expect(encoded.featureNames.slice(0, 2)).toEqual(['x bin 1', 'x bin 2']);
  expect(encoded.card).toMatchObject({ normalize: 'robust', encodeNumbers: { piecewise_linear: 8 } });
  expect(encoded.card.columns.map(({ features }) => features)).toEqual([8, 3]);
  // As long as `normalize` was no knob, `none` had a fingerprint of its own.
  expect((await load({ normalize: 'none' })).fingerprint).not.toBe(plain.fingerprint);
});
