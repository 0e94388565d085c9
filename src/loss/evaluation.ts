import {
  adjustedBatch,
  belowOthers,
  type FocalParameters,
  type LogitBatch,
  lossOfRow,
  softplus,
} from './focal-loss.js';
import { requireLossArguments } from './loss-arguments.js';

/** What logits predict, and their losses. */
export interface RowsEvaluation {
  /** Arg-max of every row, without offsets and margins; ties go to the lowest class. */
  readonly predictions: Uint16Array;
  /** Sum over the rows of the loss; NaN where a logit is not finite. */
  readonly focalLoss: number;
  /** Sum over the rows of −log p_t, in nats, without offsets and margins; NaN where a logit is not finite. */
  readonly crossEntropy: number;
}

/** The same of logits, row by row too. */
export interface LogitsEvaluation extends RowsEvaluation {
  /** −log p_t of every row, the terms of `crossEntropy`. */
  readonly rowCrossEntropies: Float64Array;
}

/** Evaluates logits in float64. Throws UserError for arguments that do not fit. */
export function evaluateLogits(batch: LogitBatch, parameters: FocalParameters): LogitsEvaluation {
  requireLossArguments(batch, parameters);
  const adjusted = adjustedBatch(batch, parameters);
  const { logits, targets, classes } = batch;
  const predictions = new Uint16Array(targets.length);
  const rowCrossEntropies = new Float64Array(targets.length);
  let focalLoss = 0;
  let crossEntropy = 0;
  for (let row = 0; row < targets.length; row++) {
    const start = row * classes;
    const target = targets[row] as number;
    let best = 0;
    let poison = 0;
    for (let j = 0; j < classes; j++) {
      if ((logits[start + j] as number) > (logits[start + best] as number)) best = j;
      poison += (logits[start + j] as number) * 0;
    }
    const plain = belowOthers(batch, start, target);
    const below = adjusted === batch ? plain : belowOthers(adjusted, start, target);
    const own = softplus(plain) + poison;
    rowCrossEntropies[row] = own;
    crossEntropy += own;
    focalLoss += lossOfRow(below, target, parameters) + poison;
    predictions[row] = best;
  }
  return { predictions, focalLoss, crossEntropy, rowCrossEntropies };
}
