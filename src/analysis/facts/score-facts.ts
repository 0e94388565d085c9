import { isCountMetric } from '../../metric.js';
import { adjustLogits, type LogitAdjustment } from '../../metrics/post-hoc-adjustment.js';
import { type ScoreCurves, scoreCurves, storedProbabilities } from '../../metrics/score-curves.js';
import type { SweepReader } from '../../store/store.js';
import type { ScoreFacts, SweepFacts } from './facts.js';

/** Logits are by far the largest facts, so everything that needs a run's is computed when they are read, and they are not kept. */
export async function readLogitFacts(
  reader: SweepReader,
  { sweep: { dataset, metric }, runs, predictions: predictionsOf }: ScoreFacts,
  /** Ids of the runs whose curves are shown. */
  shown: readonly string[],
): Promise<Pick<SweepFacts, 'adjustments' | 'scoreCurves'>> {
  const { validationLabels: labels, rareClasses, support } = dataset;
  const classes = dataset.classNames.length;
  const tunedBy = isCountMetric(metric.name) ? metric.name : 'macro_f1';
  const adjustments = new Map<string, LogitAdjustment>();
  const curves = new Map<string, ScoreCurves>();
  for (const { runId } of runs) {
    const logits = await reader.logits(runId, 'validation');
    const predictions = predictionsOf.get(runId);
    if (logits === null || predictions === undefined) continue;
    const run = { logits, predictions, labels, rareClasses, metric, trainSupport: support.train };
    adjustments.set(runId, adjustLogits(run, tunedBy));
    if (!shown.includes(runId)) continue;
    const columns = storedProbabilities(logits, classes);
    curves.set(runId, scoreCurves({ columns, targets: labels, classes }));
  }
  return { adjustments, scoreCurves: curves };
}
