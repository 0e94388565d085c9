import type { DataSpec, DrawnSplitSpec } from '../../spec/data-spec.js';
import { classesText } from '../../wording/class-names.js';
import { counted } from '../../wording/counted.js';
import { PART, type Table } from '../read/table.js';
import { SpecMistake } from '../spec-mistake.js';
import { assignDivisions } from './assign-parts.js';
import { DEFAULT_SHARE } from './divide-rows.js';
import { classesIn, outcastNotes } from './outcasts.js';
import { type DrawnRule, type SeedPool, seedRows } from './seed-rows.js';

/** How the seeds of a spec divide the rows of its table. */
export interface SeedDivision {
  /** Rows of the table that some seed may validate on, ascending. */
  readonly pool: Int32Array;
  /** PART of every row in the split that stands for all in plans and reports. */
  readonly shown: Uint8Array;
  readonly notes: readonly string[];
  /** What tells it from others that show the same split, for a fingerprint. */
  readonly identity: object;
  /** Positions in the pool that a seed validates on, ascending. */
  readonly validationRows: (seed: number) => Uint32Array;
  /** PART of every row for a seed. */
  readonly parts: (seed: number) => Uint8Array;
  /** PART of every row for each fold, where folds leave out rows: seed s has fold (s − 1) mod k. */
  readonly folds?: readonly Uint8Array[];
}

/** Draws the rows of every seed, at random or by groups. */
export function divideByDraws(table: Table, spec: DataSpec, rule: DrawnRule): SeedDivision {
  const drawn = spec.split as DrawnSplitSpec;
  const { divisions, notes, outcasts } = assignDivisions(table, { ...spec, split: firstSplit(drawn, rule) });
  const all = divisions[0] as Uint8Array;
  const pool = poolOf(table, all, drawn.seed ?? 0);
  if (rule.type === 'folds') requireFolds(pool, rule.folds);
  const validationRows = (seed: number) => seedRows(pool, rule, seed);
  const shown = rule.type === 'folds' ? partsOf(table, all, pool, validationRows(1)) : all;
  const base = withoutOthers(table, all, shown);
  const hasOthers = base.some((part, row) => part !== all[row]);
  return {
    pool: pool.rows,
    shown,
    notes: [
      ...notes,
      ...outcastNotes(table, outcasts, [shown]),
      ...sometimesUntrained(table, base, pool),
      noteOf(pool, rule),
    ],
    // Earlier versions trained the rows that are dropped now as a class that there is not: their results are other ones.
    identity: hasOthers ? { ...rule, others: 'dropped' } : rule,
    validationRows,
    parts: (seed) => partsOf(table, base, pool, validationRows(seed)),
  };
}

/** The classes of all seeds are those that the shown split trains: rows of any other are dropped. */
function withoutOthers({ labels }: Table, all: Uint8Array, shown: Uint8Array): Uint8Array {
  const trained = classesIn(labels, shown, PART.train);
  return all.map((part, row) =>
    part === PART.train && !trained.has(labels[row] as number) ? PART.dropped : part,
  );
}

/** The split whose test rows all seeds have. */
function firstSplit(split: DrawnSplitSpec, rule: DrawnRule): DrawnSplitSpec {
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

/** Of classes that only train: those whose rows are all of groups that may validate. */
function sometimesUntrained(
  { labels, classNames, groups }: Table,
  base: Uint8Array,
  { rows, validationRows }: SeedPool,
): readonly string[] {
  if (groups === undefined) return [];
  const mayValidate = new Set(Array.from(rows, (row) => groups.codes[row]));
  const training = classesIn(labels, base, PART.train);
  const always = classesIn(
    labels,
    base.map((part, row) => (mayValidate.has(groups.codes[row]) ? PART.dropped : part)),
    PART.train,
  );
  const names = [...training]
    .filter((cls) => validationRows[cls] === 0 && !always.has(cls))
    .map((cls) => classNames[cls] as string);
  if (names.length === 0) return [];
  return [
    `Rows of classes in training only are dropped for a seed that validates on their groups. A seed that validates on all groups of a class does not train it; this may happen to ${classesText(names)}.`,
  ];
}

function requireFolds({ rows, labels, classNames }: SeedPool, folds: number): void {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(labels[row] as number, (counts.get(labels[row] as number) ?? 0) + 1);
  const few = [...counts].filter(([, count]) => count < folds);
  if (few.length === 0) return;
  const listed = classesText(few.map(([cls, count]) => `${classNames[cls]} (${counted(count, 'row')})`));
  throw new SpecMistake(
    `${listed}: besides test rows, every class needs a row for each of ${folds} folds`,
    ['data', 'split', 'folds'],
    {
      fix: 'Use fewer folds, gather more rows, or set `min_class_rows:` with `action: drop` or `train_only`.',
    },
  );
}

function noteOf({ rows }: SeedPool, rule: DrawnRule): string {
  const pool = counted(rows.length, 'row');
  if (rule.type === 'reshuffle') {
    return `Every seed has training and validation rows of its own, from ${pool} that are no test rows; the counts are those of one split.`;
  }
  const { folds, repeats } = rule;
  const times = repeats === 1 ? '' : `, drawn ${counted(repeats, 'time')}`;
  return `Every seed validates on one of ${folds} folds${times}, of ${pool} that are no test rows; the counts are those of the first fold.`;
}
