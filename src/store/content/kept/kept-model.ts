import { gunzipSync, gzipSync } from 'node:zlib';
import { isWorthPacking } from '../../../model/file/handed-file.js';

/** The model of a run, as a row. */
export interface ModelRow {
  readonly run_id: string;
  /** The bytes of a model file, perhaps compressed, or of a file that a program handed over. */
  readonly file: Uint8Array;
}

/** Of gzip; a model file begins with a multiple of 8. */
export const GZIP = 0x1f;

/** A model file as it is stored: compressed if a piece of its middle shrinks, as that of trees does. */
export function packedModel(file: Uint8Array): Uint8Array {
  return isWorthPacking(file) ? gzipSync(file, { level: 1 }) : file;
}

/** A model file from its stored form. Throws where it was compressed and is damaged. */
export function unpackedModel(stored: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = stored[0] === GZIP ? gunzipSync(stored) : stored;
  return new Uint8Array(buffer, byteOffset, length);
}
