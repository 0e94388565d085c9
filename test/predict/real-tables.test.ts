// Kept models predict the test rows of real tables, as they are written in the source, to the bit; by what `npm test` has built.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { parseSpec, prepareSweep } from '../../dist/index.js';
import { launched, toldAndRecorded } from './stored-test-rows.js';

const shared = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const absent = existsSync(shared) ? '' : ' (skipped: ../shared/data is absent)';
const folder = mkdtempSync(join(tmpdir(), 'focalsweep-real-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The lines of a table, as they are written. */
function linesOf(path: string): readonly string[] {
  const bytes = readFileSync(join(shared, path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
}

const TABLES = {
  'page-blocks': () => ({
    lines: linesOf('page-blocks/page.blocks.csv'),
    headers: 1,
    label: 'class',
    data: '',
  }),
  'nsl-kdd': () => {
    const names = linesOf('nsl-kdd/Field_Names.csv').map((line) => line.split(',')[0] ?? '');
    return {
      lines: linesOf('nsl-kdd/KDDTrain+_20Percent.txt.gz'),
      headers: 0,
      label: 'attack',
      data: `, names: [${[...names, 'attack', 'difficulty'].join(', ')}], drop: [difficulty]`,
    };
  },
  // Its rows are sorted by class, and 48,250 of them take long to train.
  netml: () => {
    const lines = linesOf('netml2020/netml_test-std_inferred.csv.gz').filter((_, at) => at % 6 === 0);
    return { lines, headers: 1, label: lines[0]?.split(',').at(-1)?.trim() ?? '', data: '' };
  },
};
const NETWORK = 'model: {hidden: [24, 12]}\ntrain: {epochs: 3, patience: 0, learning_rate: 0.01}';
const TREES = 'model: {type: trees, max_leaves: 8}\ntrain: {epochs: 6, patience: 0}';

test.skipIf(absent !== '').each([
  ['page-blocks', 'a network', `${NETWORK}`],
  ['page-blocks', 'trees', TREES],
  ['nsl-kdd', 'a network', NETWORK],
  ['nsl-kdd', 'trees', TREES],
  ['netml', 'a network', NETWORK],
  ['netml', 'trees', TREES],
] as const)(
  `%s: %s gives the recorded predictions and metrics of the test rows${absent}`,
  async (table, kind, model) => {
    const { lines, headers, label, data } = TABLES[table]();
    const [name, source] = [`${table}-${kind.replace(' ', '-')}`, join(folder, `${table}.csv`)];
    writeFileSync(source, `${lines.join('\n')}\n`);
    const text = `name: ${name}
parameters: {gamma: {values: [0, 2]}}
seeds: 2
data: {source: ${source}, label: ${label}, min_class_rows: {rows: 3, action: train_only}${data}}
${model}
`;
    const { dataset } = await prepareSweep(parseSpec(text), { db: join(folder, 'none.db') });
    // Small classes train only, so that no row is dropped: positions are those in the source.
    expect(dataset.rowCount).toBe(lines.length - headers);
    const rows = Array.from(dataset.split.test, (row) => lines[row + headers]);
    const file = join(folder, `${name}-test.csv`);
    writeFileSync(file, `${[...lines.slice(0, headers), ...rows].join('\n')}\n`);
    const pairs = await launched(join(folder, `${name}.db`), text, (reader) =>
      toldAndRecorded(reader, name, { file, label }),
    );
    expect(pairs).toHaveLength(4);
    for (const { told, recorded } of pairs) {
      expect(recorded[0]).toHaveLength(rows.length);
      expect(told).toEqual(recorded);
    }
  },
);
