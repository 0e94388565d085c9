import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Checkpoint } from '../../train/checkpoint.js';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-codec.js';
import { writeCheckpointFile } from './checkpoint-files.js';
import { isPackedFolder, packFolder, unpackFolder } from './packed-folder.js';

/** In a program's folder: the epochs at which it was shared last. What it has got since goes on from there. */
const EPOCHS = '.epochs';

/** Where a program's folder was shared last. */
interface Shared {
  readonly epochs: number;
  readonly mostBytes: number;
}

/** The folder of a run whose program has ended, as bytes; undefined without one, or if it is larger. */
export function readProgramFolder(
  folder: string,
  runId: string,
  { epochs, mostBytes }: Shared,
): Uint8Array | undefined {
  const own = join(folder, runId);
  if (!existsSync(own)) return undefined;
  try {
    writeFileSync(join(own, EPOCHS), `${epochs}`);
    const packed = packFolder(own, mostBytes);
    return packed && encodeCheckpoint(runId, packed);
  } catch {
    return undefined; // Another machine begins the run again.
  }
}

/** The epochs at which the folder that is here was shared last; 0 if it never was. */
export function epochsOfFolder(folder: string, runId: string): number {
  try {
    return Number(readFileSync(join(folder, runId, EPOCHS), 'utf8'));
  } catch {
    return 0;
  }
}

/** Puts a checkpoint, or the folder of a program, where the run finds it. */
export function placeCheckpoint(folder: string, runId: string, bytes: Uint8Array): void {
  const packed = packedFolder(runId, bytes);
  if (packed === undefined) {
    writeCheckpointFile(folder, runId, bytes);
    return;
  }
  const own = join(folder, runId);
  const temporary = `${own}.${process.pid}-${threadId}`;
  unpackFolder(packed, temporary);
  rmSync(own, { force: true, recursive: true });
  renameSync(temporary, own);
}

function packedFolder(runId: string, bytes: Uint8Array): Checkpoint | undefined {
  try {
    const checkpoint = decodeCheckpoint(runId, Buffer.from(bytes));
    return isPackedFolder(checkpoint) ? checkpoint : undefined;
  } catch {
    return undefined; // Whoever loads it says what is wrong with it.
  }
}
