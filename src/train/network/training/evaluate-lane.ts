import type { SharedDataset } from '../../../data/dataset.js';
import { isProbabilityMetric, type Metric } from '../../../metric.js';
import type { SplitName, SplitResult } from '../../../sweep.js';
import { scoreSplit } from '../../score.js';
import type { LaneProgram } from '../engine.js';

/** Rows evaluated together: limits memory and the time between checks of the stop flag. Changing it changes results. */
const SLICE_ROWS = 2048;

/** A lane's weights and a split to evaluate them on. */
export interface LaneEvaluation {
  readonly program: LaneProgram;
  readonly lane: number;
  readonly dataset: SharedDataset;
  readonly split: SplitName;
  readonly shouldStop: () => boolean;
}

/**
 * Loss, metrics and predictions of a lane's weights on a split; undefined after a request to stop. The logits are computed only
 * for a sweep's metric that needs them: that takes as long as everything else here.
 */
export async function evaluateLane(
  options: LaneEvaluation & { readonly metric: Metric },
): Promise<SplitResult | undefined> {
  const { program, lane, dataset, split, shouldStop, metric } = options;
  const rows = dataset.split[split];
  const predictions = new Uint16Array(rows.length);
  let focalLoss = 0;
  let crossEntropy = 0;
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    if (shouldStop()) return undefined;
    const slice = await program.evaluate(lane, rows.subarray(from, from + SLICE_ROWS));
    predictions.set(slice.predictions, from);
    focalLoss += slice.focalLoss;
    crossEntropy += slice.crossEntropy;
  }
  const count = Math.max(1, rows.length);
  const output = { predictions, loss: focalLoss / count, logLoss: crossEntropy / count };
  if (!isProbabilityMetric(metric.name)) return scoreSplit(output, split, { ...dataset, metric });
  const logits = await laneLogits(options);
  return logits && scoreSplit({ ...output, logits }, split, { ...dataset, metric });
}

/** The lane's logits on a split; undefined after a request to stop. */
export async function laneLogits(options: LaneEvaluation): Promise<Float32Array | undefined> {
  const { program, lane, dataset, split, shouldStop } = options;
  const rows = dataset.split[split];
  const logits = new Float32Array(rows.length * dataset.classNames.length);
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    if (shouldStop()) return undefined;
    const slice = await program.predict(lane, rows.subarray(from, from + SLICE_ROWS));
    logits.set(slice, from * dataset.classNames.length);
  }
  return logits;
}
