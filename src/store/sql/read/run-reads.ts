import type { MetricValues } from '../../../metric.js';
import type { ClassMetrics, ColumnImportance, EpochRecord, ScoreDraws } from '../../../sweep.js';
import { toUint16, toUint32 } from '../../content/blobs.js';
import { byRun } from '../../content/by-run.js';
import { scoreDrawsOf } from '../../content/draw-rows.js';
import { importanceOf } from '../../content/importance-rows.js';
import { classOf, epochOf, metricsOf } from '../../content/result-rows.js';
import type { AttemptRow, ScoredSplit } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';

/** Test metrics of a trial's finished runs by run id, with the costs of a sweep. */
export function readTestMetrics(
  connection: Connection,
  sweep: string,
  trialId: string,
): ReadonlyMap<string, MetricValues> {
  const rows = connection.all(
    queries
      .selectFrom('runs')
      .innerJoin('split_metrics', 'split_metrics.run_id', 'runs.run_id')
      .leftJoin('expected_costs', (join) =>
        join
          .onRef('expected_costs.run_id', '=', 'runs.run_id')
          .onRef('expected_costs.split', '=', 'split_metrics.split')
          .on('expected_costs.sweep', '=', sweep),
      )
      .selectAll('split_metrics')
      .select('expected_cost')
      .where('trial_id', '=', trialId)
      .where('split_metrics.split', '=', 'test')
      .orderBy('seed'),
  );
  return new Map(rows.map((row) => [row.run_id, metricsOf(row)]));
}

/** The names of the sweeps that have each of these runs, for those that have a result. */
export function readFinished(
  connection: Connection,
  runIds: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const rows = connection.all(
    queries
      .selectFrom('results')
      .innerJoin('sweep_runs', 'sweep_runs.run_id', 'results.run_id')
      .select(['results.run_id', 'sweep'])
      .where('results.run_id', 'in', listed(runIds))
      .orderBy('sweep'),
  );
  return byRun(rows, ({ sweep }) => sweep);
}

/** Validation metrics of the sweep's finished runs by run id. */
export function readScores(connection: Connection, sweep: string): ReadonlyMap<string, MetricValues> {
  const rows = connection.all(
    queries
      .selectFrom('sweep_runs')
      .innerJoin('split_metrics', 'split_metrics.run_id', 'sweep_runs.run_id')
      .leftJoin('expected_costs', (join) =>
        join
          .onRef('expected_costs.run_id', '=', 'sweep_runs.run_id')
          .onRef('expected_costs.split', '=', 'split_metrics.split')
          .onRef('expected_costs.sweep', '=', 'sweep_runs.sweep'),
      )
      .selectAll('split_metrics')
      .select('expected_cost')
      .where('sweep_runs.sweep', '=', sweep)
      .where('split_metrics.split', '=', 'validation'),
  );
  return new Map(rows.map((row) => [row.run_id, metricsOf(row)]));
}

/** A run's epochs in order; empty before it has finished. */
export function readEpochs(connection: Connection, runId: string): readonly EpochRecord[] {
  const rows = connection.all(
    queries.selectFrom('epochs').selectAll().where('run_id', '=', runId).orderBy('epoch'),
  );
  return rows.map(epochOf);
}

/** Per finished run, the metrics of each class on a split. */
export function readClassMetrics(
  connection: Connection,
  runIds: readonly string[],
  split: ScoredSplit,
): ReadonlyMap<string, readonly ClassMetrics[]> {
  const rows = connection.all(
    queries
      .selectFrom('class_metrics')
      .selectAll()
      .where('run_id', 'in', listed(runIds))
      .where('split', '=', split)
      .orderBy('run_id')
      .orderBy('class_index'),
  );
  return byRun(rows, classOf);
}

/** The confusion matrices of finished runs, summed. */
export function readConfusion(
  connection: Connection,
  runIds: readonly string[],
  split: ScoredSplit,
): Uint32Array {
  const rows = connection.all(
    queries
      .selectFrom('confusions')
      .select('counts')
      .where('run_id', 'in', listed(runIds))
      .where('split', '=', split),
  );
  const matrices = rows.map(({ counts }) => toUint32(counts));
  const sum = new Uint32Array(matrices[0]?.length ?? 0);
  for (const matrix of matrices) {
    matrix.forEach((count, cell) => {
      sum[cell] = (sum[cell] as number) + count;
    });
  }
  return sum;
}

/** Per finished run, the predicted class of each row of a split. */
export function readPredictions(
  connection: Connection,
  runIds: readonly string[],
  split: ScoredSplit,
): ReadonlyMap<string, Uint16Array> {
  const rows = connection.all(
    queries
      .selectFrom('predictions')
      .select(['run_id', 'classes'])
      .where('run_id', 'in', listed(runIds))
      .where('split', '=', split),
  );
  return new Map(rows.map(({ run_id, classes }) => [run_id, toUint16(classes)]));
}

/** By run id, metrics of probabilities in each draw of a split's rows. */
export function readScoreDraws(
  connection: Connection,
  runIds: readonly string[],
  split: ScoredSplit,
): ReadonlyMap<string, ScoreDraws> {
  const rows = queries.selectFrom('score_draws').selectAll().where('run_id', 'in', listed(runIds));
  return scoreDrawsOf(connection.all(rows.where('split', '=', split)));
}

/** By run id, what columns mean to the models of finished runs. */
export function readColumnImportance(
  connection: Connection,
  runIds: readonly string[],
): ReadonlyMap<string, readonly ColumnImportance[]> {
  const rows = connection.all(
    queries
      .selectFrom('column_importance')
      .selectAll()
      .where('run_id', 'in', listed(runIds))
      .orderBy('run_id')
      .orderBy('column_index'),
  );
  return byRun(rows, importanceOf);
}

/** Every attempt at a run of the sweep, in the order in which they started. */
export function readAttempts(connection: Connection, sweep: string): readonly AttemptRow[] {
  const rows = connection.all(
    queries
      .selectFrom('attempts')
      .select(['run_id', 'worker', 'started_at_ms', 'ended_at_ms', 'error'])
      .where('sweep', '=', sweep)
      .orderBy('started_at_ms')
      .orderBy('attempt_id'),
  );
  return rows.map((row) => ({
    runId: row.run_id,
    worker: row.worker,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    error: row.error,
  }));
}
