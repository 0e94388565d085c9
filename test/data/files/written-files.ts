import { readdirSync, readFileSync } from 'node:fs';
import { asyncBufferFromFile, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';

/** An array of a `.npy` file of format 1.0. */
export interface ReadNpy {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Reads what these tests need of the format: float32 and int32, little-endian, C order. */
export function readNpy(path: string): ReadNpy {
  const bytes = readFileSync(path);
  const length = bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, 10 + length);
  const fields =
    /^\{'descr': '<([fi])4', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n$/.exec(header) ?? [];
  const [, type, lengths = ''] = fields;
  const values = bytes.buffer.slice(bytes.byteOffset + 10 + length, bytes.byteOffset + bytes.byteLength);
  return {
    shape: lengths
      .split(',')
      .filter((text) => text.trim() !== '')
      .map(Number),
    values: type === 'f' ? new Float32Array(values) : new Int32Array(values),
  };
}

/** The bits of an array: NaN and −0 are themselves. */
export function bits(values: Float32Array | Int32Array): Uint32Array {
  return Uint32Array.from(new Uint32Array(values.buffer, values.byteOffset, values.length));
}

/** A column of a Parquet file. */
export interface ReadColumn {
  readonly name: string;
  readonly type: string | undefined;
  readonly values: readonly unknown[];
}

/** The columns of a Parquet file, in their order. */
export async function readTable(path: string): Promise<readonly ReadColumn[]> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  let rows: readonly unknown[][] = [];
  await parquetRead({
    file,
    metadata,
    onComplete: (all) => {
      rows = all;
    },
  });
  return parquetSchema(metadata).children.map(({ element: { name, type, converted_type } }, at) => ({
    name,
    type: converted_type ?? type,
    values: rows.map((row) => row[at]),
  }));
}

/** All files and folders below a folder. */
export function namesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}
