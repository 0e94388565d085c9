import type { StoreKeeper, SweepReader, SweepWriter } from '../store.js';
import { openForReading, openForWriting } from './file/open-database.js';
import { sqliteReader } from './read/reader.js';
import { sqliteKeeper } from './write/keeper.js';
import { sqliteWriter } from './write/writer.js';

export { hasDatabase } from './file/database-file.js';

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
