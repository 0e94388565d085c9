import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../errors.js';

interface Forced {
  readonly force: boolean;
}

/** Makes the folder of an export. Throws UserError if it cannot be one, or has one of the files. */
export function prepareFolder(folder: string, files: readonly string[], { force }: Forced): void {
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw new UserError('this is a file, but tables are written to a folder', {
      where: `--out ${folder}`,
      fix: 'Name a folder.',
    });
  }
  makeFolder(folder);
  refuseExisting(files, force);
}

/** Makes the folder of a file. Throws UserError if the file exists. */
export function prepareFile(file: string, { force }: Forced): void {
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new UserError('this is a folder, but one file is written', {
      where: `--out ${file}`,
      fix: 'Name a file.',
    });
  }
  makeFolder(dirname(file));
  refuseExisting([file], force);
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

function refuseExisting(files: readonly string[], force: boolean): void {
  const existing = files.filter((file) => existsSync(file));
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
