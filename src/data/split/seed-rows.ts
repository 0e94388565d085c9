import { randomStream, shuffle } from '../../random.js';
import type { SplitSpec } from '../../spec/data-spec.js';
import { classesText } from '../../wording/class-names.js';
import type { RowGroups } from '../read/table.js';
import { SpecMistake } from '../spec-mistake.js';
import { dealGroups } from './stratified-groups.js';

/** How every seed draws a split of its own. */
export type DrawnRule =
  | { readonly type: 'reshuffle' }
  | { readonly type: 'folds'; readonly folds: number; readonly repeats: number };

/** Folds in time order; nothing is drawn. */
export interface TimeFoldsRule {
  readonly type: 'time-folds';
  readonly folds: number;
}

/** How every seed gets a split of its own. */
export type SeedRule = DrawnRule | TimeFoldsRule;

/** The rows that are no test rows. */
export interface SeedPool {
  /** Rows of the table that some split may validate on, ascending. */
  readonly rows: Int32Array;
  /** Class of each row of the table. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** Validation rows of each class in every reshuffled split. */
  readonly validationRows: Int32Array;
  readonly groups?: RowGroups | undefined;
  /** Of the spec's split. */
  readonly seed: number;
}

/** Draws of groups until every class has rows on both sides. */
const MOST_DRAWS = 50;

/** The rule of a spec; undefined where all seeds share one split. Throws SpecMistake where rows cannot be divided anew. */
export function seedRule(split: SplitSpec | undefined): SeedRule | undefined {
  if (split === undefined || 'column' in split) return undefined;
  const { folds, repeats = 1, reshuffle, time, validation } = split;
  if (folds === undefined && reshuffle !== true) return undefined;
  const key = folds === undefined ? 'reshuffle' : 'folds';
  if (time !== undefined && folds === undefined) {
    throw new SpecMistake('rows in time order cannot be shuffled', ['data', 'split', key], {
      fix: 'Write `folds: 5` for a split per seed in time order, or divide by `group:` or at random.',
    });
  }
  if (validation !== undefined && typeof validation !== 'number') {
    throw new SpecMistake(
      'validation rows in files of their own are the same for every seed',
      ['data', 'split', key],
      {
        fix: 'Leave it out, or name all files in `source:` and give `validation:` a share.',
      },
    );
  }
  if (folds === undefined) return { type: 'reshuffle' };
  return time === undefined ? { type: 'folds', folds, repeats } : { type: 'time-folds', folds };
}

/** Which rows of the pool a seed validates on: positions in it, ascending. The others train. */
export function seedRows(pool: SeedPool, rule: DrawnRule, seed: number): Uint32Array {
  const isHeld =
    pool.groups === undefined
      ? stratified(pool, rule, seed)
      : ofGroups({ ...pool, groups: pool.groups }, rule, seed);
  return Uint32Array.from(pool.rows.keys()).filter((at) => isHeld(at));
}

/** A fold and its repeat, from 0. */
function placeOf({ folds }: { readonly folds: number }, seed: number) {
  return { repeat: Math.floor((seed - 1) / folds), fold: (seed - 1) % folds };
}

/** As scikit-learn's StratifiedShuffleSplit and StratifiedKFold: each class is dealt out alone. */
function stratified(
  { rows, labels, classNames, validationRows, seed: splitSeed }: SeedPool,
  rule: DrawnRule,
  seed: number,
): (at: number) => boolean {
  const places = classNames.map((): number[] => []);
  rows.forEach((row, at) => {
    places[labels[row] as number]?.push(at);
  });
  const byName = [...classNames.keys()].sort((a, b) =>
    (classNames[a] as string) < (classNames[b] as string) ? -1 : 1,
  );
  const held = new Uint8Array(rows.length);
  let dealt = 0;
  byName.forEach((cls, rank) => {
    const own = places[cls] as number[];
    const draw = rule.type === 'folds' ? placeOf(rule, seed).repeat : seed;
    shuffle(own, randomStream(splitSeed, 'reshuffle', rank, draw));
    own.forEach((at, turn) => {
      const isHeld =
        rule.type === 'folds'
          ? (dealt + turn) % rule.folds === placeOf(rule, seed).fold
          : turn < (validationRows[cls] as number);
      held[at] = Number(isHeld);
    });
    dealt += own.length;
  });
  return (at) => held[at] === 1;
}

function ofGroups(
  pool: SeedPool & { readonly groups: RowGroups },
  rule: DrawnRule,
  seed: number,
): (at: number) => boolean {
  const { rows, labels, classNames, validationRows, groups } = pool;
  const grouped = {
    rows,
    labels,
    groupOf: groups.codes,
    groupCount: groups.count,
    classCount: classNames.length,
  };
  const share = validationRows.reduce((sum, count) => sum + count, 0) / rows.length;
  const shares = rule.type === 'folds' ? Array<number>(rule.folds).fill(1 / rule.folds) : [share, 1 - share];
  const { repeat, fold } = rule.type === 'folds' ? placeOf(rule, seed) : { repeat: seed, fold: 0 };
  for (let attempt = 0; attempt < MOST_DRAWS; attempt++) {
    const dealt = dealGroups(grouped, shares, randomStream(pool.seed, 'reshuffle', attempt, repeat));
    const parts = Int32Array.from(rows, (row) => dealt[groups.codes[row] as number] as number);
    const isWhole = shares.every((_share, part) => hasAllClasses(pool, (at) => parts[at] === part));
    if (isWhole) return (at) => parts[at] === fold;
  }
  const rarest = validationRows.filter((count) => count > 0).reduce((least, count) => Math.min(least, count));
  const names = classNames.filter((_name, cls) => validationRows[cls] === rarest);
  throw new SpecMistake(
    `no way was found to divide the groups so that every class trains and validates for every seed; ${classesText(names)} ${names.length === 1 ? 'has' : 'have'} the fewest rows`,
    ['data', 'split', rule.type],
    {
      fix: 'Use one split for all seeds, fewer folds, or `min_class_rows: {rows: …, action: train_only}` for classes of few groups.',
    },
  );
}

/** Whether every class that is measured has rows among these and among the others. */
function hasAllClasses({ rows, labels, validationRows }: SeedPool, isIn: (at: number) => boolean): boolean {
  const sides = [new Set<number>(), new Set<number>()] as const;
  rows.forEach((row, at) => {
    sides[isIn(at) ? 0 : 1].add(labels[row] as number);
  });
  return [...validationRows.keys()].every(
    (cls) => validationRows[cls] === 0 || sides.every((side) => side.has(cls)),
  );
}
