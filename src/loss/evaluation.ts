import { type FocalParameters, type LogitBatch, nonTargetLogSumExp, softplus } from './focal-loss.js';

/** What logits say of rows. */
export interface RowsEvaluation {
  /** Arg-max of every row; ties go to the lowest class. */
  readonly predictions: Uint16Array;
  /** Sum over the rows of the focal loss. */
  readonly focalLoss: number;
  /** Sum over the rows of −log p_t, in nats. */
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
    const d = nonTargetLogSumExp(batch, start, target) - (logits[start + target] as number);
    const loss = softplus(d);
    crossEntropy += loss;
    focalLoss += (alpha[target] as number) * Math.exp(-gamma * softplus(-d)) * loss;
    predictions[row] = argMax(logits, start, classes);
  }
  return { predictions, focalLoss, crossEntropy };
}

function argMax(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let j = 1; j < count; j++) {
    if ((values[start + j] as number) > (values[start + best] as number)) best = j;
  }
  return best;
}
