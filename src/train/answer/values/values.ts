import { counted } from '../../../wording/counted.js';
import { quoted, wrongAnswer } from '../wrong-answer.js';

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** Values of one type. */
export type Values =
  | { readonly type: 'numbers'; readonly values: Float32Array | Float64Array }
  /** 1 is true. */
  | { readonly type: 'booleans'; readonly values: Uint8Array }
  | { readonly type: 'texts'; readonly values: readonly string[] };

/** What a program gives for a split: rows × columns, row-major. */
export interface ValueTable {
  readonly rows: number;
  readonly columns: number;
  readonly values: Values;
  /** The names of the columns, from a file that has them. */
  readonly names?: readonly string[] | undefined;
}

/** Values that a program has written into its result. */
export function inlineTable(given: unknown, where: string): ValueTable {
  const list = listOf(given);
  if (list === undefined) {
    throw wrongAnswer(where, `${quoted(given)} is neither a list nor the path of a file`);
  }
  const first = listOf(list[0]);
  if (first === undefined) return { rows: list.length, columns: 1, values: columnValues(list, where) };
  const columns = first.length;
  const values = new Float64Array(list.length * columns);
  for (let row = 0; row < list.length; row++) {
    const cells = listOf(list[row]);
    if (cells?.length !== columns) {
      const found = cells === undefined ? quoted(list[row]) : counted(cells.length, 'value');
      throw wrongAnswer(where, `row ${row + 1} has ${found} where row 1 has ${columns}`);
    }
    for (let at = 0; at < columns; at++)
      values[row * columns + at] = numberAt(cells, at, `${where}, row ${row + 1}`);
  }
  return { rows: list.length, columns, values: { type: 'numbers', values } };
}

function numberAt(cells: ArrayLike<unknown>, at: number, where: string): number {
  const cell = cells[at];
  if (typeof cell !== 'number') throw wrongAnswer(where, `${quoted(cell)} is not a number`);
  return cell;
}

/** Lists and the typed arrays of JavaScript. */
function listOf(value: unknown): ArrayLike<unknown> | undefined {
  if (Array.isArray(value)) return value;
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? (value as unknown as ArrayLike<unknown>)
    : undefined;
}

/** The values of a column, which are all of one type. */
export function columnValues(list: ArrayLike<unknown>, where: string): Values {
  if (list instanceof Float32Array || list instanceof Float64Array) return { type: 'numbers', values: list };
  const type = typeof list[0] === 'bigint' ? 'number' : typeof list[0];
  for (let row = 0; row < list.length; row++) {
    const cell = list[row];
    if ((typeof cell === 'bigint' ? 'number' : typeof cell) === type) continue;
    throw wrongAnswer(
      where,
      `row ${row + 1} is ${quoted(cell)}, and row 1 is ${quoted(list[0])}`,
      'All values of a split have one type.',
    );
  }
  if (list.length === 0 || type === 'number')
    return { type: 'numbers', values: Float64Array.from(list, Number) };
  if (type === 'boolean') return { type: 'booleans', values: Uint8Array.from(list, Number) };
  if (type === 'string') return { type: 'texts', values: Array.from(list, String) };
  throw wrongAnswer(
    where,
    `row 1 is ${quoted(list[0])}`,
    'A class is a name (a text) or an index (a number).',
  );
}

/** Whether a text is a number as programs write it. */
export function isNumberText(text: string): boolean {
  return NUMBER.test(text);
}
