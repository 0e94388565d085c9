import { gunzipSync, gzipSync } from 'node:zlib';

/** The model of a run, as a row. */
export interface ModelRow {
  readonly run_id: string;
  /** The bytes of a model file, perhaps compressed. */
  readonly file: Uint8Array;
}

const SAMPLE_BYTES = 16_384;
/** What compression must leave of a sample at most to be worth its time: that of random weights is nine tenths. */
const WORTH = 0.75;
/** Of gzip; a model file begins with a multiple of 8. */
const GZIP = 0x1f;

/** A model file as it is stored: compressed if a piece of its middle shrinks, as that of trees does. */
export function packedModel(file: Uint8Array): Uint8Array {
  const from = Math.max(0, (file.length - SAMPLE_BYTES) >> 1);
  const sample = file.subarray(from, from + SAMPLE_BYTES);
  const isWorth = gzipSync(sample, { level: 1 }).length <= WORTH * sample.length;
  return isWorth ? gzipSync(file, { level: 1 }) : file;
}

/** A model file from its stored form. Throws where it was compressed and is damaged. */
export function unpackedModel(stored: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = stored[0] === GZIP ? gunzipSync(stored) : stored;
  return new Uint8Array(buffer, byteOffset, length);
}
