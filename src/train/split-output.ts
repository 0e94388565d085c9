import type { RowsEvaluation } from '../loss/evaluation.js';
import type { SplitOutput } from './trainer.js';

/** What an evaluation says of the rows of a split. */
export function outputOf({ predictions, focalLoss, crossEntropy }: RowsEvaluation): SplitOutput {
  const rows = Math.max(1, predictions.length);
  return { predictions, loss: focalLoss / rows, logLoss: crossEntropy / rows };
}

/** The values at these positions: rows of a split by their positions in it, or classes by rows. */
export function valuesAt(values: Int32Array, positions: Int32Array): Int32Array {
  return positions.map((position) => values[position] as number);
}
