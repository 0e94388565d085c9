import type { CheckpointArray } from '../../train/checkpoint.js';

/** The element types that checkpoints need, by their names in the format. */
const TYPES = {
  F32: Float32Array,
  F64: Float64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
} as const;
type TypeName = keyof typeof TYPES;

/** Named arrays and named texts. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, CheckpointArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface TensorEntry {
  readonly dtype: TypeName;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const LENGTH_BYTES = 8;
const LARGEST_HEADER_BYTES = 2 ** 20;
const METADATA = '__metadata__';

/** Bytes in the safetensors layout: header length (uint64, little-endian), header (JSON), then the arrays end to end. */
export function encodeTensors({ tensors, metadata }: TensorFile): Buffer {
  const header: Record<string, TensorEntry | Readonly<Record<string, string>>> = { [METADATA]: metadata };
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(tensors)) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    header[name] = {
      dtype: typeOf(data),
      shape: [data.length],
      data_offsets: [offset, offset + bytes.length],
    };
    parts.push(bytes);
    offset += bytes.length;
  }
  const text = JSON.stringify(header);
  // The format requires arrays aligned to eight bytes, and allows spaces at the end of the header.
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...parts]);
}

/** Reads the bytes of encodeTensors. Throws an Error if they are truncated or something else. */
export function decodeTensors(bytes: Buffer): TensorFile {
  const headerLength = bytes.length < LENGTH_BYTES ? 0n : bytes.readBigUInt64LE(0);
  if (
    headerLength < 2n ||
    headerLength > BigInt(Math.min(LARGEST_HEADER_BYTES, bytes.length - LENGTH_BYTES))
  ) {
    throw new Error('it has no safetensors header');
  }
  const start = LENGTH_BYTES + Number(headerLength);
  const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, start)) as Record<string, unknown>;
  const metadata = header[METADATA];
  const tensors: Record<string, CheckpointArray> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name !== METADATA) tensors[name] = readTensor(bytes.subarray(start), entry as TensorEntry);
  }
  return { tensors, metadata: (metadata ?? {}) as Readonly<Record<string, string>> };
}

function readTensor(data: Buffer, { dtype, data_offsets: [from, to] }: TensorEntry): CheckpointArray {
  const type = TYPES[dtype];
  const size = to - from;
  if (type === undefined || !(from >= 0 && to <= data.length && size % type.BYTES_PER_ELEMENT === 0)) {
    throw new Error('its arrays are truncated');
  }
  const copy = new Uint8Array(data.subarray(from, to));
  return new type(copy.buffer);
}

function typeOf(data: CheckpointArray): TypeName {
  const name = (Object.keys(TYPES) as TypeName[]).find((type) => data instanceof TYPES[type]);
  if (name === undefined) throw new TypeError('no such element type');
  return name;
}
