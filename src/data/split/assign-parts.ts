import { groupRows } from '../../metrics/group-rows.js';
import { randomStream, shuffle } from '../../random.js';
import type { DataSpec, DrawnSplitSpec, SmallClassSpec } from '../../spec/data-spec.js';
import { counted } from '../../wording/counted.js';
import { PART, SPLIT_NAMES, type Table } from '../read/table.js';
import { SpecMistake } from '../spec-mistake.js';
import { DEFAULT_SHARE, divideRows, requireTrainingShare } from './divide-rows.js';
import { classList, type Outcasts, outcastNotes } from './outcasts.js';

/** Where every row goes, and what was done about small classes. */
export interface PartAssignment {
  /** PART of every row, never `undecided`. */
  readonly parts: Uint8Array;
  readonly notes: readonly string[];
}

const DEFAULT_MIN_ROWS = 3;
/** More classes than this share of the rows are no classes. */
const IDENTIFYING = 0.5;

type AssignedTable = Pick<Table, 'labels' | 'classNames' | 'parts' | 'groups' | 'times'>;
type AssignSpec = Pick<DataSpec, 'split' | 'min_class_rows'>;

/**
 * Decides for every row whether it trains, validates, tests or is dropped: stratified draws where the spec gives shares, and
 * what `min_class_rows` says for classes that are too small or that a split would lack.
 */
export function assignParts(table: AssignedTable, spec: AssignSpec): PartAssignment {
  const { divisions, notes, outcasts } = assignDivisions(table, spec);
  return {
    parts: divisions.at(-1) as Uint8Array,
    notes: [...notes, ...outcastNotes(table, outcasts, divisions)],
  };
}

/** PART of every row in each fold by time, the latest last; in one division without such folds. */
interface DividedTable {
  readonly divisions: readonly Uint8Array[];
  /** Without what was done to small classes. */
  readonly notes: readonly string[];
  readonly outcasts: Outcasts;
}

/** The same for every fold by time; what becomes of small classes is to be said of the splits that seeds train on. */
export function assignDivisions(table: AssignedTable, spec: AssignSpec): DividedTable {
  const parts = table.parts.slice();
  const small = smallClassSpec(spec.min_class_rows);
  const rowsOfClass = groupRows(table.labels, table.classNames.length);
  const outcast = new Map<number, string>();
  rowsOfClass.forEach((rows, cls) => {
    if (rows.length < small.rows) outcast.set(cls, counted(rows.length, 'row'));
  });
  refuse(outcast, table, small);
  const drawn = drawnSplit(spec.split);
  const isGiven = spec.split !== undefined && 'column' in spec.split;
  const divided = divideRows(parts, isGiven ? { ...table, groups: undefined } : table, {
    ...drawn,
    isCounted: (row) => !outcast.has(table.labels[row] as number),
  });
  if (divided === undefined) {
    rowsOfClass.forEach((rows, cls) => {
      if (!outcast.has(cls)) drawClass(parts, rows, { ...drawn, stream: nameRank(table.classNames, cls) });
    });
  }
  const { divisions, notes } = divided ?? { divisions: [parts], notes: [] };
  const lacking = classesLackingSplit(divisions, rowsOfClass, outcast);
  refuse(lacking, table, small);
  for (const [cls, why] of lacking) outcast.set(cls, why);
  for (const own of divisions) {
    for (const cls of outcast.keys()) castOut(own, rowsOfClass[cls] ?? new Int32Array(0), small);
  }
  requireTraining(divisions, rowsOfClass, table.classNames);
  return { divisions, notes, outcasts: { classes: outcast, action: small.action } };
}

function drawnSplit(split: DataSpec['split']): DrawnSplitSpec {
  return split === undefined || 'column' in split ? {} : split;
}

function smallClassSpec(spec: DataSpec['min_class_rows']): SmallClassSpec {
  if (typeof spec === 'object') return spec;
  return { rows: spec ?? DEFAULT_MIN_ROWS, action: 'error' };
}

/** The stream of a class depends on its name's rank, not on the order of the rows in the file. */
function nameRank(names: readonly string[], cls: number): number {
  const name = names[cls] as string;
  return names.reduce((rank, other) => rank + (other < name ? 1 : 0), 0);
}

/** Draws validation and test rows of a class; it needs a row for each split, or all of them train. */
function drawClass(parts: Uint8Array, rows: Int32Array, draw: DrawnSplitSpec & { stream: number }): void {
  const open = rows.filter((row) => parts[row] === PART.undecided);
  const shares = [draw.validation ?? DEFAULT_SHARE, draw.test ?? DEFAULT_SHARE].map((share) =>
    typeof share === 'number' ? share : 0,
  ) as [number, number];
  const [validation, test] = drawnCounts(open.length, shares);
  shuffle(open, randomStream(draw.seed ?? 0, 'split', draw.stream));
  open.forEach((row, at) => {
    parts[row] = at < validation ? PART.validation : at < validation + test ? PART.test : PART.train;
  });
}

/** Rounded shares of `count`, at least one row for each drawn split and for training if there are enough rows. */
function drawnCounts(count: number, shares: readonly [number, number]): [number, number] {
  requireTrainingShare(shares);
  const drawn = shares.filter((share) => share > 0).length;
  if (count <= drawn) return [0, 0];
  const counts = shares.map((share) => (share > 0 ? Math.max(1, Math.round(count * share)) : 0));
  let [validation = 0, test = 0] = counts;
  while (validation + test >= count) {
    if (validation > test) validation--;
    else test--;
  }
  return [validation, test];
}

function classesLackingSplit(
  divisions: readonly Uint8Array[],
  rowsOfClass: readonly Int32Array[],
  known: ReadonlyMap<number, string>,
): Map<number, string> {
  const lacking = new Map<number, string>();
  rowsOfClass.forEach((rows, cls) => {
    if (known.has(cls)) return;
    divisions.forEach((parts, fold) => {
      const counts = [0, 0, 0];
      for (const row of rows) counts[parts[row] as number] = (counts[parts[row] as number] ?? 0) + 1;
      const without = SPLIT_NAMES.filter((_, part) => counts[part] === 0);
      if (without.length === 0 || lacking.has(cls)) return;
      lacking.set(cls, `no row in ${without.join(' and ')}${foldName(divisions, ' of', fold)}`);
    });
  });
  return lacking;
}

function foldName({ length }: readonly Uint8Array[], before: string, fold: number): string {
  return length === 1 ? '' : `${before} fold ${fold + 1}`;
}

/** Under `train_only` rows that separate files or a column gave to validation or test are dropped: they must not train. */
function castOut(parts: Uint8Array, rows: Int32Array, small: SmallClassSpec): void {
  for (const row of rows) {
    const trains = parts[row] === PART.train || parts[row] === PART.undecided;
    parts[row] = small.action === 'train_only' && trains ? PART.train : PART.dropped;
  }
}

function refuse(
  classes: ReadonlyMap<number, string>,
  { classNames, labels }: AssignedTable,
  small: SmallClassSpec,
): void {
  if (small.action !== 'error' || classes.size === 0) return;
  const what = `${classList(classes, classNames)}: every class needs ${counted(small.rows, 'row')} and a row in each split`;
  if (classNames.length > IDENTIFYING * labels.length) {
    throw new SpecMistake(
      `the label has ${counted(classNames.length, 'class', 'classes')} in ${counted(labels.length, 'row')}, so it hardly names classes: ${what}`,
      ['data', 'label'],
      { fix: 'Check that `label:` names the class column, or group its values into fewer classes.' },
    );
  }
  throw new SpecMistake(what, ['data', 'min_class_rows'], {
    fix: `Gather more rows, or set \`min_class_rows: {rows: ${small.rows}, action: drop}\` (or \`train_only\`).`,
  });
}

/** A class that some fold trains is trained by all. */
function requireTraining(
  divisions: readonly Uint8Array[],
  rowsOfClass: readonly Int32Array[],
  names: readonly string[],
): void {
  let classes = 0;
  rowsOfClass.forEach((rows, cls) => {
    const has = (isWanted: (part: number) => boolean) => (parts: Uint8Array) =>
      rows.some((row) => isWanted(parts[row] as number));
    if (!divisions.some(has((part) => part !== PART.dropped))) return;
    const without = divisions.findIndex((parts) => !has((part) => part === PART.train)(parts));
    if (without >= 0) {
      const where = foldName(divisions, ' in', without);
      throw new SpecMistake(`class "${names[cls]}" has no training row${where}`, ['data', 'split'], {
        fix: 'Give it training rows, or set `min_class_rows: {rows: 3, action: drop}`.',
      });
    }
    classes++;
  });
  if (classes < 2) {
    throw new SpecMistake(
      `classification needs at least 2 classes; here ${classes} can be trained`,
      ['data', 'label'],
      { fix: 'Check that `label:` names the class column.' },
    );
  }
}
