import { openForReading, openForWriting } from './open-database.js';
import { sqliteKeeper } from './sqlite-keeper.js';
import { sqliteReader } from './sqlite-reader.js';
import { sqliteWriter } from './sqlite-writer.js';
import type { StoreKeeper, SweepReader, SweepWriter } from './store.js';

export { hasDatabase } from './database-file.js';

/** Opens the database for writing; makes the file and its folder where they are missing. `onNote` is told what it waits for. */
export function openWriter(path: string, onNote?: (text: string) => void): SweepWriter {
  return sqliteWriter(openForWriting(path, onNote), onNote);
}

/** Opens the database read-only. Throws UserError when it is missing or not focalsweep's. */
export function openReader(path: string): SweepReader {
  return sqliteReader(openForReading(path));
}

/** Opens a database that is there, to change sweeps that are not being trained and to look after the file. */
export function openKeeper(path: string, onNote?: (text: string) => void): StoreKeeper {
  openForReading(path).close();
  return sqliteKeeper(openForWriting(path, onNote));
}
