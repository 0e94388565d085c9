import { screenWidth } from './screen-width.js';

const GAP = 2;
const NARROWEST_TEXT = 12;
/** A word of at most this length is not broken while another column can be left out. */
const LONGEST_WHOLE_WORD = 20;
/** Ids are copied, so they are never broken. */
const ID = /^[0-9a-f]{8,16}$/;
/** The widest column keeps this width while another column can be left out. */
const ROOMY_TEXT = 28;

/** How much room there is, and what to leave out if it is too little. */
export interface TableRoom {
  /** The terminal's width; undefined for a pipe, where nothing is wrapped or left out. */
  readonly width?: number | undefined;
  /** Columns to leave out first; those of an inner list are left out together. */
  readonly optional?: readonly (string | readonly string[])[] | undefined;
}

/** What a column needs of a terminal's width. */
export interface ColumnNeed {
  readonly name: string;
  readonly index: number;
  /** Its longest cell. */
  readonly content: number;
  /** With its heading in one line. */
  readonly natural: number;
  /** With its heading and its texts wrapped between words. */
  readonly wrapped: number;
  /** With long words broken. */
  readonly broken: number;
}

export interface FittedColumn extends ColumnNeed {
  readonly width: number;
}

/** Measures a column of one-line texts; numbers are never wrapped. */
export function measureColumn(
  name: string,
  index: number,
  cells: readonly string[],
  isNumeric: boolean,
): ColumnNeed {
  const heading = longest(name.split(/(?<=_)| /));
  const content = longest(cells);
  const word = Math.min(
    LONGEST_WHOLE_WORD,
    longest(cells.flatMap((cell) => cell.split(/(?<=[\\/_.,;-])|\s/))),
  );
  const ids = longest(cells.filter((cell) => ID.test(cell)));
  const narrow = isNumeric ? content : Math.max(ids, Math.min(content, NARROWEST_TEXT));
  return {
    name,
    index,
    content,
    natural: Math.max(content, longest([name])),
    wrapped: Math.max(heading, narrow, Math.min(content, word)),
    broken: Math.max(heading, narrow),
  };
}

/**
 * The columns that fit into a terminal: leaves out optional ones in their order, then columns from the end of the table, until
 * headings and texts can be wrapped to fit.
 */
export function fitColumns(
  all: readonly ColumnNeed[],
  { width, optional = [] }: TableRoom,
): readonly FittedColumn[] {
  if (width === undefined) return all.map((column) => ({ ...column, width: column.natural }));
  let shown = all;
  for (const columns of optional) {
    if (lineWidth(roomyWidths(shown)) <= width) break;
    shown = shown.filter(({ name }) =>
      typeof columns === 'string' ? columns !== name : !columns.includes(name),
    );
  }
  while (shown.length > 1 && lineWidth(shown.map(({ broken }) => broken)) > width) shown = shown.slice(0, -1);
  return shrunk(shown, width);
}

/** Reduces the width of headings first, then of the widest text columns. */
function shrunk(columns: readonly ColumnNeed[], width: number): readonly FittedColumn[] {
  const fitted = columns.map((column) => ({ ...column, width: column.natural }));
  const excess = lineWidth(fitted.map((column) => column.width)) - width;
  for (let step = 0; step < excess; step++) {
    const widest =
      widestOf(fitted, ({ wrapped, content }) => Math.max(wrapped, content)) ??
      widestOf(fitted, ({ wrapped }) => wrapped) ??
      widestOf(fitted, ({ broken }) => broken);
    if (widest === undefined) break;
    widest.width--;
  }
  return fitted;
}

/** The widest column that can be made narrower. */
function widestOf<Column extends FittedColumn>(
  columns: readonly Column[],
  floor: (column: Column) => number,
): Column | undefined {
  return columns.filter((column) => column.width > floor(column)).sort((a, b) => b.width - a.width)[0];
}

/** The least width of every column, with room for a few words a line in the widest one. */
function roomyWidths(columns: readonly ColumnNeed[]): readonly number[] {
  const widest = Math.max(...columns.map(({ content }) => content));
  return columns.map(({ wrapped, content }) =>
    content === widest ? Math.max(wrapped, Math.min(content, ROOMY_TEXT)) : wrapped,
  );
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((total, width) => total + width + GAP, -GAP);
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, screenWidth(text)), 0);
}
