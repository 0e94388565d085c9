import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { HandedFile } from '../../model/file/handed-file.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** Where the file of a model is looked for. */
export interface ExpectedFile {
  /** The run's own folder, `checkpoints`: the paths of model files start there. */
  readonly runFolder: string;
  /** Whether the file is read; otherwise it must only be there. */
  readonly keepsModel?: boolean | undefined;
}

const WHERE = 'model';
const MOST_MB = 256;

/**
 * The file that a program names as its model; undefined if it names none, or none is kept. Rejects with UserError for a file that is
 * missing, no file, or too large, whatever is kept: a run must not fail or succeed by `keep`.
 */
export async function readHandedFile(
  given: unknown,
  { runFolder, keepsModel }: ExpectedFile,
): Promise<HandedFile | undefined> {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string' || given === '') {
    throw wrongAnswer(
      WHERE,
      `it is ${quoted(given)}, not the path of a file`,
      'Give a path, or leave it out.',
    );
  }
  const where = `${WHERE}, ${quoted(given)}`;
  const path = resolve(runFolder, given);
  const refuse = ({ code }: NodeJS.ErrnoException): never => {
    if (code !== 'ENOENT') throw wrongAnswer(where, `the file cannot be read (${code})`);
    throw wrongAnswer(
      where,
      'there is no such file',
      `Write it before the result. Relative paths start at ${runFolder}, the folder for checkpoints.`,
    );
  };
  const found = await stat(path).catch(refuse);
  if (!found.isFile()) {
    throw wrongAnswer(
      where,
      'this is not a regular file',
      'Put several files into one, such as a .zip or .tar.',
    );
  }
  if (found.size > MOST_MB * 2 ** 20) {
    throw wrongAnswer(
      where,
      `the file has ${Math.ceil(found.size / 2 ** 20)} MB, and ${MOST_MB} MB are the most that is kept`,
      'Save the weights alone, without the state of the optimiser, or keep the file elsewhere and leave `model` out.',
    );
  }
  if (!keepsModel) return undefined;
  return { name: basename(path), bytes: await readFile(path).catch(refuse) };
}
