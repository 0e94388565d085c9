import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
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
  /** Its bytes, where they come but once. */
  readonly stream?: Readable;
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
    files.push(await openedFile(path, shownAs, part));
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
  const { glob } = await import('tinyglobby');
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
export async function readStream({ path, shownAs, stream }: SourceFile): Promise<Readable> {
  if (stream !== undefined) return stream;
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

/** A file for rows that come through a pipe. Its first bytes are read here; a Parquet file cannot come this way. */
export async function streamedFile(
  bytes: AsyncIterable<Uint8Array>,
  { path, shownAs, part }: Pick<SourceFile, 'path' | 'shownAs' | 'part'>,
): Promise<SourceFile> {
  const chunks = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  while (first.reduce((sum, { length }) => sum + length, 0) < SIGNATURE_BYTES) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    first.push(value);
  }
  const start = Buffer.concat(first);
  const format = formatOf(start, shownAs);
  if (format === 'parquet') {
    throw new UserError('a Parquet file cannot be read from a pipe: its end says what is in it', {
      where: shownAs,
      fix: 'Name the file.',
    });
  }
  const all = async function* () {
    if (start.length > 0) yield start;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  return { path, shownAs, part, format, stream: Readable.from(all(), { objectMode: false }) };
}

/** A file of that path. Throws UserError where it cannot be read. */
export async function openedFile(path: string, shownAs: string, part: number): Promise<SourceFile> {
  const start = Buffer.alloc(SIGNATURE_BYTES);
  const handle = await openFile(path, shownAs);
  try {
    await handle.read(start, 0, start.length, 0);
  } catch (cause) {
    throw unreadable(cause, shownAs);
  } finally {
    await handle.close();
  }
  return { path, shownAs, part, format: formatOf(start, shownAs) };
}

const SIGNATURE_BYTES = 4;

function formatOf(start: Buffer, shownAs: string): SourceFile['format'] {
  const format =
    SIGNATURES.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))?.format ?? 'text';
  if (format !== 'zip' && format !== 'zstd') return format;
  throw new UserError(`this is a ${format} file`, {
    where: shownAs,
    fix: 'Unpack it, or compress it with gzip.',
  });
}
