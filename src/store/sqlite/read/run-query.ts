import { sql } from 'kysely';
import { UserError } from '../../../errors.js';
import { KNOB_NAMES } from '../../../knobs/knobs.js';
import { METRIC_NAMES } from '../../../sweep.js';
import { didYouMean } from '../../../wording/did-you-mean.js';
import { type Condition, parseWhere } from '../../query/where.js';
import { withWholeIds } from '../../query/where-ids.js';
import type { CellValue, Rows, RunQuery } from '../../store.js';
import { type Connection, queries } from '../file/connection.js';
import { knobSql } from '../knob-sql.js';
import { RUN_COLUMNS } from '../views.js';
import { findId } from './find-by-id.js';
import { requireSweep } from './sweep-reads.js';
import { conditionSql } from './where-sql.js';

/** Selects rows of `runs_wide`. */
export function queryRuns(connection: Connection, query: RunQuery): Rows {
  if (query.sweep !== undefined) requireSweep(connection, query.sweep);
  const condition = conditionOf(connection, query);
  const columns = selectedColumns(connection, query);
  let select = queries.selectFrom('runs_wide').select([...columns]);
  if (query.sweep !== undefined) select = select.where('sweep', '=', query.sweep);
  if (condition !== undefined) select = select.where((build) => conditionSql(build, condition));
  for (const { column, descending } of sortKeys(query.sort ?? [])) {
    select = select.orderBy(column, (order) => (descending ? order.desc() : order.asc()).nullsLast());
  }
  select = select.orderBy('sweep').orderBy('position').orderBy('seed');
  if (query.limit !== undefined) select = select.limit(query.limit);
  return { columns, rows: [...connection.cells(select)] as CellValue[][] };
}

function conditionOf(connection: Connection, { where, trialNames }: RunQuery): Condition | undefined {
  if (where === undefined) return undefined;
  return withWholeIds(parseWhere(where, RUN_COLUMNS), (kind, written) => {
    const named = kind === 'trial' ? trialNames?.get(written) : undefined;
    return named ?? findId(connection, written, [kind])?.id ?? written;
  });
}

function sortKeys(sort: readonly string[]): { readonly column: string; readonly descending: boolean }[] {
  return sort.map((key) => ({
    column: knownColumn(key.replace(/^[-+]/, ''), '--sort'),
    descending: key.startsWith('-'),
  }));
}

function knownColumn(name: string, option: string): string {
  const names = RUN_COLUMNS.map(({ column }) => column);
  if (names.includes(name)) return name;
  throw new UserError(`there is no column "${name}".${didYouMean(name, names)}`, {
    where: option,
    fix: `Columns are ${names.join(', ')}.`,
  });
}

/** The columns asked for, or those that tell the runs apart and say how good they are. */
function selectedColumns(connection: Connection, query: RunQuery): readonly string[] {
  if (query.columns?.length === 1 && query.columns[0] === 'all')
    return RUN_COLUMNS.map(({ column }) => column);
  if (query.columns !== undefined && query.columns.length > 0) {
    return query.columns.map((name) => knownColumn(name, '--columns'));
  }
  return [
    ...(query.sweep === undefined ? ['sweep'] : []),
    'run',
    ...varyingKnobs(connection, query.sweep),
    'seed',
    'state',
    ...METRIC_NAMES,
    'epochs_trained',
  ];
}

/** Knobs that have more than one value among the sweep's trials, or among all trials. */
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
