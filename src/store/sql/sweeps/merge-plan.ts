import { type Insertable, sql } from 'kysely';
import type { MergedSweep } from '../../store.js';
import { type Connection, listed } from '../connection.js';
import { PLAN_TABLES, rewriteChecksums } from '../integrity/checksums.js';
import type { LaunchesTable, SweepTrialsTable, Tables } from '../schema.js';
import { deleteRows, type Merging, rowsOf, run } from './owned-tables.js';

/** Unites what two databases say of a sweep: the later launch goes first. */
export function mergePlan(merging: Merging): Pick<MergedSweep, 'plan' | 'trials' | 'runs'> {
  const { target, source, sweep } = merging;
  const plan = lastLaunch(source, sweep) > lastLaunch(target, sweep) ? 'theirs' : 'ours';
  const [first, second] = plan === 'theirs' ? [source, target] : [target, source];
  const sizeOf = (table: 'sweep_trials' | 'sweep_runs') => rowsOfSweep(target, table, sweep).length;
  const [trialsBefore, runsBefore] = [sizeOf('sweep_trials'), sizeOf('sweep_runs')];
  const trials = unitedTrials(
    rowsOfSweep(first, 'sweep_trials', sweep),
    rowsOfSweep(second, 'sweep_trials', sweep),
  );
  const planned = new Set(rowsOfSweep(first, 'sweep_trials', sweep).map(({ trial_id }) => trial_id));
  const spaces = [
    ...rowsOfSweep(first, 'trial_spaces', sweep),
    ...rowsOfSweep(second, 'trial_spaces', sweep).filter(({ trial_id }) => !planned.has(trial_id)),
  ];
  const decisions = [...rowsOfSweep(first, 'decisions', sweep), ...rowsOfSweep(second, 'decisions', sweep)];
  const runs = [...rowsOfSweep(first, 'sweep_runs', sweep), ...rowsOfSweep(second, 'sweep_runs', sweep)];
  if (plan === 'theirs') takePlan(merging);
  replaceRows(target, 'sweep_trials', sweep, trials);
  replaceRows(target, 'trial_spaces', sweep, spaces);
  replaceRows(target, 'decisions', sweep, decisions);
  replaceRows(target, 'sweep_runs', sweep, runs);
  rewriteChecksums(target, 'sweep', [sweep], [...PLAN_TABLES, 'choices']);
  mergeLaunches(merging);
  mergeAttempts(merging);
  return {
    plan,
    trials: sizeOf('sweep_trials') - trialsBefore,
    runs: sizeOf('sweep_runs') - runsBefore,
  };
}

function lastLaunch(connection: Connection, sweep: string): number {
  const launches = rowsOfSweep(connection, 'launches', sweep);
  return Math.max(Number.NEGATIVE_INFINITY, ...launches.map(({ launched_at_ms }) => launched_at_ms));
}

/** The trials of the first in their places, then those that only the second has. */
function unitedTrials(
  first: readonly SweepTrialsTable[],
  second: readonly SweepTrialsTable[],
): readonly SweepTrialsTable[] {
  const known = new Set(first.map(({ trial_id }) => trial_id));
  const next = Math.max(-1, ...first.map(({ position }) => position)) + 1;
  const others = second.filter(({ trial_id }) => !known.has(trial_id));
  const inOrder = others.toSorted((a, b) => a.position - b.position);
  return [...first, ...inOrder.map((row, at) => ({ ...row, position: next + at }))];
}

/** Takes what their last launch says, in place of what ours does. */
function takePlan({ target, source, sweep }: Merging): void {
  const [row] = rowsOfSweep(source, 'sweeps', sweep);
  if (row === undefined) throw new Error(`the sweep ${sweep} is missing`);
  target.insertAll('sweeps', [row]);
  const columns = Object.entries(row).filter(([name]) => name !== 'sweep');
  const set = sql.join(columns.map(([name, value]) => sql`${sql.ref(name)} = ${value}`));
  run(target, sql`update sweeps set ${set} where sweep = ${sweep}`);
  for (const table of ['sweep_baselines', 'choices'] as const) {
    replaceRows(target, table, sweep, rowsOfSweep(source, table, sweep));
  }
}

/** In the order of their times: the number of a launch says which is the latest. */
function mergeLaunches({ target, source, sweep }: Merging): void {
  const all = rowsOf(target, sql<LaunchRow>`select * from launches order by launch_id`);
  const nameOf = ({ sweep: own, launched_at_ms, host, pid }: LaunchRow) =>
    JSON.stringify([own, launched_at_ms, host, pid]);
  const known = new Set(all.map(nameOf));
  const added = (rowsOfSweep(source, 'launches', sweep) as unknown as readonly LaunchRow[]).filter(
    (row) => !known.has(nameOf(row)),
  );
  if (added.length === 0) return;
  const inOrder = [...all, ...added].toSorted((a, b) => a.launched_at_ms - b.launched_at_ms);
  deleteRows(target, 'launches', 'sweep', [...new Set(all.map((row) => row.sweep))]);
  target.insertAll(
    'launches',
    inOrder.map((row, at) => ({ ...row, launch_id: at + 1 })),
  );
}

type LaunchRow = Omit<LaunchesTable, 'launch_id'> & { readonly launch_id: number };

/** The process of an attempt that has not ended is not one of ours. */
function mergeAttempts({ target, source, sweep }: Merging): void {
  const identity = ['run_id', 'worker', 'host', 'pid', 'started_at_ms'] as const;
  const known = new Set(
    rowsOfSweep(target, 'attempts', sweep).map((row) => JSON.stringify(identity.map((name) => row[name]))),
  );
  const members = rowsOf(
    source,
    sql<
      Insertable<Tables['attempts']>
    >`select run_id, sweep, worker, host, pid, started_at_ms, ended_at_ms, duration_ms, error
      from attempts where sweep = ${sweep} and run_id in (select run_id from sweep_runs where sweep = ${sweep}) order by attempt_id`,
  );
  const added = members.filter((row) => !known.has(JSON.stringify(identity.map((name) => row[name]))));
  const ended = (row: Insertable<Tables['attempts']>) =>
    row.ended_at_ms === null ? { ...row, ended_at_ms: row.started_at_ms, error: LEFT_OPEN } : row;
  target.insertAll('attempts', added.map(ended));
}

const LEFT_OPEN = 'it had not ended when its sweep was merged';

function rowsOfSweep<Name extends keyof Tables>(connection: Connection, table: Name, sweep: string) {
  return rowsOf(
    connection,
    sql<Insertable<Tables[Name]>>`select * from ${sql.table(table)} where sweep in ${listed([sweep])}`,
  );
}

function replaceRows<Name extends keyof Tables>(
  target: Connection,
  table: Name,
  sweep: string,
  rows: readonly Insertable<Tables[Name]>[],
): void {
  deleteRows(target, table, 'sweep', [sweep]);
  target.insertAll(table, rows);
}
