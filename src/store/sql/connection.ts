import {
  type CompiledQuery,
  DummyDriver,
  type Insertable,
  Kysely,
  type OperationNodeSource,
  type QueryExecutorProvider,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { CellValue, Rows } from '../store.js';
import { byDialect } from './dialect.js';
import type { Tables } from './schema.js';

export interface Views {
  runs_wide: Readonly<Record<string, CellValue>>;
}

/** Builds typed queries. A Connection compiles them for its database and runs them. */
export const queries = new Kysely<Tables & Views>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** A list of any length as one bound parameter. */
export function listed(values: readonly string[]): RawBuilder<string> {
  const list = JSON.stringify(values);
  return byDialect({
    sqlite: sql<string>`(select value from json_each(${list}))`,
    postgres: sql<string>`(select value from json_array_elements_text(${list}::json) as listed (value))`,
  });
}

/** The same for whole numbers. */
export function listedNumbers(values: readonly number[]): RawBuilder<number> {
  const list = JSON.stringify(values);
  return byDialect({
    sqlite: sql<number>`(select value from json_each(${list}))`,
    postgres: sql<number>`(select value::bigint from json_array_elements_text(${list}::json) as listed (value))`,
  });
}

/** What a Connection runs: a query of `queries`, or one in SQL. */
export interface Query<Row = unknown> extends OperationNodeSource {
  compile(executor: QueryExecutorProvider): CompiledQuery<Row>;
}

/** Bounds of a statement that a user wrote. */
export interface StatementLimits {
  readonly timeLimitMs: number;
  readonly mostBytes?: number | undefined;
}

/**
 * Runs queries on an open database. Calls return when they are done: a file answers at once, and a server in a thread of its own
 * while this one waits. Throws UserError for problems that users can fix.
 */
export interface Connection {
  /** The path of a file or the URL of a server, without a password: for messages. */
  readonly path: string;
  /** Distinguishes the database from every other, whatever its path or URL. */
  readonly identity: string;
  /** Whether processes of one machine use it, whose ids tell which of them live, or of several. */
  readonly machines: 'one' | 'many';
  /** Milliseconds since 1970 by the clock that leases are counted by, which all its processes share. */
  now(): number;
  all<Row>(query: Query<Row>): Row[];
  first<Row>(query: Query<Row>): Row | undefined;
  /** Rows one by one, as arrays of cells; only within a snapshot or a transaction, which explain errors. */
  cells(query: Query): IterableIterator<readonly unknown[]>;
  execute(query: Query): void;
  /** Names of a table's columns, in the order of `select *`. */
  columns(table: keyof Tables): readonly string[];
  /** Inserts rows that all have the columns of the first; rows with an existing key are skipped. */
  insertAll<Name extends keyof Tables>(table: Name, rows: Iterable<Insertable<Tables[Name]>>): void;
  /**
   * Runs the work as one durable transaction that takes the write lock at its start. The work may be run again if the server was
   * lost, so it changes nothing but the database. On a server, those for which others `write` run at the same time, but never with
   * one for which they wait: they keep to rows that no other of them reads or writes.
   */
  transaction<T>(work: () => T, others?: 'wait' | 'write'): T;
  /** Runs the work on one unchanging state of the database. */
  snapshot<T>(work: () => T): T;
  /** Runs one reading statement of a user. */
  statement(text: string, limits: StatementLimits): Promise<Rows>;
  /** Throws UserError if the path no longer leads to the file that was opened for writing. */
  requireSameFile(): void;
  /** What is wrong with the storage below the rows, in words; only SQLite can be asked. */
  storageProblems(): readonly string[];
  /** Indexes whose rows are not those of their tables; of SQLite alone. */
  damagedIndexes(): readonly string[];
  /** Builds indexes anew. */
  reindex(): void;
  /** Bytes in pages that hold nothing. */
  unusedBytes(): number;
  /** Writes the file anew without them; only outside of transactions. */
  compact(): void;
  close(): void;
}
