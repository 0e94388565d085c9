import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Checkpoint } from '../../train/checkpoint.js';

/** More files stay where they are. */
const MOST_FILES = 1000;
/** Before the names of files, so that none of them is a name that the format has for itself. */
const HERE = './';
/** The text of a checkpoint that is a folder: a JSON object of its links. */
const LINKS = 'links';

/** The files of a folder as a checkpoint; undefined without one, or if it is larger. Links that lead out of it are left out. */
export function packFolder(folder: string, mostBytes: number): Checkpoint | undefined {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathOf = (entry: (typeof entries)[number]): string => join(entry.parentPath, entry.name);
  const files = entries.filter((entry) => entry.isFile()).map(pathOf);
  const bytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  if (entries.length > MOST_FILES || bytes > mostBytes) return undefined;
  const links = entries
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => [pathOf(entry), readlinkSync(pathOf(entry))] as const)
    .filter(([path, target]) => isWithin(folder, resolve(dirname(path), target)));
  const named = (path: string): string => HERE + relative(folder, path).split(sep).join('/');
  return {
    arrays: Object.fromEntries(files.map((path) => [named(path), new Uint8Array(readFileSync(path))])),
    texts: { [LINKS]: JSON.stringify(Object.fromEntries(links.map(([path, to]) => [named(path), to]))) },
  };
}

/** Whether a checkpoint is a folder. */
export function isPackedFolder({ texts }: Checkpoint): boolean {
  return texts[LINKS] !== undefined;
}

/** Writes a folder anew as packFolder found it. Throws an Error if a path leads out of it. */
export function unpackFolder({ arrays, texts }: Checkpoint, folder: string): void {
  rmSync(folder, { force: true, recursive: true });
  for (const [name, bytes] of Object.entries(arrays)) writeFileSync(placeWithin(folder, name), bytes);
  const links = JSON.parse(texts[LINKS] ?? '{}') as Readonly<Record<string, string>>;
  for (const [name, target] of Object.entries(links)) {
    const path = placeWithin(folder, name);
    placeWithin(folder, relative(folder, resolve(dirname(path), target)));
    symlinkSync(target, path);
  }
}

/** The path of a file in a folder, whose own folder is there then. Throws an Error if it leads out. */
export function placeWithin(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (!isWithin(folder, path)) throw new Error(`${name} leads out of its folder`);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

function isWithin(folder: string, path: string): boolean {
  return path.startsWith(resolve(folder) + sep);
}
