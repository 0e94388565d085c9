import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { EpochRecord } from '../../sweep.js';

/** What a module returned for the first run of a sweep without data, before its labels were known. */
export interface FirstAnswer {
  readonly value: unknown;
  readonly epochs: readonly EpochRecord[];
}

const NAME = 'first-answer.bin';

/** Keeps an answer in the folder of its run, so that it need not be trained once more. */
export function keepFirstAnswer(folder: string, answer: FirstAnswer): void {
  const file = join(folder, NAME);
  let bytes: Uint8Array;
  try {
    bytes = serialize(answer);
  } catch {
    return; // It has functions beside the values; it is trained once more.
  }
  writeFileSync(`${file}.new`, bytes);
  renameSync(`${file}.new`, file);
}

/** The answer that an earlier call kept; undefined if there is none. */
export function firstAnswer(folder: string): FirstAnswer | undefined {
  try {
    return deserialize(readFileSync(join(folder, NAME))) as FirstAnswer;
  } catch {
    return undefined;
  }
}

export function forgetFirstAnswer(folder: string): void {
  rmSync(join(folder, NAME), { force: true });
}
