import type { Connection } from './connection.js';
import { readRun, readTrial } from './find-by-id.js';
import { fingerprintSweep } from './fingerprint.js';
import { queryRuns } from './run-query.js';
import {
  readClassMetrics,
  readConfusion,
  readEpochs,
  readPredictions,
  readTestMetrics,
} from './run-reads.js';
import { runSql } from './run-sql.js';
import type { SweepReader } from './store.js';
import { readRuns, readSweep, readSweeps, readTrials } from './sweep-reads.js';

/** A reader on an open database. What takes several queries sees one state of it. */
export function sqliteReader(connection: Connection): SweepReader {
  return {
    sweeps: () => connection.snapshot(() => readSweeps(connection)),
    sweep: (name) => connection.snapshot(() => readSweep(connection, name)),
    trials: (sweep) => readTrials(connection, sweep),
    runs: (sweep) => readRuns(connection, sweep),
    testMetrics: (trialId) => readTestMetrics(connection, trialId),
    epochs: (runId) => readEpochs(connection, runId),
    classMetrics: (runIds, split) => readClassMetrics(connection, runIds, split),
    confusion: (runIds, split) => readConfusion(connection, runIds, split),
    predictions: (runId, split) => readPredictions(connection, runId, split),
    run: (idPrefix) => connection.snapshot(() => readRun(connection, idPrefix)),
    findTrial: (idPrefix) => connection.snapshot(() => readTrial(connection, idPrefix)),
    query: (query) => connection.snapshot(() => queryRuns(connection, query)),
    sql: (statement, timeLimitMs) => runSql(connection.path, statement, timeLimitMs),
    fingerprint: (sweep) => connection.snapshot(() => fingerprintSweep(connection, sweep)),
    close: () => connection.close(),
  };
}
