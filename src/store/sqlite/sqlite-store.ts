import type { Connection } from '../sql/connection.js';
import { sqlReader } from '../sql/read/reader.js';
import { sqlKeeper } from '../sql/write/keeper.js';
import { sqlWriter } from '../sql/write/writer.js';
import type { Store } from '../store.js';
import { hasDatabase } from './file/database-file.js';
import { openForReading, openForWriting } from './file/open-database.js';

/** A store in a database file. Its readers never block its writers. `openOther` opens a store that is merged into it. */
export function sqliteStore(path: string, openOther: (from: string) => Promise<Connection>): Store {
  return {
    exists: async () => hasDatabase(path),
    reader: async () => sqlReader(openForReading(path)),
    writer: async (onNote) => sqlWriter(openForWriting(path, onNote), onNote),
    keeper: async (onNote) => {
      openForReading(path).close();
      return sqlKeeper(openForWriting(path, onNote), openOther, onNote);
    },
  };
}

export { openUnchanged } from './file/open-database.js';
