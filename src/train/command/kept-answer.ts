import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The report of a run that had answered before its result was recorded, and what it printed. */
export interface KeptAnswer {
  readonly lines: readonly string[];
  readonly log: Uint8Array;
}

/** Beside a report that is whole; it holds the log. */
const MARK = 'answered';

/** Says that the report in a run's folder is whole, so that an answer is never asked for twice. */
export function markAnswered(folder: string, log: Uint8Array): void {
  const unfinished = join(folder, `${MARK}.tmp`);
  writeFileSync(unfinished, log);
  renameSync(unfinished, join(folder, MARK));
}

/** The answer of an attempt that was cut off between its end and its record; undefined if there is none. */
export function keptAnswer(folder: string): KeptAnswer | undefined {
  try {
    const log = readFileSync(join(folder, MARK));
    const lines = readFileSync(join(folder, 'report.jsonl'), 'utf8').split('\n');
    return { log, lines };
  } catch {
    return undefined;
  }
}

/** Forgets an answer that cannot be read any more. */
export function forgetAnswer(folder: string): void {
  rmSync(join(folder, MARK), { force: true });
}
