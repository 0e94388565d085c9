import { constants, type ReadStream, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import { UserError } from '../../errors.js';
import type { YamlPath } from '../../spec/yaml-document.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import { SpecMistake } from '../spec-mistake.js';

/** A file to read; its first bytes tell its format. */
export interface SourceFile {
  readonly path: string;
  /** Its path from the working directory. */
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
  { part, key }: { readonly part: number; readonly key: YamlPath },
): Promise<SourceFile[]> {
  const paths = new Set<string>();
  if (typeof patterns === 'string') {
    for (const path of await expand(patterns, baseDir, key)) paths.add(path);
  } else {
    for (const [at, pattern] of patterns.entries()) {
      for (const path of await expand(pattern, baseDir, [...key, at])) paths.add(path);
    }
  }
  const files: SourceFile[] = [];
  for (const path of [...paths].sort()) {
    const shownAs = relative(process.cwd(), path);
    files.push({ path, shownAs, part, format: await formatOf(path, shownAs) });
  }
  return files;
}

async function expand(pattern: string, baseDir: string, key: YamlPath): Promise<string[]> {
  const path = resolve(baseDir, pattern);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new SpecMistake(`"${pattern}" is a folder`, key, {
      fix: `Name the files, for example \`${pattern}/*.csv\`.`,
    });
  }
  if (found !== undefined) {
    requireRegular(found, `"${pattern}"`, key);
    return [path];
  }
  const matches = await glob(pattern, { cwd: baseDir, absolute: true, expandDirectories: false });
  for (const match of matches) {
    const file = await stat(match).catch(() => undefined);
    if (file !== undefined) requireRegular(file, `"${match}", which matches "${pattern}",`, key);
  }
  if (matches.length > 0) return matches.map((match) => resolve(match));
  const neighbours = await readdir(dirname(path)).catch(() => []);
  throw new SpecMistake(`no file matches "${pattern}".${didYouMean(basename(path), neighbours)}`, key, {
    fix: `Relative paths start at ${relative(process.cwd(), baseDir) || 'this folder'}, the folder of the spec.`,
  });
}

/** Pipes and devices may never end, and can be read only once. */
function requireRegular(found: Stats, name: string, key: YamlPath): void {
  if (found.isFile()) return;
  throw new SpecMistake(`${name} is not a regular file`, key, {
    fix: 'Write the table to a file: it is read more than once.',
  });
}

/** Opens a file without ever blocking: if it is no longer a regular file, reading fails or ends. */
async function openFile(path: string, shownAs: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(cause, shownAs);
  });
}

/** The bytes of a file. */
export async function readStream({ path, shownAs }: SourceFile): Promise<ReadStream> {
  return (await openFile(path, shownAs)).createReadStream({ highWaterMark: 2 ** 18 });
}

/** Our own message for a system error about a file; other errors stay as they are. */
export function unreadable(error: unknown, shownAs: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const fixes: Readonly<Record<string, string>> = {
    EACCES: 'Check its permissions.',
    EPERM: 'Check its permissions.',
    EMFILE: 'Raise the limit of open files (`ulimit -n`).',
    ENFILE: 'Close other programs: the system has too many open files.',
    ENOENT: 'Check that it is still there.',
  };
  return new UserError(`the file cannot be ${syscall === 'open' ? 'opened' : 'read'} (${code})`, {
    where: shownAs,
    fix: fixes[code] ?? 'Copy it to a disk that can be read, and check that it is a table.',
    cause: error,
  });
}

async function formatOf(path: string, shownAs: string): Promise<SourceFile['format']> {
  const start = Buffer.alloc(4);
  const handle = await openFile(path, shownAs);
  try {
    await handle.read(start, 0, start.length, 0);
  } catch (cause) {
    throw unreadable(cause, shownAs);
  } finally {
    await handle.close();
  }
  const format =
    SIGNATURES.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))?.format ?? 'text';
  if (format !== 'zip' && format !== 'zstd') return format;
  throw new UserError(`this is a ${format} file`, {
    where: shownAs,
    fix: 'Unpack it, or compress it with gzip.',
  });
}
