import type { CalibrationBin } from '../../metrics/probability-metrics.js';
import { RECALLS, type ScoreCurves } from '../../metrics/score-curves.js';
import { sum } from '../../wording/numbers.js';
import type { ClassScores, SweepFacts } from '../facts/facts.js';
import type { Configuration } from '../ranking/configuration.js';
import type { ClassCurve, ScoreView } from './findings.js';

/** Precision-recall curves and reliability of configurations whose logits are stored, over their seeds. */
export function scoreViews(
  { scores, classScores, sweep: { dataset } }: Pick<SweepFacts, 'scores' | 'classScores' | 'sweep'>,
  shown: readonly Configuration[],
): readonly ScoreView[] {
  return shown.flatMap(({ trialId, label, isCrossEntropy, runs }) => {
    const stored = runs.filter(({ runId }) => scores.has(runId));
    const curves = stored.flatMap(({ runId }) => scores.get(runId)?.curves ?? []);
    if (curves.length === 0) return [];
    const ids = stored.map(({ runId }) => runId);
    const classes = dataset.classNames.map((name, index) => ({
      name,
      rare: dataset.rareClasses.includes(index),
      rows: dataset.support.validation[index] ?? 0,
      averagePrecision: meanAveragePrecision(classScores, ids, index),
      precisions: meanCurve(curves, index),
    }));
    const bins = pooledBins(curves);
    return [
      { trialId, label, isCrossEntropy, seeds: curves.length, classes, bins, ece: calibrationError(bins) },
    ];
  });
}

/** Mean over the seeds of the precision at each recall; empty for a class without rows. */
function meanCurve(curves: readonly ScoreCurves[], cls: number): ClassCurve['precisions'] {
  const own = curves.flatMap(({ precisions }) => precisions[cls] ?? []);
  if (own.length === 0) return [];
  return RECALLS.map(
    (_, at) => sum(curves.map(({ precisions }) => precisions[cls]?.[at] ?? Number.NaN)) / curves.length,
  );
}

function meanAveragePrecision(scores: ClassScores, runIds: readonly string[], cls: number): number | null {
  const values = runIds.flatMap((runId) => scores.get(runId)?.[cls]?.ranking?.averagePrecision ?? []);
  return values.length === 0 ? null : sum(values) / values.length;
}

/** The rows of all seeds together. */
function pooledBins(curves: readonly ScoreCurves[]): readonly CalibrationBin[] {
  return (curves[0]?.bins ?? []).flatMap((_, at) => {
    const own = curves.flatMap(({ bins }) => bins[at] ?? []).filter(({ rows }) => rows > 0);
    const rows = sum(own.map((bin) => bin.rows));
    const mean = (name: 'confidence' | 'accuracy'): number =>
      sum(own.map((bin) => bin.rows * bin[name])) / rows;
    return rows === 0 ? [] : [{ rows, confidence: mean('confidence'), accuracy: mean('accuracy') }];
  });
}

function calibrationError(bins: readonly CalibrationBin[]): number {
  const rows = sum(bins.map((bin) => bin.rows));
  return sum(bins.map((bin) => (bin.rows / rows) * Math.abs(bin.confidence - bin.accuracy)));
}
