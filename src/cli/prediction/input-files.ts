import { createReadStream, statSync } from 'node:fs';
import { openedFile, type SourceFile, streamedFile, unreadable } from '../../data/read/source-files.js';
import { PART } from '../../data/read/table.js';
import { UserError } from '../../errors.js';
import { STDIN } from '../options/options.js';

/** The files of new rows, in the order in which they are named; `-` is stdin, and pipes are read as they come. */
export async function inputFiles(paths: readonly string[]): Promise<readonly SourceFile[]> {
  if (paths.filter((path) => path === STDIN).length > 1) {
    throw new UserError('stdin can be read only once', { where: '-', fix: 'Name it once.' });
  }
  const files: SourceFile[] = [];
  for (const path of paths) files.push(await inputFile(path));
  return files;
}

async function inputFile(path: string): Promise<SourceFile> {
  const part = PART.test;
  if (path === STDIN) return streamedFile(process.stdin, { path, shownAs: 'stdin', part });
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) {
    throw new UserError(`there is no file "${path}"`, { fix: 'Check the path; - reads stdin.' });
  }
  if (found.isDirectory()) {
    throw new UserError('this is a folder, not a table', {
      where: path,
      fix: `Name its files: ${path}/*.csv`,
    });
  }
  if (found.isFile()) return openedFile(path, path, part);
  try {
    return await streamedFile(createReadStream(path), { path, shownAs: path, part });
  } catch (error) {
    throw unreadable(error, path);
  }
}
