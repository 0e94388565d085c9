import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isDevice, removedOnSignal, unfinishedPath } from '../../data/files/unfinished-file.js';
import { UserError } from '../../errors.js';

interface Forced {
  readonly force: boolean;
}

/** Makes the folder of an export. Throws UserError if it cannot be one, or has one of the files. */
export function prepareFolder(folder: string, files: readonly string[], { force }: Forced): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UserError('this is a file, but this export is a folder', {
      where: `--out ${folder}`,
      fix: 'Name a folder.',
    });
  }
  makeFolder(folder);
  refuseExisting(files, { force });
}

/** A file to write. */
export interface OutFile {
  readonly path: string;
  readonly bytes: Uint8Array | string;
}

/** Writes files; they have their names only when all of them are whole. Devices and pipes are written to as they are. */
export function writeFiles(outputs: readonly OutFile[]): void {
  const files = outputs.filter(({ path }) => !isDevice(path));
  for (const { path, bytes } of outputs) if (isDevice(path)) writeFileSync(path, bytes);
  const unfinished = files.map(({ path }) => unfinishedPath(path));
  // Nobody hears a signal before all is written, but it would end the process at once.
  const release = removedOnSignal(...unfinished);
  try {
    files.forEach(({ bytes }, at) => {
      const file = openSync(unfinished[at] as string, 'w');
      try {
        writeFileSync(file, bytes);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    });
    files.forEach(({ path }, at) => {
      renameSync(unfinished[at] as string, path);
    });
  } finally {
    for (const path of unfinished) rmSync(path, { force: true });
    release();
  }
}

/** Makes the folder of a file. Throws UserError if it exists. */
export function prepareFile(file: string, { force }: Forced): void {
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new UserError('this is a folder, but the export is a file', {
      where: `--out ${file}`,
      fix: 'Name a file.',
    });
  }
  makeFolder(dirname(file));
  refuseExisting([file], { force });
}

/** Does work that writes files; a system error becomes a UserError. */
export async function explainWrite<T>(out: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw unwritten(out, error);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unwritten(folder, error);
  }
}

/** Throws UserError where a file exists, unless it may be replaced. */
export function refuseExisting(files: readonly string[], { force }: Forced): void {
  const existing = files.filter((file) => existsSync(file) && !isDevice(file));
  if (existing.length === 0 || force) return;
  throw new UserError(`${existing.join(', ')} ${existing.length === 1 ? 'exists' : 'exist'} already`, {
    fix: 'Give another --out, or add --force to replace what is there.',
  });
}

function unwritten(out: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  return new UserError(`the export cannot be written (${code})`, {
    where: out,
    fix: 'Check the permissions and the free space there, or give another --out.',
    cause: error,
  });
}
