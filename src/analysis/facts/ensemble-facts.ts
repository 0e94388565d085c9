import { isProbabilityMetric, type Metric } from '../../metric.js';
import { splitMetrics } from '../../metrics/classification-metrics.js';
import { confusionMatrix } from '../../metrics/confusion.js';
import { crossEntropySum, probabilityMetrics } from '../../metrics/probability-metrics.js';
import { storedProbabilities } from '../../metrics/score-curves.js';
import { ensembleRows } from '../../metrics/softmax.js';
import type { SweepReader } from '../../store/store.js';
import type { Configuration } from '../ranking/configuration.js';
import type { EnsembleScores, Ensembles, SweepDetail } from './facts.js';

/** What the seeds of configurations reach together on the test rows; those of which not every seed has stored logits are left out. */
export async function readEnsembles(
  reader: SweepReader,
  sweep: SweepDetail,
  configurations: readonly Configuration[],
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
    if (members.length === runs.length) known.push([trialId, scoresOf(members, sweep)]);
  }
  return new Map(known);
}

function scoresOf(members: readonly Float64Array[], sweep: SweepDetail): EnsembleScores {
  const { classNames, rareClasses, testLabels: targets } = sweep.dataset;
  const classes = classNames.length;
  const { columns, values, predictions } = ensembleRows(members, classes);
  const probabilityOf = (row: number) => values[row * classes + (targets[row] as number)] as number;
  const metric: Metric = { ...sweep.metric, ...(sweep.costs !== null && { costs: sweep.costs }) };
  const { metrics } = splitMetrics({
    confusion: confusionMatrix(targets, predictions, classes),
    rareClasses,
    logLoss: crossEntropySum(targets.length, probabilityOf) / Math.max(1, targets.length),
    scores: isProbabilityMetric(metric.name)
      ? probabilityMetrics({ columns, targets, classes }, metric)
      : undefined,
    metric,
  });
  return { metrics, predictions };
}
