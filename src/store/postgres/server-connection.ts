import { createQueryId, type RootOperationNode } from 'kysely';
import type { ServerAddress } from '../server-address.js';
import type { Connection, Query } from '../sql/connection.js';
import { PostgresCompiler } from '../sql/dialect.js';
import { runStatement } from './run-statement.js';
import type { Server } from './server/ask-server.js';
import { explainServerError, ServerError } from './server/server-errors.js';
import type { ServerRows } from './server/server-thread.js';
import { transactionsOf } from './server/transactions.js';

/** Rows that are fetched at a time. */
const FETCHED = 200;
/** PostgreSQL takes 65,535 parameters; a tenth of them is sent at a time. */
const MOST_PARAMETERS = 6_500;

/** A connection on a server, whose tables are there. */
export function connectServer(
  server: Server,
  address: ServerAddress,
  {
    identity,
    onNote = () => {},
  }: { readonly identity: string; readonly onNote?: ((text: string) => void) | undefined },
): Connection {
  const compiler = new PostgresCompiler();
  const { asking, within, doing, now } = transactionsOf(server, address.schema, onNote);
  let isExplained = false;
  /** Explains an error once it leaves the connection: a transaction has to know it as it was. */
  const explained = <T>(work: () => T): T => {
    if (isExplained) return work();
    isExplained = true;
    try {
      return work();
    } catch (error) {
      throw explainServerError(error, address.shown);
    } finally {
      isExplained = false;
    }
  };
  const compiled = (query: Query) => {
    const { sql, parameters } = compiler.compileQuery(
      query.toOperationNode() as RootOperationNode,
      createQueryId(),
    );
    return { text: sql, parameters };
  };
  const ask = (query: Query): ServerRows => {
    const statement = compiled(query);
    return explained(() => asking(() => server.ask(statement)));
  };
  const columnsOf = new Map<string, readonly string[]>();
  let cursors = 0;
  return {
    path: address.shown,
    identity,
    machines: 'many',
    now: () => explained(now),
    all: <Row>(query: Query<Row>) => objectsOf(ask(query)) as Row[],
    first: <Row>(query: Query<Row>) => objectsOf(ask(query))[0] as Row | undefined,
    cells: function* (query) {
      const { text, parameters } = compiled(query);
      const name = `rows_${++cursors}`;
      server.later({ text: `DECLARE ${name} NO SCROLL CURSOR FOR ${text}`, parameters });
      for (;;) {
        const { rows } = server.ask({ text: `FETCH ${FETCHED} FROM ${name}` });
        yield* rows;
        if (rows.length < FETCHED) break;
      }
      server.later({ text: `CLOSE ${name}` });
    },
    execute: (query) => explained(() => doing(compiled(query))),
    columns: (table) => {
      const read = () => asking(() => server.ask({ text: `SELECT * FROM ${table} LIMIT 0` }));
      const columns = columnsOf.get(table) ?? explained(read).columns;
      columnsOf.set(table, columns);
      return columns;
    },
    insertAll: (table, rows) =>
      explained(() => {
        for (const statement of insertsOf(table, rows as Iterable<Cells>)) doing(statement);
      }),
    transaction: (work, others = 'wait') =>
      explained(() => within(others === 'wait' ? 'alone' : 'together', work)),
    snapshot: (work) => explained(() => within('reading', work)),
    statement: (text, limits) => runStatement(address, text, limits),
    requireSameFile: () => {},
    storageProblems: () => [],
    damagedIndexes: () => [],
    reindex: () => {},
    unusedBytes: () => 0,
    compact: () => {},
    close: () => {
      try {
        server.end();
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
      }
    },
  };
}

type Cells = Readonly<Record<string, unknown>>;

function objectsOf({ columns, rows }: ServerRows): readonly Cells[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])));
}

/** Statements that insert rows, many in each. */
function* insertsOf(table: string, rows: Iterable<Cells>) {
  let columns: readonly string[] = [];
  let parameters: unknown[] = [];
  const statement = () => {
    const places = Array.from({ length: parameters.length / columns.length }, (_, row) => {
      const own = columns.map((_, column) => `$${row * columns.length + column + 1}`);
      return `(${own.join(', ')})`;
    });
    const names = columns.map((name) => `"${name}"`).join(', ');
    return {
      text: `INSERT INTO ${table} (${names}) VALUES ${places.join(', ')} ON CONFLICT DO NOTHING`,
      parameters,
    };
  };
  for (const row of rows) {
    if (columns.length === 0) columns = Object.keys(row);
    if (parameters.length + columns.length > MOST_PARAMETERS) {
      yield statement();
      parameters = [];
    }
    for (const column of columns) parameters.push(row[column]);
  }
  if (parameters.length > 0) yield statement();
}
