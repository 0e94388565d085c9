import { sql } from 'kysely';
import { KNOB_NAMES } from '../../../knobs/knobs.js';
import type { MetricName } from '../../../metric.js';
import { conditionOf } from '../../query/parse-query.js';
import { selectedColumns, sortKeys } from '../../query/run-columns.js';
import type { CellValue, Rows, RunQuery } from '../../store.js';
import { type Connection, queries } from '../file/connection.js';
import { knobSql } from '../knob-sql.js';
import { findId } from './find-id.js';
import { requireSweep } from './sweep-reads.js';
import { conditionSql } from './where-sql.js';

/** Selects rows of `runs_wide`. */
export function queryRuns(connection: Connection, query: RunQuery): Rows {
  if (query.sweep !== undefined) requireSweep(connection, query.sweep);
  const condition = conditionOf(query, (kind, start) => findId(connection, start, [kind]));
  const columns = selectedColumns(query, {
    varying: () => [
      ...(hasSpaces(connection, query.sweep) ? ['space'] : []),
      ...varyingKnobs(connection, query.sweep),
    ],
    metrics: () => rankingMetrics(connection, query.sweep),
  });
  let select = queries.selectFrom('runs_wide').select([...columns]);
  if (query.sweep !== undefined) select = select.where('sweep', '=', query.sweep);
  if (condition !== undefined) select = select.where((build) => conditionSql(build, condition));
  for (const { column, descending } of sortKeys(query)) {
    select = select.orderBy(column, (order) => (descending ? order.desc() : order.asc()).nullsLast());
  }
  select = select.orderBy('sweep').orderBy('position').orderBy('seed');
  if (query.limit !== undefined) select = select.limit(query.limit);
  return { columns, rows: [...connection.cells(select)] as CellValue[][] };
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
    .select(
      KNOB_NAMES.map((name) => sql<number>`count(distinct ${sql.raw(knobSql(name, 'trials'))})`.as(name)),
    );
  if (sweep !== undefined) select = select.where('sweep', '=', sweep);
  const counts = connection.first(select);
  return KNOB_NAMES.filter((name) => (counts?.[name] ?? 0) > 1);
}
