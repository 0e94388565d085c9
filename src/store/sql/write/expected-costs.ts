import { expectedCost } from '../../../metrics/expected-cost.js';
import type { CostMatrix, RunResult } from '../../../sweep.js';
import { toUint32 } from '../../content/blobs.js';
import { type Connection, listed, queries } from '../connection.js';
import { damagedOwners, rewriteChecksums } from '../integrity/checksums.js';

const TABLE = ['expected_costs'];

/**
 * Writes what the finished runs of a sweep cost by the costs that it has now, in place of what they cost by others. Damaged runs
 * stay as they are, so that `check` finds them.
 */
export function renewExpectedCosts(connection: Connection, sweep: string): void {
  const ofSweep = queries.selectFrom('expected_costs').select('run_id').where('sweep', '=', sweep);
  const old = connection.all(ofSweep.distinct()).map(({ run_id }) => run_id);
  const { costs } = connection.first(
    queries.selectFrom('sweeps').select('costs').where('sweep', '=', sweep),
  ) ?? { costs: null };
  const rows = costs === null ? [] : costRows(connection, sweep, JSON.parse(costs) as CostMatrix);
  const runs = [...new Set([...old, ...rows.map(({ run_id }) => run_id)])];
  if (runs.length === 0) return;
  const damaged = damagedOwners(connection, 'run_id', runs, ['confusions', ...TABLE]);
  const sound = runs.filter((runId) => !damaged.has(runId));
  const before = queries.deleteFrom('expected_costs').where('sweep', '=', sweep);
  connection.execute(before.where('run_id', 'in', listed(sound)));
  connection.insertAll(
    'expected_costs',
    rows.filter(({ run_id }) => !damaged.has(run_id)),
  );
  rewriteChecksums(connection, 'run_id', sound, TABLE);
}

/** The same for every sweep: older versions recorded costs, but not what the runs cost. */
export function renewAllExpectedCosts(connection: Connection): void {
  for (const { sweep } of connection.all(queries.selectFrom('sweeps').select('sweep'))) {
    renewExpectedCosts(connection, sweep);
  }
}

function costRows(connection: Connection, sweep: string, costs: CostMatrix) {
  const members = queries.selectFrom('sweep_runs').select('run_id').where('sweep', '=', sweep);
  return connection
    .all(queries.selectFrom('confusions').selectAll().where('run_id', 'in', members))
    .map(({ run_id, split, counts }) => ({
      run_id,
      sweep,
      split,
      expected_cost: expectedCost(toUint32(counts), costs),
    }));
}

/** Writes what a new result costs by the costs of every sweep that has the run. */
export function insertExpectedCosts(connection: Connection, result: RunResult): void {
  const { runId: run_id } = result;
  const sweeps = connection.all(
    queries
      .selectFrom('sweeps')
      .innerJoin('sweep_runs', 'sweep_runs.sweep', 'sweeps.sweep')
      .select(['sweeps.sweep', 'costs'])
      .where('costs', 'is not', null)
      .where('run_id', '=', run_id),
  );
  if (sweeps.length === 0) return;
  const rows = sweeps.flatMap(({ sweep, costs }) =>
    (['test', 'validation'] as const).map((split) => ({
      run_id,
      sweep,
      split,
      expected_cost: expectedCost(result[split].confusion, JSON.parse(costs ?? 'null') as CostMatrix | null),
    })),
  );
  connection.insertAll('expected_costs', rows);
  rewriteChecksums(connection, 'run_id', [run_id], TABLE);
}
