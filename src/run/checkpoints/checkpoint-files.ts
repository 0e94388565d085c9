import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { localPath } from '../../store/server-address.js';
import type { Checkpoints } from '../../train/checkpoint.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-codec.js';

const EXTENSION = '.safetensors';

/** The folder of a database's checkpoints. */
export function checkpointFolder(db: string): string {
  return `${localPath(db)}-checkpoints`;
}

export interface CheckpointOptions {
  readonly folder: string;
  /** Training time between two checkpoints of a run. */
  readonly everyMs: number;
  /** Receives messages about checkpoints that were not used or not written; training continues in both cases. */
  readonly onNote: (text: string) => void;
}

/** Checkpoints as files, one per run in training. */
export function checkpointFiles({ folder, everyMs, onNote }: CheckpointOptions): Checkpoints {
  const savedAtMs = new Map<string, number>();
  const isDue = (runId: string): boolean => performance.now() - (savedAtMs.get(runId) ?? 0) >= everyMs;
  return {
    load(runId) {
      savedAtMs.set(runId, performance.now());
      const path = fileOf(folder, runId);
      let bytes: Buffer;
      try {
        bytes = readFileSync(path);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT') onNote(`${path} cannot be read (${code}); the run starts again`);
        return undefined;
      }
      try {
        return decodeCheckpoint(runId, bytes);
      } catch (error) {
        onNote(`${path} is not used: ${(error as Error).message}; the run starts again`);
        return undefined;
      }
    },
    isDue,
    save(runId, checkpoint) {
      try {
        mkdirSync(folder, { recursive: true });
        const bytes = encodeCheckpoint(runId, checkpoint);
        // What took little time to train is not worth a wait for the disk: after a power failure the run starts again.
        replaceFile(folder, fileOf(folder, runId), { bytes, isDurable: isDue(runId) });
      } catch (error) {
        onNote(
          `no checkpoint of run ${runId} was written (${(error as NodeJS.ErrnoException).code ?? error})`,
        );
      }
      savedAtMs.set(runId, performance.now());
    },
  };
}

/** The bytes of a run's checkpoint; undefined without one, or where a program keeps a folder of its own. */
export function readCheckpointFile(folder: string, runId: string): Uint8Array | undefined {
  try {
    return readFileSync(fileOf(folder, runId));
  } catch {
    return undefined;
  }
}

/** Puts a checkpoint where the run finds it. */
export function writeCheckpointFile(folder: string, runId: string, bytes: Uint8Array): void {
  mkdirSync(folder, { recursive: true });
  replaceFile(folder, fileOf(folder, runId), { bytes, isDurable: false });
}

/** Removes the checkpoints of runs that are over, and all half-written ones. */
export function removeCheckpoints(
  folder: string,
  runIds: ReadonlySet<string>,
  isOver: (runId: string) => boolean,
): void {
  const removed = listCheckpoints(folder).filter(
    ({ runId, temporary }) => runIds.has(runId) && (temporary || isOver(runId)),
  );
  for (const { name } of removed) removeCheckpointFile(folder, name);
}

/** Removes the checkpoint of a run that is over, or the folder of its program. */
export function removeCheckpoint(folder: string, runId: string): void {
  removeCheckpointFile(folder, `${runId}${EXTENSION}`);
  removeCheckpointFile(folder, runId);
}

/** Removes a file that listCheckpoints has listed; returns whether that worked. */
export function removeCheckpointFile(folder: string, name: string): boolean {
  try {
    rmSync(join(folder, name), { force: true, recursive: !name.endsWith(EXTENSION) });
    return true;
  } catch {
    return false; // Nothing depends on it; `focalsweep check` lists what is left.
  }
}

/** The files in a folder of checkpoints. */
export function listCheckpoints(
  folder: string,
): readonly { readonly name: string; readonly runId: string; readonly temporary: boolean }[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // no checkpoint was ever written
  }
  return names.map((name) => ({
    name,
    runId: name.split('.')[0] ?? name,
    temporary: !isProgramFolder(name) && !name.endsWith(EXTENSION),
  }));
}

/** The folder of a program's run is called like the run, and all else has a dot in its name. */
function isProgramFolder(name: string): boolean {
  return !name.includes('.');
}

function fileOf(folder: string, runId: string): string {
  return join(folder, `${runId}${EXTENSION}`);
}

interface NewBytes {
  readonly bytes: Uint8Array;
  /** After a crash of the machine, too, the file has either the old bytes or the new ones. */
  readonly isDurable: boolean;
}

/** Replaces a file so that it has either the old bytes or the new ones, whenever its process ends. */
function replaceFile(folder: string, path: string, { bytes, isDurable }: NewBytes): void {
  const temporary = `${path}.${process.pid}-${threadId}`;
  try {
    const file = openSync(temporary, 'w');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      if (isDurable) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (isDurable) syncFolder(folder);
}

/** Makes the rename itself durable; Windows cannot open folders and does not need to. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
