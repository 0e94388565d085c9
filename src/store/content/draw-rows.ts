import type { ScoredMetric } from '../../metric.js';
import type { RunResult, ScoreDraws } from '../../sweep.js';
import type { ScoredSplit } from '../store.js';
import { fromFloat32, toFloat32 } from './blobs.js';

/** A metric of a run in each draw of a split's rows. */
export interface ScoreDrawRow {
  readonly run_id: string;
  readonly split: ScoredSplit;
  readonly metric: ScoredMetric;
  /** float32 little-endian. */
  readonly draws: Uint8Array;
}

/** A row per split and metric, in their order. */
export function scoreDrawRows({ runId, scoreDraws }: RunResult): readonly ScoreDrawRow[] {
  if (scoreDraws === undefined) return [];
  return (['test', 'validation'] as const).flatMap((split) =>
    [...scoreDraws[split]]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([metric, draws]) => ({ run_id: runId, split, metric, draws: fromFloat32(draws) })),
  );
}

/** The draws of runs, by run id. */
export function scoreDrawsOf(rows: readonly ScoreDrawRow[]): ReadonlyMap<string, ScoreDraws> {
  const byRun = new Map<string, Map<ScoredMetric, Float32Array>>();
  for (const { run_id, metric, draws } of rows) {
    const own = byRun.get(run_id) ?? new Map<ScoredMetric, Float32Array>();
    byRun.set(run_id, own.set(metric, toFloat32(draws)));
  }
  return byRun;
}
