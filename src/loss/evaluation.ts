import { type FocalParameters, type LogitBatch, nonTargetLogSumExp, softplus } from './focal-loss.js';

/** What logits predict, and their losses. */
export interface RowsEvaluation {
  /** Arg-max of every row; ties go to the lowest class. */
  readonly predictions: Uint16Array;
  /** Sum over the rows of the focal loss; NaN where a logit is not finite. */
  readonly focalLoss: number;
  /** Sum over the rows of −log p_t, in nats; NaN where a logit is not finite. */
  readonly crossEntropy: number;
}

/** Evaluates logits in float64. */
export function evaluateLogits(batch: LogitBatch, { alpha, gamma }: FocalParameters): RowsEvaluation {
  const { logits, targets, classes } = batch;
  const predictions = new Uint16Array(targets.length);
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
    const d = nonTargetLogSumExp(batch, start, target) - (logits[start + target] as number);
    const loss = softplus(d) + poison;
    crossEntropy += loss;
    focalLoss += (alpha[target] as number) * Math.exp(-gamma * softplus(-d)) * loss;
    predictions[row] = best;
  }
  return { predictions, focalLoss, crossEntropy };
}
