import type { RowsEvaluation } from '../../../loss/evaluation.js';
import type { EpochRows } from '../../folds/run-epochs.js';
import { outputOf, valuesAt } from '../../split-output.js';
import type { SplitOutput } from '../../trainer.js';
import { evaluateRows, type LaneEvaluation, logitsOfRows } from './evaluate-lane.js';

/** Losses and predictions of the validation rows, and the cross-entropy of each part of them. */
export interface PartedEvaluation extends RowsEvaluation {
  readonly crossEntropies: readonly number[];
}

/** Evaluates the validation rows part by part; `parts` has their positions. Undefined after a request to stop. */
export async function evaluateParts(
  on: LaneEvaluation,
  parts: readonly Int32Array[],
): Promise<PartedEvaluation | undefined> {
  const { validation } = on.dataset.split;
  const predictions = new Uint16Array(validation.length);
  const crossEntropies: number[] = [];
  let focalLoss = 0;
  for (const positions of parts) {
    const part = await evaluateRows(on, valuesAt(validation, positions));
    if (part === undefined) return undefined;
    scatter(part.predictions, positions, predictions, 1);
    crossEntropies.push(part.crossEntropy);
    focalLoss += part.focalLoss;
  }
  const crossEntropy = crossEntropies.reduce((sum, own) => sum + own, 0);
  return { predictions, focalLoss, crossEntropy, crossEntropies };
}

/** Loss, predictions and logits of the validation rows, each under the weights of its epoch; undefined after a request to stop. */
export async function evaluateEpochs(
  on: LaneEvaluation,
  parts: readonly EpochRows[],
  useWeights: (epoch: number) => Promise<void>,
): Promise<SplitOutput | undefined> {
  const { split, classNames } = on.dataset;
  const count = split.validation.length;
  const predictions = new Uint16Array(count);
  const logits = new Float32Array(count * classNames.length);
  let [focalLoss, crossEntropy] = [0, 0];
  for (const { epoch, positions } of parts) {
    await useWeights(epoch);
    const rows = valuesAt(split.validation, positions);
    const part = await evaluateRows(on, rows);
    const partLogits = await logitsOfRows(on, rows);
    if (part === undefined || partLogits === undefined) return undefined;
    scatter(part.predictions, positions, predictions, 1);
    scatter(partLogits, positions, logits, classNames.length);
    focalLoss += part.focalLoss;
    crossEntropy += part.crossEntropy;
  }
  return { ...outputOf({ predictions, focalLoss, crossEntropy }), logits };
}

/** Puts the values of each row, `width` of them, where the row belongs. */
function scatter<Values extends Uint16Array | Float32Array>(
  values: Values,
  positions: Int32Array,
  to: Values,
  width: number,
): void {
  for (let from = 0; from < positions.length; from++) {
    const at = positions[from] as number;
    for (let j = 0; j < width; j++) to[at * width + j] = values[from * width + j] as number;
  }
}
