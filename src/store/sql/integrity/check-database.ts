import { sql } from 'kysely';
import type { CheckProblem, CheckReport } from '../../store.js';
import { type Connection, queries } from '../connection.js';
import { interruptAbandonedRuns } from '../hold/abandoned-runs.js';
import { KEPT_BESIDE } from '../kept/kept-beside.js';
import { forgetModel } from '../kept/models.js';
import { RESULT_TABLES } from '../result-tables.js';
import { forgetChoices } from '../write/choice-writes.js';
import { forgetColumnImportance } from '../write/column-importance.js';
import { deleteLiveEpochs } from '../write/live-epochs.js';
import { allOwners, damagedOwners, type OwnerColumn, PLAN_TABLES } from './checksums.js';
import { runsWithDamagedEpochs } from './epoch-checksums.js';
import { forgetLogits } from './kept-logits.js';
import { contradictions } from './verify-happenings.js';

/** Looks for damage: the database's own checks, checksums, and states that contradict results. */
export function checkDatabase(connection: Connection, { repair }: { readonly repair: boolean }): CheckReport {
  const results = connection.all(queries.selectFrom('results').select('run_id')).length;
  const ofFile = fileProblems(connection, repair);
  const damaged = damagedOwners(connection, 'run_id', allOwners(connection, 'run_id'));
  const problems = [
    ...ofFile,
    ...damagedResults(connection, damaged, repair),
    ...damagedEpochs(connection, repair),
    ...damagedBeside(connection, damaged, repair),
    ...damagedPlans(connection),
    ...damagedChoices(connection, repair),
    ...stateProblems(connection, repair),
    ...abandoned(connection, repair),
  ];
  return { results, problems };
}

function fileProblems(connection: Connection, repair: boolean): readonly CheckProblem[] {
  const before = connection.storageProblems();
  if (before.length === 0 || !repair) return before.map((what) => ({ what, repaired: false }));
  connection.reindex();
  const after = new Set(connection.storageProblems());
  return before.map((what) => ({ what, repaired: !after.has(what) }));
}

/** Damaged results are removed: the next launch trains them again, to the same bits. */
function damagedResults(
  connection: Connection,
  damaged: ReadonlySet<string>,
  repair: boolean,
): readonly CheckProblem[] {
  return [...damaged].map((runId) => {
    const planned = !damagedOwners(connection, 'run_id', [runId], ['runs']).has(runId);
    const repaired = repair && planned;
    if (repaired) removeResult(connection, runId);
    return { what: `the result of run ${runId} does not match its checksum`, repaired };
  });
}

/** One epoch that is missing makes those after it useless, so all of the run are removed: it trains them again, or tells them again. */
function damagedEpochs(connection: Connection, repair: boolean): readonly CheckProblem[] {
  const damaged = runsWithDamagedEpochs(connection);
  if (repair) deleteLiveEpochs(connection, damaged);
  return damaged.map((runId) => ({
    what: `an epoch of run ${runId}, which has no result, does not match its checksum`,
    repaired: repair,
  }));
}

function removeResult(connection: Connection, runId: string): void {
  const sweeps = queries.selectFrom('sweep_runs').select('sweep').where('run_id', '=', runId);
  forgetChoices(
    connection,
    connection.all(sweeps).map(({ sweep }) => sweep),
  );
  const tables = RESULT_TABLES.filter(([name, key]) => key.startsWith('run_id') && name !== 'runs');
  for (const [name] of tables.toReversed()) {
    run(connection, `DELETE FROM ${name} WHERE run_id = '${runId.replaceAll("'", "''")}'`);
  }
  for (const table of ['expected_costs', 'score_draws'] as const)
    connection.execute(queries.deleteFrom(table).where('run_id', '=', runId));
  forgetColumnImportance(connection, runId);
  forgetModel(connection, runId);
  forgetLogits(connection, [runId]);
  connection.execute(queries.deleteFrom('checksums').where('owner', '=', runId).where('part', '!=', 'runs'));
  connection.execute(queries.deleteFrom('corrections').where('run_id', '=', runId));
  connection.execute(queries.updateTable('run_states').set({ state: 'waiting' }).where('run_id', '=', runId));
}

/** What is kept beside results is removed where it is damaged; the result stays. */
function damagedBeside(
  connection: Connection,
  damagedResults: ReadonlySet<string>,
  repair: boolean,
): readonly CheckProblem[] {
  return Object.values(KEPT_BESIDE).flatMap(({ what, damaged, forget }) =>
    damaged(connection)
      // The size of logits is that of the predictions, which may be what is damaged.
      .filter((runId) => what !== 'logits' || !damagedResults.has(runId))
      .map((runId) => {
        if (repair) forget(connection, runId);
        const verb = what === 'logits' ? 'are' : 'is';
        return { what: `the ${what} of run ${runId} ${verb} damaged`, repaired: repair };
      }),
  );
}

function damagedPlans(connection: Connection): readonly CheckProblem[] {
  return (['dataset', 'trial_id', 'sweep'] as const).flatMap((owner) =>
    [...damagedOwners(connection, owner, allOwners(connection, owner), tablesOf(owner))].map((id) => ({
      what: `${owner.replace('_id', '')} ${id} does not match its checksum`,
      repaired: false,
    })),
  );
}

const tablesOf = (owner: OwnerColumn) => (owner === 'sweep' ? PLAN_TABLES : undefined);

/** Damaged choices are removed: the next launch makes them again. */
function damagedChoices(connection: Connection, repair: boolean): readonly CheckProblem[] {
  const damaged = [...damagedOwners(connection, 'sweep', allOwners(connection, 'sweep'), ['choices'])];
  if (repair) forgetChoices(connection, damaged);
  return damaged.map((sweep) => ({
    what: `the choices of sweep ${sweep} do not match their checksum`,
    repaired: repair,
  }));
}

function stateProblems(connection: Connection, repair: boolean): readonly CheckProblem[] {
  const before = contradictions(connection);
  if (before.length === 0 || !repair)
    return before.map((what) => ({ what: `${what} is wrong`, repaired: false }));
  run(
    connection,
    `INSERT INTO run_states (run_id, state, attempts) SELECT run_id, 'complete', 1 FROM results WHERE true
     ON CONFLICT (run_id) DO UPDATE SET state = 'complete', error = NULL`,
  );
  run(
    connection,
    `UPDATE run_states SET state = 'waiting' WHERE run_id NOT IN (SELECT run_id FROM results)
     AND state NOT IN ('waiting', 'running', 'pruned', 'failed', 'interrupted')`,
  );
  const after = new Set(contradictions(connection));
  return before.map((what) => ({ what: `${what} is wrong`, repaired: !after.has(what) }));
}

/** Runs that a process left running when it died. */
function abandoned(connection: Connection, repair: boolean): readonly CheckProblem[] {
  const sweeps = connection.all(queries.selectFrom('sweeps').select('sweep'));
  return sweeps.flatMap(({ sweep }) =>
    interruptAbandonedRuns(connection, sweep, repair ? 'interrupt' : 'list').map((runId) => ({
      what: `run ${runId} is recorded as running, but its process is gone`,
      repaired: repair,
    })),
  );
}

function run(connection: Connection, text: string): void {
  connection.execute(sql`${sql.raw(text)}`);
}
