import type Database from 'better-sqlite3';
import {
  type Compilable,
  type CompiledQuery,
  DummyDriver,
  type Insertable,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { CellValue } from '../../store.js';
import type { Tables } from '../schema.js';
import { explainDatabaseError } from './database-errors.js';

interface Views {
  runs_wide: Readonly<Record<string, CellValue>>;
}

/** Builds typed queries. A Connection runs them, because better-sqlite3 is synchronous and Kysely's drivers are not. */
export const queries = new Kysely<Tables & Views>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** A list of any length as one bound parameter. */
export function listed<Value extends string | number>(values: readonly Value[]): RawBuilder<Value> {
  return sql<Value>`(select value from json_each(${JSON.stringify(values)}))`;
}

/** Runs queries on an open database. Throws UserError for problems that users can fix. */
export interface Connection {
  readonly path: string;
  all<Row>(query: Compilable<Row>): Row[];
  first<Row>(query: Compilable<Row>): Row | undefined;
  /** Rows one by one, as arrays of cells; only within a snapshot, which explains errors. */
  cells(query: Compilable): IterableIterator<readonly unknown[]>;
  execute(query: Compilable): void;
  /** Names of a table's columns, in the order of `select *`. */
  columns(table: keyof Tables): readonly string[];
  /** Inserts rows that all have the columns of the first; rows with an existing key are skipped. */
  insertAll<Name extends keyof Tables>(table: Name, rows: Iterable<Insertable<Tables[Name]>>): void;
  /** Runs the work as one durable transaction that takes the write lock at its start. */
  transaction<T>(work: () => T): T;
  /** Runs the work on one unchanging state of the database. */
  snapshot<T>(work: () => T): T;
  /** Throws UserError if the path no longer leads to the file that was opened for writing. */
  requireSameFile(): void;
  /** Bytes in pages that hold nothing. */
  unusedBytes(): number;
  /** Writes the file anew without them; only outside of transactions. */
  compact(): void;
  close(): void;
}

/** Kysely writes the same SQL for the same shape of query, so each shape is prepared once. */
function preparedOnce(prepare: (sql: string) => Database.Statement): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    const known = statements.get(sql) ?? prepare(sql);
    statements.set(sql, known);
    return known;
  };
}

interface Writing {
  /** Waits for the lock. */
  readonly waiting: <T>(work: () => T) => T;
  /** Throws if the path no longer leads to the file that was opened. */
  readonly requireSameFile: () => void;
  /** Throws if somebody has added something to the database that does not belong there. */
  readonly requireSameDefinitions: () => void;
}

const READING: Writing = {
  waiting: (work) => work(),
  requireSameFile: () => {},
  requireSameDefinitions: () => {},
};

/** Wraps an open database. */
export function connect(
  database: Database.Database,
  path: string,
  { waiting, requireSameFile, requireSameDefinitions }: Writing = READING,
): Connection {
  const prepare = preparedOnce((sql) => database.prepare(sql));
  const prepareRaw = preparedOnce((sql) => database.prepare(sql).raw());
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw explainDatabaseError(error, path);
    }
  };
  const within = (
    query: Compilable,
    work: (statement: Database.Statement, query: CompiledQuery) => unknown,
  ) => {
    const compiled = query.compile();
    return guard(() => work(prepare(compiled.sql), compiled));
  };
  return {
    path,
    all: <Row>(query: Compilable<Row>) =>
      within(query, (statement, { parameters }) => statement.all(...parameters)) as Row[],
    first: <Row>(query: Compilable<Row>) =>
      within(query, (statement, { parameters }) => statement.get(...parameters)) as Row | undefined,
    cells: (query) => {
      const { sql, parameters } = query.compile();
      return guard(() => prepareRaw(sql).iterate(...parameters)) as IterableIterator<readonly unknown[]>;
    },
    execute: (query) => {
      within(query, (statement, { parameters }) => statement.run(...parameters));
    },
    columns: (table) =>
      guard(() =>
        prepare(`SELECT * FROM ${table}`)
          .columns()
          .map(({ name }) => name),
      ),
    insertAll: (table, rows) => {
      const left = (rows as Iterable<Readonly<Record<string, unknown>>>)[Symbol.iterator]();
      const first = left.next();
      if (first.done === true) return;
      const columns = Object.keys(first.value);
      const insert = queries
        .insertInto(table)
        .values(first.value as never)
        .onConflict((key) => key.doNothing());
      within(insert, (statement) => {
        const write = (row: Readonly<Record<string, unknown>>) =>
          statement.run(...columns.map((column) => row[column]));
        write(first.value);
        for (let next = left.next(); next.done !== true; next = left.next()) write(next.value);
      });
    },
    transaction: (work) => {
      const whole = database.transaction(() => {
        requireSameFile();
        requireSameDefinitions();
        return work();
      });
      return guard(() => waiting(() => whole.immediate()));
    },
    snapshot: (work) => guard(() => database.transaction(work).deferred()),
    requireSameFile,
    unusedBytes: () =>
      guard(() => {
        const value = (name: string) => Number(database.pragma(name, { simple: true }));
        return value('freelist_count') * value('page_size');
      }),
    compact: () =>
      guard(() =>
        waiting(() => {
          requireSameFile();
          requireSameDefinitions();
          database.exec('VACUUM');
        }),
      ),
    close: () => guard(() => database.close()),
  };
}
