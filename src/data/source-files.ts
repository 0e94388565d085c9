import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { UserError } from '../errors.js';
import { didYouMean } from '../spec/did-you-mean.js';

/** A file to read; what it holds is seen from its first bytes. */
export interface SourceFile {
  readonly path: string;
  /** Its path from where the user stands. */
  readonly shownAs: string;
  readonly format: 'text' | 'gzip' | 'parquet';
  /** PART of its rows. */
  readonly part: number;
}

const SIGNATURES = [
  { format: 'gzip', bytes: [0x1f, 0x8b] },
  { format: 'parquet', bytes: [0x50, 0x41, 0x52, 0x31] },
  { format: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { format: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;

/** The files that paths and globs stand for, sorted by path, each once. */
export async function findFiles(
  patterns: string | readonly string[],
  baseDir: string,
  part: number,
): Promise<SourceFile[]> {
  const paths = new Set<string>();
  for (const pattern of typeof patterns === 'string' ? [patterns] : patterns) {
    for (const path of await expand(pattern, baseDir)) paths.add(path);
  }
  const sorted = [...paths].sort();
  return Promise.all(
    sorted.map(async (path) => {
      const shownAs = relative(process.cwd(), path);
      return { path, shownAs, part, format: await formatOf(path, shownAs) };
    }),
  );
}

async function expand(pattern: string, baseDir: string): Promise<string[]> {
  const path = resolve(baseDir, pattern);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return [path];
  if (found?.isDirectory()) {
    throw new UserError(`"${pattern}" is a folder`, {
      where: 'data.source',
      fix: `Say which files, for example \`${pattern}/*.csv\`.`,
    });
  }
  if (found !== undefined) {
    throw new UserError(`"${pattern}" is no regular file`, {
      where: 'data.source',
      fix: 'Write the table to a file: it is read more than once.',
    });
  }
  const matches = await glob(pattern, { cwd: baseDir, absolute: true, expandDirectories: false });
  if (matches.length > 0) return matches.map((match) => resolve(match));
  const neighbours = await readdir(dirname(path)).catch(() => []);
  throw new UserError(`no file matches "${pattern}".${didYouMean(basename(path), neighbours)}`, {
    where: 'data.source',
    fix: `Relative paths start at ${relative(process.cwd(), baseDir) || 'this folder'}, the folder of the spec.`,
  });
}

async function formatOf(path: string, shownAs: string): Promise<SourceFile['format']> {
  const start = Buffer.alloc(4);
  const handle = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UserError(`the file cannot be opened (${cause.code})`, {
      where: shownAs,
      fix: 'Check its permissions.',
      cause,
    });
  });
  await handle.read(start, 0, start.length, 0).finally(() => handle.close());
  const format =
    SIGNATURES.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))?.format ?? 'text';
  if (format !== 'zip' && format !== 'zstd') return format;
  throw new UserError(`this is a ${format} file`, {
    where: shownAs,
    fix: 'Unpack it, or compress it with gzip.',
  });
}
