import { sql } from 'kysely';
import { KNOB_NAMES } from '../../../knobs/knobs.js';
import type { MetricName } from '../../../metric.js';
import { runColumns } from '../../query/own-columns.js';
import { conditionOf } from '../../query/parse-query.js';
import { selectedColumns, sortKeys } from '../../query/run-columns.js';
import type { CellValue, Rows, RunQuery } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { distinctKnob } from '../knob-sql.js';
import { findId } from '../read/find-id.js';
import { readOwnParameters } from '../read/plan-reads.js';
import { requireSweep } from '../read/sweep-reads.js';
import { type ColumnSql, countOfValues, mixedColumn, orderSql, ownColumn, plainColumn } from './mixed-sql.js';
import { conditionSql } from './where-sql.js';

/** Selects rows of `runs_wide`. */
export function queryRuns(connection: Connection, query: RunQuery): Rows {
  if (query.sweep !== undefined) requireSweep(connection, query.sweep);
  const own = readOwnParameters(connection, query.sweep);
  const known = runColumns(own);
  const columnOf = (column: string): ColumnSql => {
    if (own.includes(column)) return ownColumn(column);
    return column === 'alpha' ? mixedColumn(column, sql.ref(column)) : plainColumn(column);
  };
  const condition = conditionOf(query, known, (kind, start) => findId(connection, start, [kind]));
  const columns = selectedColumns(query, known, {
    varying: () => [
      ...(hasSpaces(connection, query.sweep) ? ['space'] : []),
      ...varyingKnobs(connection, query.sweep),
      ...varyingOwn(connection, own, query.sweep),
    ],
    metrics: () => rankingMetrics(connection, query.sweep),
  });
  let select = queries
    .selectFrom('runs_wide')
    .select(columns.map((column) => sql<CellValue>`${columnOf(column).cell}`.as(column)));
  if (query.sweep !== undefined) select = select.where('sweep', '=', query.sweep);
  if (condition !== undefined) select = select.where((build) => conditionSql(build, condition, columnOf));
  for (const { column, descending } of sortKeys(query, known)) {
    select = select.orderBy(orderSql(columnOf(column), descending));
  }
  select = select.orderBy('sweep').orderBy('position').orderBy('seed');
  if (query.limit !== undefined) select = select.limit(query.limit);
  return { columns, rows: [...connection.cells(select)] as CellValue[][] };
}

/** Parameters of programs with more than one value, or that only some configurations have. */
function varyingOwn(
  connection: Connection,
  own: readonly string[],
  sweep: string | undefined,
): readonly string[] {
  if (own.length === 0) return [];
  let select = queries
    .selectFrom('sweep_trials')
    .innerJoin('trials', 'trials.trial_id', 'sweep_trials.trial_id')
    .select(own.map((name) => countOfValues(ownColumn(name)).as(name)));
  if (sweep !== undefined) select = select.where('sweep', '=', sweep);
  const counts = connection.first(select);
  return own.filter((name) => (counts?.[name] ?? 0) > 1);
}

/** The metrics that rank the sweep, or any. */
function rankingMetrics(connection: Connection, sweep: string | undefined): readonly MetricName[] {
  const metrics = queries.selectFrom('sweeps').select('metric').distinct().orderBy('metric');
  const own = sweep === undefined ? metrics : metrics.where('sweep', '=', sweep);
  return connection.all(own).map(({ metric }) => metric);
}

function hasSpaces(connection: Connection, sweep: string | undefined): boolean {
  const spaces = queries.selectFrom('trial_spaces').select('space').limit(1);
  return connection.first(sweep === undefined ? spaces : spaces.where('sweep', '=', sweep)) !== undefined;
}

/** Knobs with more than one value among the sweep's trials, or among all trials. */
function varyingKnobs(connection: Connection, sweep: string | undefined): readonly string[] {
  let select = queries
    .selectFrom('sweep_trials')
    .innerJoin('trials', 'trials.trial_id', 'sweep_trials.trial_id')
    .select(KNOB_NAMES.map((name) => distinctKnob(name).as(name)));
  if (sweep !== undefined) select = select.where('sweep', '=', sweep);
  const counts = connection.first(select);
  return KNOB_NAMES.filter((name) => (counts?.[name] ?? 0) > 1);
}
