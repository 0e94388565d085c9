import { type RawBuilder, sql } from 'kysely';
import { type Connection, listed } from '../connection.js';
import { RESULT_TABLES } from '../result-tables.js';
import type { Tables } from '../schema.js';

type TableName = keyof Tables;

/** A sweep that is copied from one database to another. */
export interface Merging {
  readonly target: Connection;
  readonly source: Connection;
  readonly sweep: string;
}

/** Tables with rows of a sweep, but `sweeps`; those that refer to others come first. */
export const TABLES_OF_SWEEPS = [
  'offers',
  'shipped_files',
  'claims',
  'attempts',
  'expected_costs',
  'decisions',
  'choices',
  'sweep_baselines',
  'trial_spaces',
  'sweep_runs',
  'sweep_trials',
  'holders',
  'launches',
] as const satisfies readonly TableName[];

/** Tables with the result of a run, in the order in which they refer to each other. */
export const TABLES_OF_RESULTS = RESULT_TABLES.filter(
  ([name, key]) => key.startsWith('run_id') && name !== 'runs',
) as unknown as readonly (readonly [TableName, string])[];

/** Tables with what else belongs to a run, but what its sweeps say of it. */
export const TABLES_BESIDE_RESULTS = [
  'column_importance',
  'score_draws',
  'logits',
  'models',
  'run_logs',
  'corrections',
  'live_epochs',
  'checkpoints',
  'run_states',
] as const satisfies readonly TableName[];

/** Tables with rows of a dataset, but `datasets`. */
export const TABLES_OF_DATASETS = ['dataset_classes', 'seed_splits'] as const satisfies readonly TableName[];

/** Every table, each in one of the lists; a new one must find its place, or it would be forgotten here. */
export const ALL_TABLES: ReadonlySet<string> = new Set([
  ...TABLES_OF_SWEEPS,
  ...TABLES_OF_RESULTS.map(([name]) => name),
  ...TABLES_BESIDE_RESULTS,
  ...TABLES_OF_DATASETS,
  ...['sweeps', 'runs', 'trials', 'datasets', 'checksums'],
]);

/** The runs that have a row in a table, or those among some, in the order of their ids. */
export function runsIn(
  connection: Connection,
  table: TableName,
  among?: readonly string[],
): readonly string[] {
  const kept = among === undefined ? sql`` : sql`where run_id in ${listed(among)}`;
  const found = sql<{
    run_id: string;
  }>`select distinct run_id from ${sql.table(table)} ${kept} order by run_id`;
  return rowsOf(connection, found).map(({ run_id }) => run_id);
}

/** Deletes the rows whose column has one of the values. */
export function deleteRows(
  connection: Connection,
  table: TableName,
  column: string,
  values: readonly string[],
): void {
  run(connection, sql`delete from ${sql.table(table)} where ${sql.ref(column)} in ${listed(values)}`);
}

/** Runs a statement that has no rows. */
export function run(connection: Connection, statement: RawBuilder<unknown>): void {
  connection.execute(statement);
}

/** The rows of a query in SQL. */
export function rowsOf<Row>(connection: Connection, query: RawBuilder<Row>): readonly Row[] {
  return connection.all<Row>(query);
}
