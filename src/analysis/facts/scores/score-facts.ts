import { priorCorrection } from '../../../loss/prior-correction.js';
import { type CountMetric, isCountMetric, type Metric, parameterValue } from '../../../metric.js';
import { decisionEffects } from '../../../metrics/decisions/decisions.js';
import { adjustLogits, type LogitAdjustment } from '../../../metrics/decisions/logit-adjustment.js';
import type { ScoredRows } from '../../../metrics/decisions/scored-rows.js';
import {
  type ClassColumn,
  type StatedLimit,
  statedThreshold,
} from '../../../metrics/decisions/stated-limits.js';
import { scoreCurves, storedProbabilities } from '../../../metrics/score-curves.js';
import { isForProgram } from '../../../program.js';
import type { SweepReader } from '../../../store/store.js';
import type { AnyConfig } from '../../../sweep.js';
import type { Configuration } from '../../ranking/configuration.js';
import type { RunScores, ScoreFacts, SweepDetail, SweepFacts } from '../facts.js';
import { labelsOfSeed, trainRowsOfSeed } from '../seed-rows.js';

/** Logits are by far the largest facts, so everything that needs a run's is computed when they are read, and they are not kept. */
export async function readLogitFacts(
  reader: SweepReader,
  { sweep, runs, predictions: predictionsOf }: ScoreFacts,
  shown: readonly Configuration[],
): Promise<Pick<SweepFacts, 'adjustments' | 'scores'>> {
  const { dataset, metric } = sweep;
  const { testLabels, rareClasses } = dataset;
  const tunedBy = tuningMetric(metric);
  const adjustments = new Map<string, LogitAdjustment>();
  const scores = new Map<string, RunScores>();
  for (const { runId, trialId, seed } of runs) {
    const logits = await reader.logits(runId, 'validation');
    const predictions = predictionsOf.get(runId);
    if (logits === null || predictions === undefined) continue;
    const known = { rareClasses, metric, trainSupport: trainRowsOfSeed(dataset, seed) };
    const validation = { ...known, logits, predictions, labels: labelsOfSeed(dataset, seed) };
    adjustments.set(runId, adjustLogits(validation, tunedBy));
    const config = shown.find((own) => own.trialId === trialId)?.config;
    if (config === undefined) continue;
    const testLogits = await reader.logits(runId, 'test');
    const tested = (await reader.predictions([runId], 'test')).get(runId);
    const test =
      testLogits === null || tested === undefined
        ? null
        : { ...known, logits: testLogits, predictions: tested, labels: testLabels };
    const priorOffsets = priorOffsetsOf(config, { ...dataset, ...known });
    scores.set(runId, {
      ...curvesAndThresholds(sweep, validation, test),
      decisions: decisionEffects({ validation, test, priorOffsets, costs: sweep.costs }, tunedBy),
    });
  }
  return { adjustments, scores };
}

/** What chooses τ. */
export function tuningMetric({ name }: Metric): CountMetric {
  return isCountMetric(name) ? name : 'macro_f1';
}

/** What undoes a configuration's weights of classes; a program's sampler is not known. */
export function priorOffsetsOf(
  config: AnyConfig,
  { classNames, trainSupport }: Parameters<typeof priorCorrection>[1],
): readonly number[] | null {
  return isForProgram(config) ? null : priorCorrection(config, { classNames, trainSupport });
}

/** A limit that a threshold of a class is to keep. */
export interface ClassLimit {
  readonly classIndex: number;
  readonly limit: StatedLimit;
}

/** The limits of a sweep: for the smaller of two classes, or each rare one. */
export function classLimits({
  dataset,
  metric,
}: Pick<SweepDetail, 'dataset' | 'metric'>): readonly ClassLimit[] {
  const limits = [
    { kind: 'precision', value: parameterValue('recall_at_precision', metric) as number },
    { kind: 'fpr', value: parameterValue('recall_at_fpr', metric) as number },
  ] as const;
  return (dataset.classNames.length === 2 ? [1] : dataset.rareClasses).flatMap((classIndex) =>
    limits.map((limit) => ({ classIndex, limit })),
  );
}

/** The column of a class of probabilities, class after class. */
export function columnOf(
  values: Float64Array,
  { labels }: Pick<ScoredRows, 'labels'>,
  cls: number,
): ClassColumn {
  return {
    column: values.subarray(cls * labels.length, (cls + 1) * labels.length),
    isOwn: Uint8Array.from(labels, (label) => Number(label === cls)),
  };
}

function curvesAndThresholds(
  sweep: SweepDetail,
  validation: ScoredRows,
  test: ScoredRows | null,
): Pick<RunScores, 'curves' | 'thresholds'> {
  const classes = sweep.dataset.classNames.length;
  const columns = storedProbabilities(validation.logits, classes);
  const tested = test && storedProbabilities(test.logits, classes);
  const thresholds = classLimits(sweep).map(({ classIndex, limit }) => ({
    classIndex,
    limit: limit.kind,
    value: limit.value,
    ...statedThreshold(
      columnOf(columns, validation, classIndex),
      test && tested && columnOf(tested, test, classIndex),
      limit,
    ),
  }));
  return { curves: scoreCurves({ columns, targets: validation.labels, classes }), thresholds };
}
