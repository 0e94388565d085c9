import type { SweepReader } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { allOwners, OWNER_COLUMNS, type OwnerColumn, verify } from '../integrity/checksums.js';
import { readLogits } from '../integrity/kept-logits.js';
import { verifyHappenings } from '../integrity/verify-happenings.js';
import { readLog } from '../kept/logs.js';
import { readModel } from '../kept/models.js';
import { queryRuns } from '../query/run-query.js';
import { findId } from './find-id.js';
import { fingerprintSweep } from './fingerprint.js';
import { readDecisions, readOwnParameters } from './plan-reads.js';
import { readProgress } from './progress-reads.js';
import { readRecordedRuns } from './recorded-runs.js';
import { readRun, readTrial } from './run-detail.js';
import {
  readAttempts,
  readClassMetrics,
  readColumnImportance,
  readConfusion,
  readEpochs,
  readFinished,
  readPredictions,
  readScoreDraws,
  readTestMetrics,
} from './run-reads.js';
import { readRuns, readSweep, readSweeps, readTrials } from './sweep-reads.js';

/** The tables that a ranking reads. */
const SCORES = ['runs', 'results', 'split_metrics', 'expected_costs'] as const;

/**
 * A reader on an open database. A call with several queries sees one state of it, and everything is compared with its checksums
 * before it is returned.
 */
export function sqlReader(connection: Connection): SweepReader {
  const check = verifier(connection);
  const idsOf = (sweep: string) => memberIds(connection, sweep);
  const checkPlan = (sweep: string): void => {
    const { dataset, trials } = idsOf(sweep);
    check('sweep', [sweep]);
    check('dataset', dataset);
    check('trial_id', trials);
  };
  const checkScores = (sweep: string): void => {
    checkPlan(sweep);
    check('run_id', idsOf(sweep).runs, SCORES);
    verifyHappenings(connection);
  };
  const sweepNames = () =>
    connection.all(queries.selectFrom('sweeps').select('sweep')).map((row) => row.sweep);
  const checkAllScores = (): void => sweepNames().forEach(checkScores);
  const checkEverything = (): void => {
    for (const owner of OWNER_COLUMNS) verify(connection, owner, allOwners(connection, owner));
    verifyHappenings(connection);
  };
  const reading = async <T>(read: () => T, checks: (result: T) => void): Promise<T> =>
    connection.snapshot(() => {
      try {
        const result = read();
        checks(result);
        return result;
      } catch (error) {
        // A user's mistake, a bug, or an effect of damage.
        checkEverything();
        throw error;
      }
    });
  return {
    where: connection.path,
    sweeps: () =>
      reading(
        () => readSweeps(connection),
        (sweeps) => {
          for (const { name } of sweeps) check('sweep', [name]);
          verifyHappenings(connection);
        },
      ),
    sweep: (name) =>
      reading(
        () => readSweep(connection, name),
        (sweep) => checkPlan(sweep.name),
      ),
    trials: (sweep, stretch) =>
      reading(
        () => readTrials(connection, sweep, stretch),
        (trials) => {
          if (stretch === undefined) checkPlan(sweep);
          else
            check(
              'trial_id',
              trials.map(({ trialId }) => trialId),
            );
        },
      ),
    recordedRuns: (sweep, stretch) =>
      reading(
        () => readRecordedRuns(connection, sweep, stretch),
        (runs) =>
          check(
            'run_id',
            runs.map(({ runId }) => runId),
            [...SCORES, 'epochs'],
          ),
      ),
    runs: (sweep) =>
      reading(
        () => readRuns(connection, sweep),
        () => checkScores(sweep),
      ),
    finished: (runIds) =>
      reading(
        () => readFinished(connection, runIds),
        (runs) => check('run_id', [...runs.keys()], ['results']),
      ),
    testMetrics: (sweep, trialId) =>
      reading(
        () => readTestMetrics(connection, sweep, trialId),
        (runs) => check('run_id', [...runs.keys()], SCORES),
      ),
    epochs: (runId) =>
      reading(
        () => readEpochs(connection, runId),
        () => check('run_id', [runId], ['epochs']),
      ),
    classMetrics: (runIds, split) =>
      reading(
        () => readClassMetrics(connection, runIds, split),
        () => check('run_id', runIds, ['class_metrics']),
      ),
    confusion: (runIds, split) =>
      reading(
        () => readConfusion(connection, runIds, split),
        () => check('run_id', runIds, ['confusions']),
      ),
    predictions: (runIds, split) =>
      reading(
        () => readPredictions(connection, runIds, split),
        () => check('run_id', runIds, ['predictions']),
      ),
    scoreDraws: (runIds, split) =>
      reading(
        () => readScoreDraws(connection, runIds, split),
        () => check('run_id', runIds, ['score_draws']),
      ),
    columnImportance: (runIds) =>
      reading(
        () => readColumnImportance(connection, runIds),
        () => check('run_id', runIds, ['column_importance']),
      ),
    logits: async (runId, split) => connection.snapshot(() => readLogits(connection, runId, split)),
    model: async (runId) => readModel(connection, runId),
    log: async (runId) => readLog(connection, runId),
    ownParameters: async (sweep) => readOwnParameters(connection, sweep),
    progress: async (sweep) => connection.snapshot(() => readProgress(connection, sweep)),
    decisions: (sweep, search) =>
      reading(
        () => readDecisions(connection, sweep, search),
        () => check('sweep', [sweep], ['decisions']),
      ),
    attempts: async (sweep) => readAttempts(connection, sweep),
    find: (idStart) =>
      reading(
        () => findId(connection, idStart),
        () => undefined,
      ),
    run: (idPrefix) =>
      reading(
        () => readRun(connection, idPrefix),
        ({ run, sweeps }) => {
          sweeps.forEach(checkPlan);
          check('run_id', [run.runId]);
          check('trial_id', [run.trialId]);
          verifyHappenings(connection);
        },
      ),
    findTrial: (idPrefix) =>
      reading(
        () => readTrial(connection, idPrefix),
        (trial) => {
          if (trial !== null) check('trial_id', [trial.trialId]);
        },
      ),
    query: (query) =>
      reading(
        () => queryRuns(connection, query),
        () => (query.sweep === undefined ? checkAllScores() : checkScores(query.sweep)),
      ),
    sql: (text, timeLimitMs, mostBytes) => connection.statement(text, { timeLimitMs, mostBytes }),
    fingerprint: (sweep) =>
      reading(
        () => fingerprintSweep(connection, sweep),
        () => {
          checkPlan(sweep);
          check('run_id', idsOf(sweep).runs);
          verifyHappenings(connection);
        },
      ),
    close: async () => connection.close(),
  };
}

type Check = (owner: OwnerColumn, ids: readonly string[], tables?: readonly string[]) => void;

/** Verifies what this reader has not verified before; written results never change. */
function verifier(connection: Connection): Check {
  const verified = new Set<string>();
  return (owner, ids, tables) => {
    const wanted = (id: string): string => `${owner} ${id} ${tables?.join() ?? ''}`;
    // A sweep's own rows change when it is launched again.
    const fresh = owner === 'sweep' ? ids : ids.filter((id) => !verified.has(wanted(id)));
    if (fresh.length === 0) return;
    verify(connection, owner, fresh, tables);
    const finished = owner === 'run_id' ? finishedOf(connection, fresh) : fresh;
    for (const id of finished) verified.add(wanted(id));
  };
}

function finishedOf(connection: Connection, runIds: readonly string[]): readonly string[] {
  const results = queries.selectFrom('results').select('run_id').where('run_id', 'in', listed(runIds));
  return connection.all(results).map(({ run_id }) => run_id);
}

function memberIds(connection: Connection, sweep: string) {
  const dataset = connection.all(queries.selectFrom('sweeps').select('dataset').where('sweep', '=', sweep));
  const trials = connection.all(
    queries.selectFrom('sweep_trials').select('trial_id').where('sweep', '=', sweep),
  );
  const runs = connection.all(queries.selectFrom('sweep_runs').select('run_id').where('sweep', '=', sweep));
  return {
    dataset: dataset.map((row) => row.dataset),
    trials: trials.map((row) => row.trial_id),
    runs: runs.map((row) => row.run_id),
  };
}
