import { isProbabilityMetric, type Metric, type ScoredMetric } from '../../../metric.js';
import { splitMetrics } from '../../../metrics/classification-metrics.js';
import { confusionMatrix } from '../../../metrics/confusion.js';
import { MOST_DRAWS, RESAMPLE_SEED } from '../../../metrics/noise/bootstrap.js';
import { type DrawnScores, fewestDraws } from '../../../metrics/noise/scores/drawn-scores.js';
import { scoreBootstrap } from '../../../metrics/noise/scores/score-bootstrap.js';
import { crossEntropySum, probabilityMetrics } from '../../../metrics/probability-metrics.js';
import { storedProbabilities } from '../../../metrics/score-curves.js';
import { ensembleRows } from '../../../metrics/softmax.js';
import type { SweepReader } from '../../../store/store.js';
import type { ScoreDraws } from '../../../sweep.js';
import type { Configuration } from '../../ranking/configuration.js';
import type { EnsembleScores, Ensembles, SweepDetail } from '../facts.js';
import { groupsOfRows } from '../seed-rows.js';

interface Members {
  readonly sweep: SweepDetail;
  readonly configurations: readonly Configuration[];
  /** The metrics of probabilities that reports show. */
  readonly scored: readonly ScoredMetric[];
  /** Of their runs on the test rows. */
  readonly drawnScores: DrawnScores;
}

/** What the seeds of configurations reach together on the test rows; those of which not every seed has stored logits are left out. */
export async function readEnsembles(
  reader: SweepReader,
  { sweep, configurations, scored, drawnScores }: Members,
): Promise<Ensembles> {
  const classes = sweep.dataset.classNames.length;
  const known: [string, EnsembleScores][] = [];
  for (const { trialId, runs } of configurations) {
    if (runs.length < 2) continue;
    const members: Float64Array[] = [];
    for (const { runId } of runs) {
      const logits = await reader.logits(runId, 'test');
      if (logits !== null) members.push(storedProbabilities(logits, classes));
    }
    if (members.length < runs.length) continue;
    const ofRuns = runs.map(({ runId }): ScoreDraws => drawnScores.draws.get(runId) ?? new Map());
    const drawn = scored.filter((name) => ofRuns.every((own) => own.has(name)));
    known.push([
      trialId,
      scoresOf(members, sweep, { scored, drawn, draws: fewestDraws(ofRuns, MOST_DRAWS) }),
    ]);
  }
  return new Map(known);
}

interface Measuring extends Pick<Members, 'scored'> {
  /** Those of them whose draws are wanted. */
  readonly drawn: readonly ScoredMetric[];
  readonly draws: number;
}

function scoresOf(
  members: readonly Float64Array[],
  sweep: SweepDetail,
  { scored, drawn: names, draws }: Measuring,
): EnsembleScores {
  const { classNames, rareClasses, testLabels: targets } = sweep.dataset;
  const classes = classNames.length;
  const { columns, values, predictions } = ensembleRows(members, classes);
  const probabilityOf = (row: number) => values[row * classes + (targets[row] as number)] as number;
  const metric: Metric = { ...sweep.metric, ...(sweep.costs !== null && { costs: sweep.costs }) };
  const { metrics, classes: ofClasses } = splitMetrics({
    confusion: confusionMatrix(targets, predictions, classes),
    rareClasses,
    logLoss: crossEntropySum(targets.length, probabilityOf) / Math.max(1, targets.length),
    scores: scored.some(isProbabilityMetric)
      ? probabilityMetrics({ columns, targets, classes }, metric)
      : undefined,
    metric,
  });
  if (names.length === 0) return { metrics, predictions };
  const groups = groupsOfRows(sweep.dataset, 'test');
  const rows = { labels: targets, classCount: classes, groups, metric };
  const [drawn = new Map()] = scoreBootstrap(rows, [columns], names, { draws, seed: RESAMPLE_SEED });
  return { metrics, predictions, drawn: { draws: drawn, classes: ofClasses } };
}
