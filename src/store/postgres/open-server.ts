import { randomUUID } from 'node:crypto';
import { EXIT, UserError } from '../../errors.js';
import { dbWords } from '../../wording/db-words.js';
import { type ServerAddress, serverAddress } from '../server-address.js';
import type { Connection } from '../sql/connection.js';
import { SERVER_MIGRATIONS, SERVER_VIEWS } from './schema-sql.js';
import { type Server, serverAt } from './server/ask-server.js';
import { explainServerError, ServerError } from './server/server-errors.js';
import { transactionsOf } from './server/transactions.js';
import { connectServer } from './server-connection.js';

/** What the one row of the schema says. */
interface About {
  readonly id: string;
  readonly version: number;
  readonly views: string;
}

/** Opens the tables on a server. Throws UserError if they are not there. */
export function openServer(url: string, onNote?: (text: string) => void): Connection {
  return opened(url, (server, address) => {
    const about = readAbout(server, address);
    if (about === undefined) {
      throw new UserError('there is no database here', {
        where: address.shown,
        fix: `Launch a sweep first (\`focalsweep launch <spec>${dbWords(address.shown)}\`), or name another database with --db.`,
        exitCode: EXIT.database,
      });
    }
    return connectServer(server, address, { identity: current(server, address, about).id, onNote });
  });
}

/** Opens the tables on a server, and creates them if they are missing. */
export function openOrCreateServer(url: string, onNote?: (text: string) => void): Connection {
  return opened(url, (server, address) => {
    const about = readAbout(server, address) ?? migrate(server, address);
    return connectServer(server, address, { identity: current(server, address, about).id, onNote });
  });
}

/** Whether the tables are on the server. */
export function hasTables(url: string): boolean {
  return opened(url, (server, address) => {
    const about = readAbout(server, address);
    server.end();
    return about !== undefined;
  });
}

function opened<T>(url: string, setUp: (server: Server, address: ServerAddress) => T): T {
  const address = serverAddress(url);
  const server = serverAt(address);
  try {
    server.connect();
    return setUp(server, address);
  } catch (error) {
    server.end();
    throw explainServerError(error, address.shown);
  }
}

function readAbout(server: Server, address: ServerAddress): About | undefined {
  try {
    const [row] = server.ask({ text: 'SELECT id::text, version, views FROM about_focalsweep' }).rows;
    if (row === undefined) return undefined;
    const [id, version, views] = row;
    const about = { id: String(id), version: Number(version), views: String(views) };
    if (about.version <= SERVER_MIGRATIONS.length) return about;
    throw new UserError(
      `the database has schema ${version}, written by a newer focalsweep; this one knows schemas up to ${SERVER_MIGRATIONS.length}`,
      { where: address.shown, fix: 'Update focalsweep.', exitCode: EXIT.database },
    );
  } catch (error) {
    // There is no such table.
    if (error instanceof ServerError && error.code === '42P01') return undefined;
    throw error;
  }
}

/** Brings tables and views of an older version up to date. */
function current(server: Server, address: ServerAddress, about: About): About {
  const isCurrent = about.version === SERVER_MIGRATIONS.length && about.views === SERVER_VIEWS;
  return isCurrent ? about : migrate(server, address);
}

/** Runs the missing migrations and creates the views anew. Another process may have been faster, so everything is read under the lock. */
function migrate(server: Server, address: ServerAddress): About {
  const { within } = transactionsOf(server, address.schema, () => {});
  return within('alone', () => {
    const known = hasTable(server) ? readAbout(server, address) : undefined;
    if (known?.version === SERVER_MIGRATIONS.length && known.views === SERVER_VIEWS) return known;
    if (known === undefined) createSchema(server, address);
    const about = { id: known?.id ?? randomUUID(), version: SERVER_MIGRATIONS.length, views: SERVER_VIEWS };
    for (const statements of SERVER_MIGRATIONS.slice(known?.version ?? 0)) runAll(server, statements);
    runAll(server, SERVER_VIEWS);
    server.ask({ text: 'DELETE FROM about_focalsweep' });
    server.ask({
      text: 'INSERT INTO about_focalsweep (id, version, views) VALUES ($1, $2, $3)',
      parameters: [about.id, about.version, about.views],
    });
    return about;
  });
}

function hasTable(server: Server): boolean {
  const { rows } = server.ask({ text: `SELECT to_regclass('about_focalsweep') IS NOT NULL` });
  return rows[0]?.[0] === 1;
}

function createSchema(server: Server, { schema }: ServerAddress): void {
  const known = server.ask({ text: 'SELECT 1 FROM pg_namespace WHERE nspname = $1', parameters: [schema] });
  if (known.rows.length === 0) server.ask({ text: `CREATE SCHEMA "${schema.replaceAll('"', '""')}"` });
}

/** Runs several statements at once, which have no parameters. */
function runAll(server: Server, statements: string): void {
  server.ask({ text: statements });
}
