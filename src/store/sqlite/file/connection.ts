import type Database from 'better-sqlite3';
import type { CompiledQuery } from 'kysely';
import { type Connection, type Query, queries } from '../../sql/connection.js';
import { runSql } from '../statement/run-sql.js';
import { explainDatabaseError } from './database-errors.js';
import { identityOf } from './database-file.js';

/** Kysely writes the same SQL for the same shape of query, so each shape is prepared once. */
function preparedOnce(prepare: (sql: string) => Database.Statement): (sql: string) => Database.Statement {
  const statements = new Map<string, Database.Statement>();
  return (sql) => {
    const known = statements.get(sql) ?? prepare(sql);
    statements.set(sql, known);
    return known;
  };
}

type Cells = Readonly<Record<string, unknown>>;

/** Indexes whose rows are compared with those of their tables. */
const INDEXED = [
  ['runs', 'runs_of_trial', 'trial_id, seed, run_id'],
  ['sweep_trials', 'sweeps_of_trial', 'trial_id, sweep'],
  ['sweep_runs', 'sweeps_of_run', 'run_id, sweep'],
] as const;

function differenceOf([table, index, columns]: (typeof INDEXED)[number]): string {
  return `select ${columns} from ${table} indexed by ${index} except select ${columns} from ${table} not indexed
    union all
    select * from (select ${columns} from ${table} not indexed except select ${columns} from ${table} indexed by ${index})`;
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
  const within = (query: Query, work: (statement: Database.Statement, query: CompiledQuery) => unknown) => {
    const compiled = query.compile(queries);
    return guard(() => work(prepare(compiled.sql), compiled));
  };
  const readColumns = (table: string): readonly string[] =>
    prepare(`SELECT * FROM ${table}`)
      .columns()
      .map(({ name }) => name);
  const columnsOf = new Map<string, readonly string[]>();
  const insertInto = (table: string, columns: readonly string[]): Database.Statement => {
    const names = columns.map((name) => `"${name}"`).join(', ');
    const places = columns.map(() => '?').join(', ');
    return prepare(`INSERT INTO ${table} (${names}) VALUES (${places}) ON CONFLICT DO NOTHING`);
  };
  return {
    path,
    identity: identityOf(path) ?? path,
    machines: 'one',
    now: () => Date.now(),
    all: <Row>(query: Query<Row>) =>
      within(query, (statement, { parameters }) => statement.all(...parameters)) as Row[],
    first: <Row>(query: Query<Row>) =>
      within(query, (statement, { parameters }) => statement.get(...parameters)) as Row | undefined,
    cells: (query) => {
      const { sql, parameters } = query.compile(queries);
      return guard(() => prepareRaw(sql).iterate(...parameters)) as IterableIterator<readonly unknown[]>;
    },
    execute: (query) => {
      within(query, (statement, { parameters }) => statement.run(...parameters));
    },
    columns: (table) => {
      const columns = columnsOf.get(table) ?? guard(() => readColumns(table));
      columnsOf.set(table, columns);
      return columns;
    },
    insertAll: (table, rows) => {
      const left = (rows as Iterable<Cells>)[Symbol.iterator]();
      const first = left.next();
      if (first.done === true) return;
      const columns = Object.keys(first.value);
      guard(() => {
        const statement = insertInto(table, columns);
        const write = (row: Cells) => statement.run(...columns.map((column) => row[column]));
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
    statement: (text, { timeLimitMs, mostBytes }) => runSql(path, text, timeLimitMs, mostBytes),
    requireSameFile,
    storageProblems: () =>
      guard(() => {
        const lines = (name: string) =>
          prepareRaw(`pragma ${name}`)
            .all()
            .map((row) => String((row as readonly unknown[])[0]));
        return [
          ...lines('integrity_check').filter((line) => line !== 'ok'),
          ...lines('foreign_key_check').map(
            (table) => `a row of ${table} refers to a row that does not exist`,
          ),
        ];
      }),
    damagedIndexes: () =>
      guard(() =>
        INDEXED.filter((one) => prepare(differenceOf(one)).get() !== undefined).map(([, name]) => name),
      ),
    reindex: () => guard(() => void database.exec('REINDEX')),
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
