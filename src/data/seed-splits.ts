import { createHash } from 'node:crypto';
import { type DataKnobs, dataKnobs } from '../knobs/data-knobs.js';
import type { DataSpec, DrawnSplitSpec } from '../spec/data-spec.js';
import { counted } from '../wording/counted.js';
import { buildDataset, encodeSplit } from './build-dataset.js';
import type { Dataset, SharedDataset } from './dataset.js';
import { PART, type Table } from './read/table.js';
import { SpecMistake } from './spec-mistake.js';
import { assignParts } from './split/assign-parts.js';
import { DEFAULT_SHARE } from './split/divide-rows.js';
import { type SeedPool, type SeedRule, seedRows } from './split/seed-rows.js';

/** The splits of the seeds, where each has one of its own; all have the same test rows. */
export interface SeedSplits {
  /** Class of every row that some seed may validate on, in the order of the table. */
  readonly poolLabels: Uint16Array;
  /** Which of these rows a seed validates on: positions, ascending. The others train. */
  validationRows(seed: number): Uint32Array;
  /** The table as a seed trains on it, prepared on its own training rows: as the spec says, or by other data knobs. */
  dataset(seed: number, knobs?: DataKnobs): SharedDataset;
}

/** The data of a spec whose seeds have splits of their own. */
export function perSeed(
  table: Table,
  spec: DataSpec,
  rule: SeedRule,
): { readonly dataset: Dataset; readonly splits: SeedSplits } {
  const drawn = spec.split as DrawnSplitSpec;
  const base = assignParts(table, { ...spec, split: firstSplit(drawn, rule) });
  const pool = poolOf(table, base.parts, drawn.seed ?? 0);
  if (rule.type === 'folds') requireFolds(pool, rule.folds);
  const parts =
    rule.type === 'folds' ? partsOf(table, base.parts, pool, seedRows(pool, rule, 1)) : base.parts;
  const built = buildDataset(table, { parts, notes: [...base.notes, noteOf(pool, rule)] }, spec);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([built.fingerprint, rule]))
    .digest('hex');
  const rank = table.classNames.map((name) => built.classNames.indexOf(name));
  return {
    dataset: { ...built, fingerprint },
    splits: {
      poolLabels: Uint16Array.from(pool.rows, (row) => rank[table.labels[row] as number] as number),
      validationRows: (seed) => seedRows(pool, rule, seed),
      dataset(seed, knobs = dataKnobs(spec)) {
        const own = partsOf(table, base.parts, pool, seedRows(pool, rule, seed));
        return { ...encodeSplit(table, own, { knobs, like: built }).shared, fingerprint };
      },
    },
  };
}

/** The split whose test rows all seeds have. */
function firstSplit(split: DrawnSplitSpec, rule: SeedRule): DrawnSplitSpec {
  if (rule.type === 'reshuffle') return split;
  const test =
    typeof split.test === 'string' || typeof split.test === 'object' ? 0 : (split.test ?? DEFAULT_SHARE);
  return { ...split, validation: (1 - test) / rule.folds };
}

/** Classes without validation rows only train: their rows are not in the pool. */
function poolOf(table: Table, parts: Uint8Array, seed: number): SeedPool {
  const { labels, classNames, groups } = table;
  const validationRows = new Int32Array(classNames.length);
  labels.forEach((label, row) => {
    if (parts[row] === PART.validation) validationRows[label] = (validationRows[label] as number) + 1;
  });
  const rows = Int32Array.from(labels.keys()).filter(
    (row) =>
      (parts[row] === PART.train || parts[row] === PART.validation) &&
      (validationRows[labels[row] as number] as number) > 0,
  );
  return { rows, labels, classNames, validationRows, groups, seed };
}

function partsOf(table: Table, base: Uint8Array, { rows }: SeedPool, held: Uint32Array): Uint8Array {
  const parts = base.slice();
  for (const row of rows) parts[row] = PART.train;
  for (const at of held) parts[rows[at] as number] = PART.validation;
  const { groups } = table;
  if (groups === undefined) return parts;
  // Rows of classes that only train may be of a group that validates.
  const validating = new Set(Array.from(held, (at) => groups.codes[rows[at] as number]));
  parts.forEach((part, row) => {
    if (part === PART.train && validating.has(groups.codes[row])) parts[row] = PART.dropped;
  });
  return parts;
}

function requireFolds({ rows, labels, classNames }: SeedPool, folds: number): void {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row] as number, (counts.get(labels[row] as number) ?? 0) + 1);
  const few = [...counts].filter(([, count]) => count < folds);
  if (few.length === 0) return;
  const listed = few.map(([cls, count]) => `${classNames[cls]} (${counted(count, 'row')})`).join(', ');
  throw new SpecMistake(
    `${listed}: besides test rows, every class needs a row for each of ${folds} folds`,
    ['data', 'split', 'folds'],
    {
      fix: 'Use fewer folds, gather more rows, or set `min_class_rows:` with `action: drop` or `train_only`.',
    },
  );
}

function noteOf({ rows }: SeedPool, rule: SeedRule): string {
  const pool = counted(rows.length, 'row');
  if (rule.type === 'reshuffle') {
    return `Every seed has training and validation rows of its own, from ${pool} that are no test rows; the counts are those of one split.`;
  }
  const { folds, repeats } = rule;
  const times = repeats === 1 ? '' : `, drawn ${counted(repeats, 'time')}`;
  return `Every seed validates on one of ${folds} folds${times}, of ${pool} that are no test rows; the counts are those of the first fold.`;
}
