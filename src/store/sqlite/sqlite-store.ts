import type { Store } from '../store.js';
import { hasDatabase } from './file/database-file.js';
import { openForReading, openForWriting } from './file/open-database.js';
import { sqliteReader } from './read/reader.js';
import { sqliteKeeper } from './write/keeper.js';
import { sqliteWriter } from './write/writer.js';

/** A store in a database file. Its readers never block its writers. */
export function sqliteStore(path: string): Store {
  return {
    exists: async () => hasDatabase(path),
    reader: async () => sqliteReader(openForReading(path)),
    writer: async (onNote) => sqliteWriter(openForWriting(path, onNote), onNote),
    keeper: async (onNote) => {
      openForReading(path).close();
      return sqliteKeeper(openForWriting(path, onNote), onNote);
    },
  };
}
