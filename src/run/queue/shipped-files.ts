import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sourceFiles } from '../../data/read/read-source.js';
import { UserError } from '../../errors.js';
import { locate } from '../../spec/locate.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { ShippedFile } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import { placeWithin } from '../checkpoints/packed-folder.js';

/** Compressed bytes of all files of a sweep: stores keep them whole. */
const MOST_BYTES = 500e6;

/** The files of a spec's table and costs, if `data: {ship: true}` asks for them. Throws UserError where they cannot be shipped. */
export async function filesToShip(spec: SweepSpec): Promise<readonly ShippedFile[]> {
  const { data, costs } = spec;
  if (data?.ship !== true) return [];
  const folder = resolve(dirname(spec.file));
  const tables = await sourceFiles(data, folder);
  const paths = [
    ...tables.map(({ path }) => path),
    ...(typeof costs === 'string' ? [resolve(folder, costs)] : []),
  ];
  const where = locate(spec, ['data', 'ship']);
  const files = paths.map((path) => {
    const below = relative(folder, path);
    if (below.startsWith('..') || isAbsolute(below)) {
      throw new UserError(
        `${path} is not below the folder of the spec, so that workers cannot have it in the same place`,
        {
          where,
          fix: 'Move it there, or leave `ship` out and let the machines share a folder.',
        },
      );
    }
    return { path: below.split(sep).join('/'), gzip: gzipSync(readFileSync(path)) };
  });
  const bytes = files.reduce((sum, { gzip }) => sum + gzip.byteLength, 0);
  if (bytes <= MOST_BYTES) return files;
  throw new UserError(
    `${counted(files.length, 'file')} of ${(bytes / 1e6).toFixed(0)} MB, compressed, ${files.length === 1 ? 'is' : 'are'} too large to ship (at most ${MOST_BYTES / 1e6} MB)`,
    { where, fix: 'Leave `ship` out, and let the machines share a folder.' },
  );
}

/** Writes files to where a spec in this folder finds them. */
export function unpackFiles(files: readonly ShippedFile[], folder: string): void {
  for (const { path, gzip } of files) {
    writeFileSync(placeWithin(folder, path), gunzipSync(gzip));
  }
}
