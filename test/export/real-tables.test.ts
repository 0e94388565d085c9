// Exported models of real tables against `focalsweep predict`: these tests run what `npm test` has built.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, expect, test } from 'vitest';
import { TFJS_FILES } from '../../src/export/export.js';
import type { RawRow } from '../../src/model/preparation.js';
import { runOnnx } from './onnx-session.js';
import { runTfjs } from './tfjs-session.js';

const main = fileURLToPath(new URL('../../dist/bundle/main.js', import.meta.url));
const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const absent = existsSync(shared) ? '' : ' (skipped: ../shared/data is absent)';
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Cells = readonly (readonly string[])[];

interface RealTable {
  readonly file: string;
  /** Column names of a file without a header. */
  readonly names?: () => readonly string[];
  readonly label: string;
  readonly drop?: string;
  /** Every so many rows. */
  readonly every: number;
}

const TABLES = {
  'page-blocks': { file: 'page-blocks/page.blocks.csv', label: 'class', every: 2 },
  'nsl-kdd': {
    file: 'nsl-kdd/KDDTrain+_20Percent.txt.gz',
    names: () => [
      ...cells(readFileSync(join(shared, 'nsl-kdd/Field_Names.csv'))).map(([name]) => name ?? ''),
      'attack',
      'difficulty',
    ],
    label: 'attack',
    drop: 'difficulty',
    every: 4,
  },
  netml: { file: 'netml2020/netml_test-std_inferred.csv.gz', label: '', every: 8 },
} as const satisfies Readonly<Record<string, RealTable>>;

const cells = (bytes: Uint8Array): Cells => parse(Buffer.from(bytes), { relax_quotes: true });

/** The rows of classes that have at least 20 of them, with a header. */
function readTable({ file, label, every, ...table }: RealTable): {
  readonly header: readonly string[];
  readonly rows: Cells;
  readonly label: string;
} {
  const bytes = readFileSync(join(shared, file));
  const all = cells(file.endsWith('.gz') ? gunzipSync(bytes) : bytes);
  const header = table.names?.() ?? all[0] ?? [];
  const labelName = label || (header.at(-1) ?? '');
  const at = header.indexOf(labelName);
  const kept = all.slice(table.names === undefined ? 1 : 0).filter((_, row) => row % every === 0);
  const counts = new Map<string, number>();
  for (const row of kept) counts.set(row[at] ?? '', (counts.get(row[at] ?? '') ?? 0) + 1);
  return { header, rows: kept.filter((row) => (counts.get(row[at] ?? '') ?? 0) >= 20), label: labelName };
}

const csv = (header: readonly string[], rows: Cells) =>
  [header, ...rows].map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');

/** Rows as they may come: some cells missing, numbers beyond those of training, texts that it never saw. */
function newRows(rows: Cells): Cells {
  const step = Math.max(1, Math.floor(rows.length / 150));
  return rows
    .filter((_, at) => at % step === 0)
    .map((row, at) =>
      row.map((cell, column) => {
        if (cell === '' || (at + column) % 7 === 0) return '';
        if ((at + column) % 11 > 1) return cell;
        return Number.isNaN(Number(cell)) ? 'never seen' : `${-1.37 * Number(cell) - 0.003}`;
      }),
    );
}

function focalsweep(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  return stdout;
}

type Case = readonly [table: keyof typeof TABLES, kind: string, parts: string];
const NETWORKS: readonly Case[] = [
  ['page-blocks', 'residual', 'model: {hidden: [16, 16], residual: true}, data: {normalize: quantile}'],
  [
    'nsl-kdd',
    'bins',
    'model: {hidden: [16]}, data: {normalize: log1p, encode_numbers: {piecewise_linear: 6}}',
  ],
  ['netml', 'zscore', 'model: {hidden: [32, 16], activation: tanh}, data: {}'],
];
const TREES: Case = ['nsl-kdd', 'trees', 'model: {type: trees}, data: {}'];

/** What `predict` says of new rows of a table, by a model of two seeds. */
interface Predicted {
  readonly name: string;
  readonly rows: readonly RawRow[];
  readonly labels: readonly string[];
  readonly probabilities: readonly (readonly number[])[];
}

const predictions = new Map<string, Predicted>();

function predicted([table, kind, parts]: Case): Predicted {
  const name = `${table}-${kind}`;
  const known = predictions.get(name);
  if (known !== undefined) return known;
  const own: RealTable = TABLES[table];
  const { header, rows, label } = readTable(own);
  const settings = { source: `${name}.csv`, label, ...(own.drop !== undefined && { drop: [own.drop] }) };
  const data = parts.replace('data: {', `data: {${JSON.stringify(settings).slice(1, -1)}, `);
  writeFileSync(join(folder, `${name}.csv`), csv(header, rows));
  writeFileSync(
    join(folder, `${name}.yaml`),
    `{name: ${name}, parameters: {gamma: {values: [0]}}, seeds: 2, train: {epochs: 3, patience: 0, learning_rate: 0.01}, ${data}}`,
  );
  focalsweep('launch', `${name}.yaml`, '--db', `${name}.db`);
  const fresh = newRows(rows);
  writeFileSync(join(folder, 'new.csv'), csv(header, fresh));
  const written = focalsweep('predict', 'best', 'new.csv', '--probabilities', '--db', `${name}.db`);
  const lines = cells(Buffer.from(written)).slice(1);
  const made = {
    name,
    rows: fresh.map((row) => Object.fromEntries(header.map((column, at) => [column, row[at] || null]))),
    labels: lines.map(([first = '']) => first),
    probabilities: lines.map((line) => line.slice(2).map(Number)),
  };
  predictions.set(name, made);
  return made;
}

test.skipIf(absent !== '').each([...NETWORKS, TREES])(
  `%s, %s: ONNX Runtime gives the probabilities of predict${absent}`,
  async (...own) => {
    const { name, rows, labels, probabilities } = predicted(own);
    focalsweep('export', 'best', '--to', 'onnx', '--out', `${name}.onnx`, '--db', `${name}.db`);
    const found = await runOnnx(readFileSync(join(folder, `${name}.onnx`)), rows);
    expect(found.labels).toEqual(labels);
    expect(largestDifference(found.probabilities, probabilities)).toBeLessThan(1e-5);
  },
  120_000,
);

test.skipIf(absent !== '').each(NETWORKS)(
  `%s, %s: TensorFlow.js gives the probabilities of predict${absent}`,
  async (...own) => {
    const { name, rows, probabilities } = predicted(own);
    focalsweep('export', 'best', '--to', 'tfjs', '--out', `${name}-tfjs`, '--db', `${name}.db`);
    const files = TFJS_FILES.map((file) => ({
      name: file,
      bytes: readFileSync(join(folder, `${name}-tfjs`, file)),
    }));
    const computed = await runTfjs(files, rows);
    expect(largestDifference(computed.probabilities, probabilities)).toBeLessThan(1e-5);
  },
  120_000,
);

/** NaN where the shapes differ. */
function largestDifference(
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): number {
  if (process.env.SHOW) {
    const m = Math.max(
      ...expected.flatMap((row, at) =>
        row.map((value, cls) => Math.abs(value - (found[at]?.[cls] ?? Number.NaN))),
      ),
    );
    console.log('DIFF', expected.length, m);
  }
  return Math.max(
    ...expected.flatMap((row, at) =>
      row.map((value, cls) => Math.abs(value - (found[at]?.[cls] ?? Number.NaN))),
    ),
  );
}
