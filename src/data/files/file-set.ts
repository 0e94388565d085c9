import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { unwritable } from './unwritable.js';

/** Files that are written once, all together, and then only read. */
export interface FileSet<Facts> {
  /** Absolute. It stands for the content: whoever writes it writes the same bytes. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Writes the files into another folder, and says what else is worth keeping of them. */
  readonly write: (into: string) => Promise<Facts>;
}

/** What a complete set has beside its files. */
interface Manifest<Facts> {
  readonly bytes: Readonly<Record<string, number>>;
  readonly facts: Facts;
}

const MANIFEST = 'complete.json';
/** Between the name of a set and whoever writes it, or throws it away. */
const UNFINISHED = '.unfinished-';
const READ_ONLY = 0o444;
/** What a rename says where the name is taken; EPERM on Windows. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM']);
/** Others may put a folder there again between two steps. */
const MOST_ATTEMPTS = 5;

/** Callers of one thread that want the same set at once wait for the first. */
const inWork = new Map<string, Promise<unknown>>();
let unfinishedFolders = 0;

/**
 * Makes sure that a set is there, whole, and gives its facts. The folder appears with all of its files or not at all, also where several
 * processes write it at once, one is killed, or the disk is full. Throws UserError where it cannot be written.
 */
export async function provideFiles<Facts>(set: FileSet<Facts>): Promise<Facts> {
  const running = inWork.get(set.folder) as Promise<Facts> | undefined;
  if (running !== undefined) return running;
  const work = findOrWrite(set).finally(() => inWork.delete(set.folder));
  inWork.set(set.folder, work);
  return work;
}

async function findOrWrite<Facts>(set: FileSet<Facts>): Promise<Facts> {
  try {
    const found = (await completeSet(set)) ?? (await writeSet(set));
    return found.facts;
  } catch (error) {
    throw unwritable(error, dirname(set.folder));
  }
}

/** Undefined if the set is not there or a file is not as long as it was written. */
async function completeSet<Facts>({ folder, names }: FileSet<Facts>): Promise<Manifest<Facts> | undefined> {
  try {
    const text = await readFile(join(folder, MANIFEST), 'utf8');
    const { bytes = {}, facts } = (JSON.parse(text) ?? {}) as Partial<Manifest<Facts>>;
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
    const isWhole = facts !== undefined && names.every((name, at) => bytes[name] === sizes[at]);
    return isWhole ? { bytes, facts } : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof SyntaxError || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function writeSet<Facts>(set: FileSet<Facts>): Promise<Manifest<Facts>> {
  const parent = dirname(set.folder);
  await mkdir(parent, { recursive: true });
  await removeLeftovers(set.folder);
  const unfinished = unfinishedName(set.folder);
  try {
    await mkdir(unfinished);
    const facts = await set.write(unfinished);
    const manifest = { bytes: await finishFiles(unfinished, set.names), facts };
    await writeFile(join(unfinished, MANIFEST), JSON.stringify(manifest), { flush: true, mode: READ_ONLY });
    await syncFolder(unfinished);
    const other = await publish(set, unfinished);
    await syncFolder(parent);
    return other ?? manifest;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** All runs share the files, so a program that writes into one is refused by the system. Returns their sizes. */
async function finishFiles(folder: string, names: readonly string[]): Promise<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const name of names) {
    const path = join(folder, name);
    sizes[name] = (await stat(path)).size;
    await chmod(path, READ_ONLY);
  }
  return sizes;
}

/** Gives a folder the name of the set; returns the set of another process that was quicker. */
async function publish<Facts>(set: FileSet<Facts>, unfinished: string): Promise<Manifest<Facts> | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(unfinished, set.folder);
      return undefined;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!TAKEN.has(code) || attempt === MOST_ATTEMPTS) throw error;
      const other = await completeSet(set);
      if (other !== undefined) return other;
      await removeBroken(set.folder, error);
    }
  }
}

/** Removes a set that has lost something, in one step as others see it. */
async function removeBroken(folder: string, why: unknown): Promise<void> {
  const aside = unfinishedName(folder);
  try {
    await rename(folder, aside);
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw why;
  }
  await rm(aside, { recursive: true, force: true });
}

/** Names a folder that nobody else uses. */
function unfinishedName(folder: string): string {
  return `${folder}${UNFINISHED}${process.pid}-${threadId}-${unfinishedFolders++}@${hostname()}`;
}

/** Removes what killed processes of this machine have left of a set. */
async function removeLeftovers(folder: string): Promise<void> {
  const prefix = basename(folder) + UNFINISHED;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix) || !name.endsWith(`@${hostname()}`)) continue;
    const pid = Number.parseInt(name.slice(prefix.length), 10);
    if (!isInUse(pid)) await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function isInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Makes the names in a folder durable; Windows cannot open folders and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
