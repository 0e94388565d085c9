import { filePathOf, isServerUrl, memoryName } from './server-address.js';
import type { Connection } from './sql/connection.js';
import type { PlainSqliteFile } from './sqlite/file/plain-file.js';
import type { Store } from './store.js';

/**
 * The store of a URL: a path or `file:` is an SQLite database, `postgres:` a PostgreSQL
 * server, and `memory:<name>` is in the memory of this process. Its code is loaded
 * on first use, which throws UserError for any other kind of URL.
 */
export function openStore(url: string): Store {
  const store = loadedOnce(url);
  return {
    exists: async () => (await store()).exists(),
    reader: async () => (await store()).reader(),
    writer: async (onNote) => (await store()).writer(onNote),
    keeper: async (onNote) => (await store()).keeper(onNote),
  };
}

function loadedOnce(url: string): () => Promise<Store> {
  let store: Promise<Store> | undefined;
  return () => {
    store ??= load(url);
    return store;
  };
}

async function load(url: string): Promise<Store> {
  const name = memoryName(url);
  if (name !== undefined) {
    const { memoryStore } = await import('./memory/memory-store.js');
    return memoryStore(name);
  }
  if (isServerUrl(url)) {
    const { postgresStore } = await import('./postgres/postgres-store.js');
    return postgresStore(url, openSource);
  }
  const { sqliteStore } = await import('./sqlite/sqlite-store.js');
  return sqliteStore(filePathOf(url), openSource);
}

/** Opens a file or a server to copy sweeps of it into another. */
async function openSource(url: string): Promise<Connection> {
  if (isServerUrl(url)) return (await import('./postgres/postgres-store.js')).openServer(url);
  return (await import('./sqlite/sqlite-store.js')).openUnchanged(filePathOf(url));
}

/** The versions in use: `better-sqlite3 13.2.0, SQLite 3.53.0`. Throws UserError if it cannot be loaded. */
export async function databaseVersion(): Promise<string> {
  return (await import('./sqlite/file/driver.js')).sqliteVersion();
}

/** Creates an SQLite file with the tables of another program. */
export async function createSqliteFile(path: string, statements: string): Promise<PlainSqliteFile> {
  return (await import('./sqlite/file/plain-file.js')).createPlainFile(path, statements);
}
