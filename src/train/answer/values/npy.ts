import { quoted, wrongAnswer } from '../wrong-answer.js';
import type { Values, ValueTable } from './values.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');
const SHAPE = /^\(\s*(?:\d+\s*,\s*)*(?:\d+\s*)?\)$/;

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly start: number;
}

type ReadNumber = (bytes: DataView, at: number) => number;

/** How numbers of each type are read; all little-endian. */
const NUMBERS: Readonly<Record<string, ReadNumber>> = {
  i1: (bytes, at) => bytes.getInt8(at),
  u1: (bytes, at) => bytes.getUint8(at),
  i2: (bytes, at) => bytes.getInt16(at, true),
  u2: (bytes, at) => bytes.getUint16(at, true),
  i4: (bytes, at) => bytes.getInt32(at, true),
  u4: (bytes, at) => bytes.getUint32(at, true),
  i8: (bytes, at) => Number(bytes.getBigInt64(at, true)),
  u8: (bytes, at) => Number(bytes.getBigUint64(at, true)),
  f2: (bytes, at) => float16(bytes.getUint16(at, true)),
  f4: (bytes, at) => bytes.getFloat32(at, true),
  f8: (bytes, at) => bytes.getFloat64(at, true),
};

/**
 * The array of a `.npy` file: versions 1 to 3 of the format, with one or two dimensions, in C or Fortran order, of booleans, whole
 * numbers, floats or texts.
 */
export function readNpy(bytes: Uint8Array, where: string): ValueTable {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { descr, isFortran, shape, start } = readHeader(bytes, data, where);
  const [rows = 0, columns = 1] = shape;
  const dtype = /^([<>|=])([a-zA-Z])(\d+)$/.exec(descr);
  const [, order = '', kind = '', size = ''] = dtype ?? [];
  const width = Number(size) * (kind === 'U' ? 4 : 1);
  if (dtype === null || order === '>' || width === 0) throw unknownType(descr, where);
  if (start + rows * columns * width !== bytes.length) {
    throw wrongAnswer(
      where,
      `the file has ${bytes.length} bytes where its header asks for ${start + rows * columns * width}`,
      'Write it again, one array, by numpy.save.',
    );
  }
  /** Where a cell is, by its place in row-major order. */
  const placeOf = (at: number): number =>
    start + width * (isFortran ? (at % columns) * rows + Math.floor(at / columns) : at);
  const values = readValues({ data, kind, size, count: rows * columns, placeOf });
  if (values === undefined) throw unknownType(descr, where);
  return { rows, columns, values };
}

interface Reading {
  readonly data: DataView;
  readonly kind: string;
  readonly size: string;
  readonly count: number;
  readonly placeOf: (at: number) => number;
}

function readValues({ data, kind, size, count, placeOf }: Reading): Values | undefined {
  if (kind === 'U') {
    const values = Array.from({ length: count }, (_, at) => textAt(data, placeOf(at), Number(size)));
    return { type: 'texts', values };
  }
  if (kind === 'b' && size === '1') {
    const values = Uint8Array.from({ length: count }, (_, at) => Number(data.getUint8(placeOf(at)) !== 0));
    return { type: 'booleans', values };
  }
  const read = NUMBERS[kind + size];
  if (read === undefined) return undefined;
  const values = kind === 'f' && size !== '8' ? new Float32Array(count) : new Float64Array(count);
  for (let at = 0; at < count; at++) values[at] = read(data, placeOf(at));
  return { type: 'numbers', values };
}

function unknownType(descr: string, where: string): Error {
  const fix = descr.endsWith('O')
    ? 'Objects are no texts yet: save `predictions.astype(str)`.'
    : 'Save booleans, whole numbers, float32, float64 or texts (`.astype(str)`), little-endian.';
  return wrongAnswer(where, `values of the type ${quoted(descr)} are not read`, fix);
}

function readHeader(bytes: Uint8Array, data: DataView, where: string): Header {
  const major = bytes[6] ?? 0;
  const isNpy =
    bytes.length >= 12 && MAGIC.every((byte, at) => bytes[at] === byte) && major >= 1 && major <= 3;
  if (!isNpy) throw wrongAnswer(where, 'this is no .npy file', 'Write it by numpy.save.');
  const from = major === 1 ? 10 : 12;
  const start = from + (major === 1 ? data.getUint16(8, true) : data.getUint32(8, true));
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .subarray(from, start)
    .toString(major === 3 ? 'utf8' : 'latin1');
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*(\([^)]*\))/.exec(text)?.[1];
  if (start > bytes.length || order === undefined || shape === undefined || !SHAPE.test(shape)) {
    throw wrongAnswer(where, 'the header of the .npy file is damaged', 'Write it again by numpy.save.');
  }
  if (descr === undefined) {
    throw wrongAnswer(where, 'arrays with fields are not read', 'Save one plain array.');
  }
  const dimensions = (shape.match(/\d+/g) ?? []).map(Number);
  if (dimensions.length !== 1 && dimensions.length !== 2) {
    throw wrongAnswer(
      where,
      `the array has the shape ${shape}`,
      'Save one dimension for classes, and rows × classes for probabilities and logits.',
    );
  }
  return { descr, isFortran: order === 'True', shape: dimensions, start };
}

/** Texts are UTF-32, padded with NUL. */
function textAt(data: DataView, start: number, characters: number): string {
  let text = '';
  for (let at = 0; at < characters; at++) {
    const point = data.getUint32(start + 4 * at, true);
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\u{fffd}';
  }
  return text.replace(/\0+$/, '');
}

function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
