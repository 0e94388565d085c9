import { openForWriting } from './open-database.js';
import { sqliteWriter } from './sqlite-writer.js';
import type { SweepWriter } from './store.js';

/** Opens the database for writing; makes the file and its folder where they are missing. */
export function openWriter(path: string): SweepWriter {
  return sqliteWriter(openForWriting(path));
}
