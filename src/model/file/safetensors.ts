import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { z } from 'zod';
import type { UserError } from '../../errors.js';

/** Arrays of the container's types: F32, I32 and U8. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** A named array, row-major. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: TensorValues;
}

/** What a container holds. */
export interface Container {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The refusal of a file whose bytes are not those that were written. */
export type Refuse = (what: string) => UserError;

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
/** That of the reference implementation. */
const LONGEST_HEADER = 100_000_000;
const TYPES = { F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const;
const NO_DIGEST = '0'.repeat(64);

/**
 * A safetensors file: the length of the header in 8 bytes, the header as JSON, the arrays in little-endian order without gaps. Its
 * metadata has the SHA-256 of the whole file as it is with zeros in place of these 64 digits.
 */
export function writeContainer(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly Tensor[],
): Uint8Array {
  // Arrays of 4 bytes first, so that all of them are aligned.
  const ordered = tensors.toSorted((a, b) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT);
  let end = 0;
  const entries = ordered.map(({ name, shape, values }) => {
    const from = end;
    end += values.byteLength;
    return [name, { dtype: typeOf(values), shape, data_offsets: [from, end] }] as const;
  });
  const header = { __metadata__: { sha256: NO_DIGEST, ...metadata }, ...Object.fromEntries(entries) };
  const text = Buffer.from(JSON.stringify(header));
  const headerBytes = Math.ceil(text.length / ALIGNMENT) * ALIGNMENT;
  const file = Buffer.alloc(LENGTH_BYTES + headerBytes + end, ' ');
  file.writeBigUInt64LE(BigInt(headerBytes));
  text.copy(file, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const { values } of ordered) {
    file.set(littleEndian(values), at);
    at += values.byteLength;
  }
  file.write(createHash('sha256').update(file).digest('hex'), file.indexOf(NO_DIGEST), 'latin1');
  return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
}

/** Reads a container and checks everything about it; `refuse` makes the error for what is wrong. */
export function readContainer(bytes: Uint8Array, refuse: Refuse): Container {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < LENGTH_BYTES) throw refuse('it is too short');
  const length = file.readBigUInt64LE();
  if (length > BigInt(Math.min(LONGEST_HEADER, file.length - LENGTH_BYTES))) {
    throw refuse('its header is longer than the file, which may be cut');
  }
  const dataAt = LENGTH_BYTES + Number(length);
  const { __metadata__: metadata, ...entries } = readHeader(file.subarray(LENGTH_BYTES, dataAt), refuse);
  requireDigest(file, metadata.sha256, refuse);
  const data = file.subarray(dataAt);
  requireNoGaps(entries, data.length, refuse);
  const tensors = Object.entries(entries).map(
    ([name, entry]) => [name, readTensor(name, { entry, data })] as const,
  );
  return { metadata: new Map(Object.entries(metadata)), tensors: new Map(tensors) };
}

const count = z.int().min(0);
const entrySchema = z.strictObject({
  dtype: z.enum(['F32', 'I32', 'U8']),
  shape: z.array(count).max(8),
  data_offsets: z.tuple([count, count]),
});
const headerSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).and(z.object({ sha256: z.string() })) })
  .catchall(entrySchema);
type Entry = z.output<typeof entrySchema>;

function readHeader(bytes: Uint8Array, refuse: Refuse): z.output<typeof headerSchema> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse('its header is not JSON');
  }
  const { data, error } = headerSchema.safeParse(header);
  if (data === undefined) {
    throw refuse(`its header is wrong at ${error.issues[0]?.path.map(String).join('.') || 'its start'}`);
  }
  return data;
}

function requireDigest(file: Buffer, digest: string, refuse: Refuse): void {
  const at = file.indexOf(digest);
  const hash = createHash('sha256');
  hash
    .update(file.subarray(0, at))
    .update(NO_DIGEST)
    .update(file.subarray(at + digest.length));
  if (hash.digest('hex') !== digest) throw refuse('its checksum does not match');
}

function requireNoGaps(entries: Readonly<Record<string, Entry>>, bytes: number, refuse: Refuse): void {
  const places = Object.entries(entries).sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let end = 0;
  for (const [name, { dtype, shape, data_offsets }] of places) {
    const [from, to] = data_offsets;
    const size = shape.reduce((product, length) => product * length, TYPES[dtype].BYTES_PER_ELEMENT);
    if (from !== end || to - from !== size) throw refuse(`the place of its array ${name} is wrong`);
    end = to;
  }
  if (end !== bytes) throw refuse(`it has ${bytes} bytes of arrays and not ${end}`);
}

function readTensor(name: string, { entry, data }: { readonly entry: Entry; readonly data: Buffer }): Tensor {
  const [from, to] = entry.data_offsets;
  // A copy, because the bytes may begin anywhere.
  const { buffer } = new Uint8Array(data.subarray(from, to));
  const Type = TYPES[entry.dtype];
  if (SWAPS_BYTES && Type.BYTES_PER_ELEMENT === 4) Buffer.from(buffer).swap32();
  return { name, shape: entry.shape, values: new Type(buffer) };
}

function typeOf(values: TensorValues): keyof typeof TYPES {
  if (values instanceof Float32Array) return 'F32';
  return values instanceof Int32Array ? 'I32' : 'U8';
}

const SWAPS_BYTES = endianness() === 'BE';

function littleEndian(values: TensorValues): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return SWAPS_BYTES && values.BYTES_PER_ELEMENT === 4 ? Buffer.from(bytes).swap32() : bytes;
}
