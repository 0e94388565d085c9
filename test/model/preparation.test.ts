import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/load-dataset.js';
import { readSource } from '../../src/data/read/read-source.js';
import { CHUNK_ROWS, type Column, PART } from '../../src/data/read/table.js';
import { assignParts } from '../../src/data/split/assign-parts.js';
import {
  featureNames,
  type Preparation,
  prepareRow,
  type RawRow,
  type RawValue,
} from '../../src/model/preparation.js';
import type { DataSpec } from '../../src/spec/data-spec.js';
import { readSpec } from '../../src/spec/parse-spec.js';
import { loadFiles } from '../data/table-folder.js';
import { anyModel, anyRows } from './any-model.js';

/** A cell as a source has it; NaN and null are missing. */
function rawValue(column: Column, row: number): RawValue {
  const cell = column.chunks[Math.floor(row / CHUNK_ROWS)]?.[row % CHUNK_ROWS] ?? Number.NaN;
  if (column.kind === 'numeric') return cell;
  return cell < 0 ? null : column.categories[cell];
}

/** Rows of a table whose features prepareRow does not give to the bit, and how many rows there are. */
async function mismatches(spec: DataSpec, folder: string): Promise<{ rows: number; wrong: number[] }> {
  const [dataset, table] = await Promise.all([loadDataset(spec, folder), readSource(spec, folder)]);
  const { parts } = assignParts(table, spec);
  const preparation = JSON.parse(JSON.stringify(dataset.preparation)) as Preparation;
  expect(preparation).toEqual(dataset.preparation);
  const wrong: number[] = [];
  let row = 0;
  for (const [source, part] of parts.entries()) {
    if (part === PART.dropped) continue;
    const raw: RawRow = Object.fromEntries(
      table.columns.map((column) => [column.name, rawValue(column, source)]),
    );
    const features = prepareRow(preparation, raw);
    const from = row * dataset.featureCount;
    const expected = dataset.features.slice(from, from + dataset.featureCount);
    if (!Buffer.from(features.buffer).equals(Buffer.from(expected.buffer))) wrong.push(source);
    row++;
  }
  return { rows: row, wrong };
}

describe('a preparation, as JSON, gives every prepared row to the bit', () => {
  it.each(['zscore', 'robust', 'quantile', 'log1p', 'none'] as const)(
    'of builtin:malware21, normalize: %s, whole and in bins',
    async (normalize) => {
      for (const encode_numbers of ['none', { piecewise_linear: 5 }] as const) {
        const spec = { source: 'builtin:malware21', rows: 1000, normalize, encode_numbers };
        expect(await mismatches(spec, '.')).toEqual({ rows: 1000, wrong: [] });
      }
    },
  );

  for (const name of ['netml2020', 'nsl-kdd', 'page-blocks']) {
    const { data, file } = readSpec(
      fileURLToPath(new URL(`../../bench/sweeps/${name}.yaml`, import.meta.url)),
    );
    const folder = dirname(file);
    if (data === null) throw new TypeError(`${name} has no table`);
    const isThere = [data.source].flat().every((source) => existsSync(resolve(folder, source)));
    it.skipIf(!isThere)(`of ${name}${isThere ? '' : ' (skipped: its table is absent)'}`, async () => {
      const { rows, wrong } = await mismatches(data, folder);
      expect(rows).toBeGreaterThan(0);
      expect(wrong).toEqual([]);
    });
  }
});

describe('a preparation of a small table', () => {
  const parts = ['train', 'train', 'train', 'train', 'validation', 'validation', 'test', 'test'];
  const cells = ['1,tcp,x', ',udp,x', '3,tcp,x', '5,,x', '9,icmp,x', '2,tcp,x', '2,tcp,y', '8,udp,x'];
  const csv = [
    'size,proto,flag,part,class',
    ...cells.map((row, at) => `${row},${parts[at]},${'ab'[at % 2]}`),
  ].join('\n');
  const spec = { split: { column: 'part' }, normalize: 'none' } as const;
  const preparationOf = async () => (await loadFiles({ 't.csv': csv }, spec)).preparation;

  it('names medians, vocabularies, indicators and classes in the order of the features', async () => {
    const none = { mean: 0, rest: 0, sd: 1 };
    expect(await preparationOf()).toEqual({
      columns: [
        { kind: 'numeric', column: 'size', fill: 3, scaling: none, missingIndicator: true },
        { kind: 'categorical', column: 'proto', categories: ['tcp', 'udp'], unknownIndicator: true },
      ],
      classNames: ['a', 'b'],
    });
  });

  it('takes rows that training has not seen', async () => {
    const preparation = await preparationOf();
    expect([...prepareRow(preparation, { size: 7, proto: 'udp', flag: 'z' })]).toEqual([7, 0, 0, 1, 0]);
    expect([...prepareRow(preparation, { size: null, proto: 'gre' })]).toEqual([3, 1, 0, 0, 1]);
    expect([...prepareRow(preparation, {})]).toEqual([3, 1, 0, 0, 1]);
  });

  it('refuses a text among numbers and a number among texts', async () => {
    const preparation = await preparationOf();
    expect(() => prepareRow(preparation, { size: 'big' })).toThrow(/"size" has numbers, not "big"/);
    expect(() => prepareRow(preparation, { proto: 6 })).toThrow(/"proto" has categories, not 6/);
  });

  it('fills a missing value where training has met none with the mean', async () => {
    const whole = csv.replace('\n,udp', '\n4,udp');
    const { preparation } = await loadFiles({ 't.csv': whole }, spec);
    expect(prepareRow(preparation, { size: null, proto: 'tcp' })[0]).toBe(13 / 4);
  });

  it('has as many features as names, however columns are prepared', () => {
    fc.assert(
      fc.property(anyModel('network', 'trees'), anyRows, ({ members }, rows) => {
        for (const { preparation } of members) {
          const names = preparation.columns.flatMap(featureNames);
          expect(rows.map((row) => prepareRow(preparation, row).length)).toEqual(
            rows.map(() => names.length),
          );
        }
      }),
    );
  });
});
