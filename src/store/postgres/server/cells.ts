/** The types of PostgreSQL whose values are numbers: whole ones of 8, 2 and 4 bytes, object ids, real ones, and decimals. */
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700]);
const BOOLEAN = 16;
const BYTES = 17;
const JSON_TEXT = 114;

/** Reads a value as SQLite would have it: numbers, texts and bytes; true is 1, and JSON that is no text or number stays as written. */
export function cellParser(type: number): (text: string) => unknown {
  if (NUMBERS.has(type)) return Number;
  if (type === BOOLEAN) return (text) => (text === 't' ? 1 : 0);
  // Not a part of a larger buffer, all of which a message to another thread would copy.
  if (type === BYTES) return (text) => Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
  if (type === JSON_TEXT) return jsonCell;
  return String;
}

function jsonCell(text: string): unknown {
  return /^["\d-]/.test(text) ? (JSON.parse(text) as unknown) : text;
}

/** A value as a parameter: PostgreSQL knows NaN, but SQLite stores it as NULL; and no text of it holds a zero byte. */
export function sentValue(value: unknown): unknown {
  if (value === undefined || Number.isNaN(value)) return null;
  if (typeof value === 'string') return value.replaceAll('\0', '\u{fffd}');
  return value instanceof Uint8Array ? Uint8Array.from(value) : value;
}
