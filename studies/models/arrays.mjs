// Arrays in NumPy's format, and the rows of a table for other programs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadData } from '../../dist/index.js';
import { KNOB_DEFAULTS } from '../../dist/knobs/knobs.js';

const TYPES = [
  ['<f4', Float32Array],
  ['<i4', Int32Array],
];

/**
 * Reads a table as a sweep does, and writes its rows for peers.py: features as networks get them (x.npy) and as trees do, with NaN for
 * missing values and codes for categories (native.npy), classes (y.npy), and the rows of each split.
 */
export async function exportTable(data, folder) {
  const { dataset, prepare } = await loadData(data, folder);
  const native = prepare({ ...KNOB_DEFAULTS, model: 'trees' }, 1);
  const { rowCount, labels, split, classNames } = dataset;
  writeArray(join(folder, 'x.npy'), dataset.features, [rowCount, dataset.featureCount]);
  writeArray(join(folder, 'native.npy'), native.features, [rowCount, native.featureCount]);
  writeArray(join(folder, 'y.npy'), labels, [rowCount]);
  for (const [name, rows] of Object.entries(split))
    writeArray(join(folder, `${name}.npy`), rows, [rows.length]);
  const kinds = native.featureKinds ?? [];
  const categorical = kinds.flatMap(({ categories }, at) => (categories > 0 ? [at] : []));
  writeFileSync(join(folder, 'table.json'), JSON.stringify({ classes: classNames.length, categorical }));
  return dataset;
}

/** Writes an array in C order. */
export function writeArray(file, values, shape) {
  const [type] = TYPES.find(([, Type]) => values instanceof Type);
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${padded}`, 'latin1');
  head.writeUInt16LE(padded.length, 8);
  writeFileSync(
    file,
    Buffer.concat([head, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]),
  );
}

/** The values of an array of float32 or int32. */
export function readArray(file) {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  const Type = TYPES.find(([type]) => header.includes(`'${type}'`))?.[1];
  if (Type === undefined || header.includes(`'fortran_order': True`)) throw new Error(`${file}: ${header}`);
  return new Type(new Uint8Array(bytes.subarray(start)).buffer);
}
