import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Program } from '../program.js';

/** When a file was last found to have the content that a digest is of. */
const SEEN = new Map<string, string>();

/** SHA-256 of a file, hex. */
export function digestOfFile(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A file of a program's code that is no longer what the program's identity holds; undefined as long as none is. */
export function changedCode({ code = {} }: Program): string | undefined {
  return Object.entries(code).find(([file, digest]) => isOther(file, digest))?.[0];
}

function isOther(file: string, digest: string): boolean {
  try {
    const { mtimeMs, size, ino } = statSync(file);
    const seen = `${digest} ${mtimeMs} ${size} ${ino}`;
    if (SEEN.get(file) === seen) return false;
    if (digestOfFile(file) !== digest) return true;
    SEEN.set(file, seen);
    return false;
  } catch {
    return true; // It is gone.
  }
}
