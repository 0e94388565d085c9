// The folds of a table: disjoint test rows, so that a table says more of programs than one split does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomStream } from '../../dist/random.js';
import { linesOf } from './table-lines.mjs';

/** Every row is a test row in one fold, and a validation row in another. */
const FOLDS = 5;
const SEED = 7;
const BUILTIN = 'builtin:';

/**
 * The `data:` sections of a table's folds; a table in files is written to `folder` with a column of parts. A builtin table is
 * generated anew for each.
 */
export function foldsOf({ name, data, folds: count = FOLDS }, folder) {
  const folds = Array.from({ length: count }, (_, fold) => fold);
  if (data.source.startsWith(BUILTIN)) return folds.map((fold) => ({ ...data, seed: SEED + fold }));
  const { head, lines } = linesOf(data);
  const columns = data.names ?? head.split(',');
  const dealt = dealRows(lines.map((line) => line.split(',')[columns.indexOf(data.label)]));
  return folds.map((fold) => {
    const source = join(folder, `${name}-${fold + 1}.csv`);
    const parts = lines.map((line, row) => `${line},${partOf((dealt[row] - fold + FOLDS) % FOLDS)}`);
    const top = head === undefined ? [] : [`${head},part`];
    writeFileSync(source, `${[...top, ...parts].join('\n')}\n`, 'latin1');
    const names = data.names && { names: [...data.names, 'part'] };
    return { ...data, ...names, source, split: { column: 'part' } };
  });
}

const partOf = (turn) => ['test', 'validation'][turn] ?? 'train';

/** The fold of every row, class by class. */
function dealRows(labels) {
  const rowsOf = new Map();
  labels.forEach((label, row) => {
    if (!rowsOf.has(label)) rowsOf.set(label, []);
    rowsOf.get(label).push(row);
  });
  const stream = randomStream(SEED, 'split');
  const dealt = new Uint8Array(labels.length);
  let next = 0;
  for (const rows of rowsOf.values()) {
    const keyed = rows.map((row) => [stream.uniform(), row]).toSorted(([a], [b]) => a - b);
    for (const [, row] of keyed) dealt[row] = next++ % FOLDS;
  }
  return dealt;
}
