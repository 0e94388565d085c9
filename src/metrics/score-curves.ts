import { LOGIT_STEPS } from '../sweep.js';
import { type ClassThresholds, thresholdsOf } from './class-ranking.js';
import {
  allThresholds,
  type CalibrationBin,
  calibrationBins,
  type RowProbabilities,
} from './probability-metrics.js';
import { softmaxColumns } from './softmax.js';

/** The recalls at which a curve has its precision. */
export const RECALLS: readonly number[] = Array.from({ length: 51 }, (_, at) => at / 50);

/** How a run's probabilities rank the rows of each class, and how far they can be believed. */
export interface ScoreCurves {
  /** Per class, the precision at each of RECALLS; null for a class without rows. */
  readonly precisions: readonly (readonly number[] | null)[];
  readonly bins: readonly CalibrationBin[];
}

/** The curves of a run's stored logits. */
export function scoreCurves(rows: RowProbabilities): ScoreCurves {
  return {
    precisions: allThresholds(rows)
      .map((thresholds) => thresholds && precisionsOf(thresholds))
      .map((own) => own ?? null),
    bins: calibrationBins(rows),
  };
}

/** Probabilities as columns from stored logits, rows × classes. */
export function storedProbabilities(logits: Uint16Array, classes: number): Float64Array {
  return softmaxColumns(
    Float32Array.from(logits, (steps) => -steps / LOGIT_STEPS),
    classes,
  );
}

/** At each recall, the precision of the highest threshold that reaches it. */
function precisionsOf(thresholds: ClassThresholds): readonly number[] {
  const points = thresholdsOf(thresholds);
  let at = 0;
  return RECALLS.map((recall) => {
    while (at < points.length - 1 && (points[at]?.hits ?? 0) < recall * thresholds.rows - 1e-9) at++;
    const { hits = 0, misses = 0 } = points[at] ?? {};
    return hits / (hits + misses);
  });
}
