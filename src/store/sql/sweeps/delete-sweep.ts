import { sql } from 'kysely';
import { heldByAnother } from '../../refusals.js';
import type { SweepLoss } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { interruptAbandonedRuns } from '../hold/abandoned-runs.js';
import { isClaimed } from '../hold/claims.js';
import { requireFree, retireToken, type SilentHolder } from '../hold/holders.js';
import { damagedOwners, forgetChecksums, rewriteChecksums } from '../integrity/checksums.js';
import { forgetLogits } from '../integrity/kept-logits.js';
import { requireSweep } from '../read/sweep-reads.js';
import {
  deleteRows,
  rowsOf,
  TABLES_BESIDE_RESULTS,
  TABLES_OF_DATASETS,
  TABLES_OF_RESULTS,
  TABLES_OF_SWEEPS,
} from './owned-tables.js';

/** What deleting the sweep would lose: its runs, and those of its earlier launches, that no other sweep has. */
export function readLoss(connection: Connection, sweep: string): SweepLoss {
  requireSweep(connection, sweep);
  const mine = sql`select run_id from sweep_runs where sweep = ${sweep}`;
  const others = sql`select run_id from sweep_runs where sweep <> ${sweep}`;
  const rows = rowsOf(
    connection,
    sql<{ id: string; done: number; ms: number | null }>`
      select runs.run_id as id, results.run_id is not null as done, duration_ms as ms
      from runs left join results on results.run_id = runs.run_id left join run_states on run_states.run_id = runs.run_id
      where runs.run_id in (${mine} union select run_id from attempts where sweep = ${sweep}) and runs.run_id not in (${others})
      order by id`,
  );
  const [shared] = rowsOf(
    connection,
    sql<{ count: number }>`select count(*) as count from (${mine} intersect ${others}) as both_have`,
  );
  const done = rows.filter((row) => row.done === 1);
  return {
    runs: rows.map(({ id }) => id),
    results: done.length,
    trainingMs: done.reduce((sum, { ms }) => sum + (ms ?? 0), 0),
    shared: shared?.count ?? 0,
  };
}

/** Deletes a sweep with all that no other one shares. To be called in a transaction. */
export function deleteSweep(connection: Connection, sweep: string, silent?: SilentHolder): SweepLoss {
  requireSweep(connection, sweep);
  requireNobodyTrains(connection, sweep, silent);
  interruptAbandonedRuns(connection, sweep);
  const loss = readLoss(connection, sweep);
  const trials = trialsOf(connection, sweep, loss.runs);
  const { dataset = '' } =
    connection.first(queries.selectFrom('sweeps').select('dataset').where('sweep', '=', sweep)) ?? {};
  retireToken(connection, sweep);
  forgetCosts(connection, sweep);
  for (const table of TABLES_OF_SWEEPS) deleteRows(connection, table, 'sweep', [sweep]);
  deleteRows(connection, 'sweeps', 'sweep', [sweep]);
  forgetChecksums(connection, 'sweep', [sweep]);
  deleteRuns(connection, loss.runs);
  deleteTrials(connection, trials);
  deleteDataset(connection, dataset);
  return loss;
}

/** Throws UserError while a living process holds the sweep, or trains a run for it. */
export function requireNobodyTrains(connection: Connection, sweep: string, silent?: SilentHolder): void {
  requireFree(connection, sweep, silent);
  const claims = queries.selectFrom('claims').select(['run_id', 'host', 'pid', 'expires_at_ms', 'lease_ms']);
  for (const { run_id, host, pid, expires_at_ms, lease_ms } of connection.all(
    claims.where('sweep', '=', sweep),
  )) {
    if (!isClaimed(connection, sweep, run_id)) continue;
    throw heldByAnother(connection.path, sweep, { host, pid, sinceMs: expires_at_ms - lease_ms });
  }
}

function trialsOf(connection: Connection, sweep: string, runs: readonly string[]): readonly string[] {
  const rows = rowsOf(
    connection,
    sql<{ id: string }>`select trial_id as id from sweep_trials where sweep = ${sweep}
      union select trial_id from runs where run_id in ${listed(runs)}`,
  );
  return rows.map(({ id }) => id);
}

/** Removes what shared runs cost by the sweep. Damaged ones keep their checksum, so that `check` finds them. */
function forgetCosts(connection: Connection, sweep: string): void {
  const costs = queries.selectFrom('expected_costs').select('run_id').distinct().where('sweep', '=', sweep);
  const runs = connection.all(costs).map(({ run_id }) => run_id);
  const damaged = damagedOwners(connection, 'run_id', runs, ['expected_costs']);
  deleteRows(connection, 'expected_costs', 'sweep', [sweep]);
  const sound = runs.filter((runId) => !damaged.has(runId));
  rewriteChecksums(connection, 'run_id', sound, ['expected_costs']);
}

function deleteRuns(connection: Connection, runs: readonly string[]): void {
  for (const table of ['claims', 'attempts', 'expected_costs', ...TABLES_BESIDE_RESULTS] as const) {
    deleteRows(connection, table, 'run_id', runs);
  }
  for (const [table] of TABLES_OF_RESULTS.toReversed()) deleteRows(connection, table, 'run_id', runs);
  deleteRows(connection, 'runs', 'run_id', runs);
  forgetChecksums(connection, 'run_id', runs);
  forgetLogits(connection, runs);
}

function deleteTrials(connection: Connection, trials: readonly string[]): void {
  const unused = rowsOf(
    connection,
    sql<{ id: string }>`select trial_id as id from trials where trial_id in ${listed(trials)}
      and trial_id not in (select trial_id from sweep_trials) and trial_id not in (select trial_id from runs)
      and trial_id not in (select trial_id from choices)`,
  ).map(({ id }) => id);
  deleteRows(connection, 'trials', 'trial_id', unused);
  forgetChecksums(connection, 'trial_id', unused);
}

function deleteDataset(connection: Connection, dataset: string): void {
  const users = rowsOf(
    connection,
    sql`select dataset from sweeps where dataset = ${dataset} union select dataset from trials where dataset = ${dataset}`,
  );
  if (users.length > 0) return;
  for (const table of TABLES_OF_DATASETS) deleteRows(connection, table, 'dataset', [dataset]);
  deleteRows(connection, 'datasets', 'dataset', [dataset]);
  forgetChecksums(connection, 'dataset', [dataset]);
}
