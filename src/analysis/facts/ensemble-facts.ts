import { isProbabilityMetric, type Metric, type ScoredMetric } from '../../metric.js';
import { splitMetrics } from '../../metrics/classification-metrics.js';
import { confusionMatrix } from '../../metrics/confusion.js';
import { RESAMPLE_SEED } from '../../metrics/noise/bootstrap.js';
import type { DrawnScores } from '../../metrics/noise/scores/drawn-scores.js';
import { scoreBootstrap } from '../../metrics/noise/scores/score-bootstrap.js';
import { crossEntropySum, probabilityMetrics } from '../../metrics/probability-metrics.js';
import { storedProbabilities } from '../../metrics/score-curves.js';
import { ensembleRows } from '../../metrics/softmax.js';
import type { SweepReader } from '../../store/store.js';
import type { Configuration } from '../ranking/configuration.js';
import type { EnsembleScores, Ensembles, SweepDetail } from './facts.js';
import { groupsOfRows } from './seed-rows.js';

/** What the seeds of configurations reach together on the test rows; those of which not every seed has stored logits are left out. */
export async function readEnsembles(
  reader: SweepReader,
  sweep: SweepDetail,
  configurations: readonly Configuration[],
  drawnScores: DrawnScores,
): Promise<Ensembles> {
  const classes = sweep.dataset.classNames.length;
  const name = sweep.metric.name as ScoredMetric; // Of other metrics there are no draws.
  const known: [string, EnsembleScores][] = [];
  for (const { trialId, runs } of configurations) {
    if (runs.length < 2) continue;
    const members: Float64Array[] = [];
    for (const { runId } of runs) {
      const logits = await reader.logits(runId, 'test');
      if (logits !== null) members.push(storedProbabilities(logits, classes));
    }
    if (members.length < runs.length) continue;
    const draws = runs.map(({ runId }) => drawnScores.draws.get(runId)?.get(name)?.length ?? 0);
    known.push([trialId, scoresOf(members, sweep, Math.min(...draws))]);
  }
  return new Map(known);
}

function scoresOf(members: readonly Float64Array[], sweep: SweepDetail, draws: number): EnsembleScores {
  const { classNames, rareClasses, testLabels: targets } = sweep.dataset;
  const classes = classNames.length;
  const { columns, values, predictions } = ensembleRows(members, classes);
  const probabilityOf = (row: number) => values[row * classes + (targets[row] as number)] as number;
  const metric: Metric = { ...sweep.metric, ...(sweep.costs !== null && { costs: sweep.costs }) };
  const { metrics, classes: ofClasses } = splitMetrics({
    confusion: confusionMatrix(targets, predictions, classes),
    rareClasses,
    logLoss: crossEntropySum(targets.length, probabilityOf) / Math.max(1, targets.length),
    scores: isProbabilityMetric(metric.name)
      ? probabilityMetrics({ columns, targets, classes }, metric)
      : undefined,
    metric,
  });
  if (draws === 0) return { metrics, predictions };
  const groups = groupsOfRows(sweep.dataset, 'test');
  const rows = { labels: targets, classCount: classes, groups, metric };
  const [drawn = new Map()] = scoreBootstrap(rows, [columns], [metric.name as ScoredMetric], {
    draws,
    seed: RESAMPLE_SEED,
  });
  return { metrics, predictions, drawn: { draws: drawn, classes: ofClasses } };
}
