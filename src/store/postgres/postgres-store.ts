import type { Connection } from '../sql/connection.js';
import { sqlReader } from '../sql/read/reader.js';
import { sqlKeeper } from '../sql/write/keeper.js';
import { sqlWriter } from '../sql/write/writer.js';
import type { Store } from '../store.js';
import { hasTables, openOrCreateServer, openServer } from './open-server.js';

/** A store in a schema on a PostgreSQL server. `openOther` opens a store that is merged into it. */
export function postgresStore(url: string, openOther: (from: string) => Promise<Connection>): Store {
  return {
    exists: async () => hasTables(url),
    reader: async () => sqlReader(openServer(url)),
    writer: async (onNote) => sqlWriter(openOrCreateServer(url, onNote), onNote),
    keeper: async (onNote) => sqlKeeper(openServer(url, onNote), openOther, onNote),
  };
}

export { openServer } from './open-server.js';
