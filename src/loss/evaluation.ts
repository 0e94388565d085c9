import {
  adjustedBatch,
  type FocalParameters,
  type LogitBatch,
  nonTargetLogSumExp,
  softplus,
} from './focal-loss.js';

/** What logits predict, and their losses. */
export interface RowsEvaluation {
  /** Arg-max of every row, without offsets; ties go to the lowest class. */
  readonly predictions: Uint16Array;
  /** Sum over the rows of the focal loss; NaN where a logit is not finite. */
  readonly focalLoss: number;
  /** Sum over the rows of −log p_t, in nats, without offsets; NaN where a logit is not finite. */
  readonly crossEntropy: number;
}

/** Evaluates logits in float64. */
export function evaluateLogits(batch: LogitBatch, parameters: FocalParameters): RowsEvaluation {
  const { alpha, gamma, offsets } = parameters;
  const adjusted = adjustedBatch(batch, parameters);
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
    const plain = distance(batch, start, target);
    const d = offsets === undefined ? plain : distance(adjusted, start, target);
    crossEntropy += softplus(plain) + poison;
    focalLoss += (alpha[target] as number) * Math.exp(-gamma * softplus(-d)) * (softplus(d) + poison);
    predictions[row] = best;
  }
  return { predictions, focalLoss, crossEntropy };
}

/** How far the target's logit lies below the others' logsumexp. */
function distance(batch: LogitBatch, start: number, target: number): number {
  return nonTargetLogSumExp(batch, start, target) - (batch.logits[start + target] as number);
}
