import { isScoredMetric, type MetricName, type MetricValues } from '../../../metric.js';
import type { ScoreDraws } from '../../../sweep.js';
import type { BootstrapRows } from '../bootstrap.js';
import type { RankedRows, ScoredRun, ScoredTable } from './score-noise.js';

/** What runs have of metrics of probabilities on a split, where their rows were drawn. */
export interface DrawnScores {
  /** By run id. */
  readonly draws: ReadonlyMap<string, ScoreDraws>;
  /** By run id, by class. */
  readonly classes: ReadonlyMap<string, readonly RankedRows[]>;
}

/** Runs whose rows were drawn when they were measured, by trial. */
export interface ScoredTrials {
  readonly trials: readonly (readonly ScoredRun[])[];
  readonly table: ScoredTable;
}

interface MeasuredRun {
  readonly runId: string;
  readonly metrics: MetricValues;
}

/** The runs of each trial with the draws of a metric; undefined where a run that has the metric was measured without. */
export function scoredTrialsOf(
  name: MetricName,
  trials: readonly (readonly MeasuredRun[])[],
  { draws, classes }: DrawnScores,
  rows: ScoredTable & Pick<BootstrapRows, 'rowsOf'>,
): ScoredTrials | undefined {
  if (!isScoredMetric(name)) return undefined;
  const isMissing = ({ runId, metrics }: MeasuredRun): boolean =>
    !(Number.isNaN(metrics[name]) || draws.get(runId)?.has(name));
  if (trials.some((runs) => runs.some(isMissing))) return undefined;
  return {
    table: rows,
    trials: trials.map((runs, trial) =>
      runs.map(({ runId }, at) => ({
        draws: draws.get(runId)?.get(name) ?? new Float32Array(),
        classes: classes.get(runId) ?? [],
        rows: rows.rowsOf?.[trial]?.[at],
      })),
    ),
  };
}

/** The fewest draws that a metric of these runs has; `most` where none has any. */
export function fewestDraws(runs: Iterable<ScoreDraws>, most: number): number {
  const counts = [...runs].flatMap((own) => [...own.values()].map(({ length }) => length));
  return counts.reduce((least, count) => Math.min(least, count), most);
}
