import { openForReading, openForWriting } from './open-database.js';
import { sqliteReader } from './sqlite-reader.js';
import { sqliteWriter } from './sqlite-writer.js';
import type { SweepReader, SweepWriter } from './store.js';

/** Opens the database for writing; makes the file and its folder where they are missing. */
export function openWriter(path: string): SweepWriter {
  return sqliteWriter(openForWriting(path));
}

/** Opens the database read-only. Throws UserError when it is missing or not focalsweep's. */
export function openReader(path: string): SweepReader {
  return sqliteReader(openForReading(path));
}
