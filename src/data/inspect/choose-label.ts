import { UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { LARGEST_CATEGORIES } from '../columns/column-problem.js';
import { abridged } from '../prepare/column-roles.js';
import { classesLikeMissing } from '../read/read-remarks.js';
import { isIdName, isLabelName, isTimeName, labelNameStrength } from './column-names.js';
import {
  codeCounts,
  type InspectedColumn,
  type InspectedTable,
  isQuantity,
  valueCodes,
} from './inspected-column.js';

/** The class column, and why. */
export interface LabelChoice {
  readonly column: InspectedColumn;
  readonly reason: string;
  readonly runnersUp: readonly InspectedColumn[];
  /** What people should know of its classes. */
  readonly notes: readonly string[];
}

/** Of a column that nobody named. */
const MOST_TEXTS = 200;
const MOST_WHOLE = 50;
const MOST_UNNAMED_FRACTIONS = 5;
const FEWEST_ROWS = 3;
const RUNNERS_UP = 3;

/** The column that holds the classes: the one that is named, or the likeliest by name and values. Throws UserError without one. */
export function chooseLabel(found: InspectedTable, named: string | undefined): LabelChoice {
  const table = { ...found, columns: found.columns.map(asLabel) };
  const ranked = table.columns
    .map((column) => ({ column, score: score(column, table) }))
    .filter(({ score: own }) => own > 0)
    .sort((a, b) => b.score - a.score || b.column.place - a.column.place)
    .map(({ column }) => column);
  const chosen = named === undefined ? ranked[0] : columnNamed(named, table);
  if (chosen === undefined) throw noLabel(table);
  requireClasses(chosen, table);
  const runnersUp = ranked.filter((one) => one !== chosen).slice(0, RUNNERS_UP);
  const reason = named === undefined ? reasonFor(chosen, table) : 'as --label says';
  return {
    column: chosen,
    reason: `${reason}; ${counted(chosen.distinct, 'class', 'classes')}`,
    runnersUp,
    notes: classesLikeMissing(chosen),
  };
}

/** A column as a spec reads its label. */
function asLabel(column: InspectedColumn): InspectedColumn {
  return column.asLabel === undefined ? column : { ...column, ...column.asLabel, missing: column.empty };
}

function columnNamed(name: string, { columns }: InspectedTable): InspectedColumn {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  throw new UserError(`there is no column "${name}".${didYouMean(name, names)}`, {
    where: '--label',
    fix: `The columns are ${abridged(names)}.`,
  });
}

/** 0 for a column that cannot be the classes. */
function score(column: InspectedColumn, { columns, rowCount }: InspectedTable): number {
  const strength = labelNameStrength(column.name);
  if (column.distinct < 2 || isQuantity(column) || column.distinct * FEWEST_ROWS > rowCount) return 0;
  if (strength < 3 && (column.empty > 0 || column.distinct > mostValues(column))) return 0;
  if (column.hasTooMany && column.distinct > LARGEST_CATEGORIES.label) return 0;
  const named = [0, 40, 60, 100][strength] ?? 0;
  const fromEnd = columns.length - 1 - column.place;
  const placed = fromEnd === 0 ? 35 : fromEnd === 1 ? 15 : column.place === 0 ? 10 : 0;
  const isText = column.range === undefined;
  const shaped = (isText ? 25 : column.distinct <= 20 ? 5 : 0) + (column.distinct === 2 ? 10 : 0);
  const unlikely = isIdName(column.name) || isTimeName(column.name) ? -50 : 0;
  return named + placed + shaped + unlikely;
}

function mostValues({ range }: InspectedColumn): number {
  if (range === undefined) return MOST_TEXTS;
  return range.areWhole ? MOST_WHOLE : MOST_UNNAMED_FRACTIONS;
}

function reasonFor(column: InspectedColumn, { columns }: InspectedTable): string {
  if (labelNameStrength(column.name) > 0) return 'by its name';
  const place = columns.length - 1 - column.place;
  const where = place === 0 ? 'the last column, ' : place === 1 ? 'the second last column, ' : '';
  return `by its values: ${where}${column.range === undefined ? 'few texts' : 'few numbers'}; check it`;
}

function noLabel({ columns, rowCount }: InspectedTable): UserError {
  const fix = 'Name the class column with --label NAME.';
  if (columns.length === 1) {
    return new UserError('the table has one column, so there is nothing to learn from', {
      fix: 'It needs a class column and a column of features; check the separator of the file.',
    });
  }
  const quantity = columns.find((column) => labelNameStrength(column.name) > 1 && isQuantity(column));
  if (quantity !== undefined) return refusedQuantity(quantity);
  const many = columns.find(({ name, distinct }) => isLabelName(name) && distinct > LARGEST_CATEGORIES.label);
  if (many !== undefined) return tooManyClasses(many);
  const listed = columns.map(({ name, distinct }) => `${name} (${counted(distinct, 'value')})`);
  return new UserError(
    `no column looks like classes: it needs 2 or more different values and ${FEWEST_ROWS} rows for each; there are ${counted(rowCount, 'row')} and ${abridged(listed)}`,
    { fix },
  );
}

function refusedQuantity({ name, distinct }: InspectedColumn): UserError {
  return new UserError(`"${name}" has ${distinct} different numbers: a quantity, not classes`, {
    fix: 'Make classes of it, such as low, middle and high, in a column of its own, and name that with --label NAME.',
  });
}

function tooManyClasses({ name, distinct }: InspectedColumn): UserError {
  return new UserError(
    `"${name}" has ${distinct} different values; a label has at most ${LARGEST_CATEGORIES.label}`,
    { fix: 'Group its values into fewer classes, or name another column with --label NAME.' },
  );
}

/** Throws UserError for a column that no spec can have as its label. */
function requireClasses(column: InspectedColumn, table: InspectedTable): void {
  const { name, distinct } = column;
  const fix = 'Name another column with --label NAME.';
  if (table.columns.length === 1) throw noLabel(table);
  if (isQuantity(column)) throw refusedQuantity(column);
  // Some rows have no label: the plan says where.
  if (column.empty > 0 && column.missing > column.empty) return;
  if (distinct < 2)
    throw new UserError(`"${name}" has ${counted(distinct, 'value')}, and classification needs two classes`, {
      fix,
    });
  if (distinct > LARGEST_CATEGORIES.label) throw tooManyClasses(column);
  const counts = codeCounts(valueCodes(column.column), distinct);
  const large = counts.filter((count) => count >= FEWEST_ROWS).length;
  if (large >= 2) return;
  throw new UserError(
    `${large === 0 ? 'no class' : 'only one class'} of "${name}" has ${FEWEST_ROWS} rows: training, validation and test need one each of two classes`,
    { fix: `Gather more rows. ${fix}` },
  );
}
