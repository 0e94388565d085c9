import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

/** A file with the model of a run, from the program of the user's own that trained it. */
export interface HandedFile {
  /** Its name, without folders. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file that was handed over, and the run that it is of. */
export interface RunFile extends HandedFile {
  readonly runId: string;
}

/** Unlike a model file, whose first byte is a multiple of 8, and unlike gzip. */
const MAGIC = Buffer.from('focalsweep file 1\n');
/** How files begin that were handed over. */
export const RUN_FILE_BYTE = MAGIC[0] as number;
const DIGEST_BYTES = 32;
const HEADER_AT = MAGIC.length + DIGEST_BYTES + 4;

const headerSchema = z.strictObject({
  runId: z.string(),
  name: z.string(),
  bytes: z.int().nonnegative(),
  isPacked: z.boolean(),
});

/**
 * A file as it is kept: the SHA-256 of all that follows, the length of the header (uint32, little-endian), the header as JSON,
 * and the bytes, by gzip if that is worth it.
 */
export function encodeRunFile({ runId, name, bytes }: RunFile): Uint8Array<ArrayBuffer> {
  const isPacked = isWorthPacking(bytes);
  const content = isPacked ? gzipSync(bytes, { level: 1 }) : bytes;
  const header = Buffer.from(JSON.stringify({ runId, name, bytes: bytes.length, isPacked }));
  const file = new Uint8Array(HEADER_AT + header.length + content.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(HEADER_AT - 4, header.length, true);
  file.set(header, HEADER_AT);
  file.set(content, HEADER_AT + header.length);
  file.set(digestOf(file), MAGIC.length);
  return file;
}

/** Reads what encodeRunFile wrote; undefined for anything else, damaged bytes too. */
export function decodeRunFile(file: Uint8Array): RunFile | undefined {
  if (!isRunFile(file) || file.length < HEADER_AT) return undefined;
  const digest = file.subarray(MAGIC.length, MAGIC.length + DIGEST_BYTES);
  if (digestOf(file).compare(digest) !== 0) return undefined;
  const { buffer, byteOffset } = file;
  const end = HEADER_AT + new DataView(buffer, byteOffset).getUint32(HEADER_AT - 4, true);
  try {
    const text = Buffer.from(file.subarray(HEADER_AT, end)).toString();
    const { isPacked, ...header } = headerSchema.parse(JSON.parse(text));
    const content = file.subarray(end);
    const bytes = isPacked ? gunzipSync(content, { maxOutputLength: Math.max(1, header.bytes) }) : content;
    return bytes.length === header.bytes ? { ...header, bytes } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether kept bytes are a file that was handed over, and no model file. */
export function isRunFile(file: Uint8Array): boolean {
  return MAGIC.compare(file.subarray(0, MAGIC.length)) === 0;
}

function digestOf(file: Uint8Array): Buffer {
  return createHash('sha256')
    .update(file.subarray(MAGIC.length + DIGEST_BYTES))
    .digest();
}

const SAMPLE_BYTES = 16_384;
/** What compression must leave of a sample at most to be worth its time: that of random weights is nine tenths. */
const WORTH = 0.75;

/** Whether a piece of the middle shrinks, as that of trees does. */
export function isWorthPacking(file: Uint8Array): boolean {
  const from = Math.max(0, (file.length - SAMPLE_BYTES) >> 1);
  const sample = file.subarray(from, from + SAMPLE_BYTES);
  return gzipSync(sample, { level: 1 }).length <= WORTH * sample.length;
}
