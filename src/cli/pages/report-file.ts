import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../../errors.js';
import { note } from '../terminal/print.js';

/** Writes a report where the user wants it and says so on stderr. */
export function writeReportFile(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  } catch (error) {
    throw new UserError(`the report cannot be written: ${(error as Error).message}`, {
      where: file,
      fix: 'Give --out a path that you may write to.',
      cause: error,
    });
  }
  note(`Report written to ${file}`);
}
