import { tooFewFileHandles, UserError } from '../../errors.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const FIXES: Readonly<Record<string, string>> = {
  EACCES: 'Check the permissions of the folder.',
  EPERM: 'Check the permissions of the folder.',
  EROFS: 'This disk can only be read: keep the database on another one (--db).',
};

/** Our own message for a system error about the files of a dataset; other errors stay as they are. */
export function unwritable(error: unknown, folder: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const tooFew = tooFewFileHandles(error);
  if (tooFew !== undefined) return tooFew;
  if (FULL.has(code)) {
    return new UserError(`there is no room for the data that programs read (${code})`, {
      where: folder,
      fix: 'Free some space, or keep the database on another disk (--db).',
      cause: error,
    });
  }
  return new UserError(`the data that programs read cannot be written (${code})`, {
    where: folder,
    fix: FIXES[code] ?? 'Keep the database on a disk that can be written (--db).',
    cause: error,
  });
}
