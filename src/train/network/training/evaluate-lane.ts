import type { SharedDataset } from '../../../data/dataset.js';
import type { RowsEvaluation } from '../../../loss/evaluation.js';
import type { LaneProgram } from '../engine.js';

/** Rows evaluated together: limits memory and the time between checks of the stop flag. Changing it changes results. */
export const SLICE_ROWS = 2048;

/** A lane's weights and the data to evaluate them on. */
export interface LaneEvaluation {
  readonly program: LaneProgram;
  readonly lane: number;
  readonly dataset: SharedDataset;
  readonly shouldStop: () => boolean;
}

/** Losses and predictions of a lane's weights on dataset rows; undefined after a request to stop. */
export async function evaluateRows(
  { program, lane, shouldStop }: LaneEvaluation,
  rows: Int32Array,
): Promise<RowsEvaluation | undefined> {
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
  return { predictions, focalLoss, crossEntropy };
}

/** The lane's logits on dataset rows; undefined after a request to stop. */
export async function logitsOfRows(
  { program, lane, dataset, shouldStop }: LaneEvaluation,
  rows: Int32Array,
): Promise<Float32Array | undefined> {
  const classes = dataset.classNames.length;
  const logits = new Float32Array(rows.length * classes);
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    if (shouldStop()) return undefined;
    logits.set(await program.predict(lane, rows.subarray(from, from + SLICE_ROWS)), from * classes);
  }
  return logits;
}
