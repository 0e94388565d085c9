import { requireLossArguments, requireReduction } from './loss-arguments.js';

/** How the losses of rows become one number; `mean` divides by the number of rows, not by the sum of α. */
export type Reduction = 'none' | 'sum' | 'mean';

/** The parameters of the loss. */
export interface FocalParameters {
  /** α of every class. */
  readonly alpha: ArrayLike<number>;
  readonly gamma: number;
  /** What the loss adds to the logits of every class; nothing when absent. */
  readonly offsets?: ArrayLike<number>;
  /** What the loss takes off the logit of a row's own class, by class; nothing when absent. Cao et al. 2019. */
  readonly margins?: ArrayLike<number>;
  /** ε of Poly-1, which adds ε · α_t · (1 − p_t)^(γ + 1); nothing when absent. Leng et al. 2022. */
  readonly polyEpsilon?: number;
}

/** Logits (rows × classes, row-major; at least two classes) with the target class of every row. */
export interface LogitBatch {
  readonly logits: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
  readonly classes: number;
}

/**
 * log Σ exp(z_j) over the classes j ≠ target of the row that starts at `start`. With d = this − z_target the row is a
 * two-class problem, p_t = σ(−d): log p_t = −softplus(d) and log(1 − p_t) = −softplus(−d), both exact at either end,
 * where log-softmax would lose log p_t → 0 to cancellation.
 */
function nonTargetLogSumExp(batch: LogitBatch, start: number, target: number): number {
  const { logits, classes } = batch;
  let largest = -Infinity;
  for (let j = 0; j < classes; j++) {
    if (j !== target) largest = Math.max(largest, logits[start + j] as number);
  }
  let sum = 0;
  for (let j = 0; j < classes; j++) {
    if (j !== target) sum += Math.exp((logits[start + j] as number) - largest);
  }
  return largest + Math.log(sum);
}

/** How far the target's logit lies below the others' logsumexp. */
export function belowOthers(batch: LogitBatch, start: number, target: number): number {
  return nonTargetLogSumExp(batch, start, target) - (batch.logits[start + target] as number);
}

/** The logits that the loss is of. */
export function adjustedBatch(batch: LogitBatch, { offsets }: FocalParameters): LogitBatch {
  if (offsets === undefined) return batch;
  const { logits, classes } = batch;
  return {
    ...batch,
    logits: Float64Array.from(logits, (z, at) => z + (offsets[at % classes] as number)),
  };
}

/** The loss of a row of this target, whose logit lies `below` the others' logsumexp before its margin. */
export function lossOfRow(below: number, target: number, parameters: FocalParameters): number {
  const { alpha, gamma, margins, polyEpsilon = 0 } = parameters;
  const d = below + (margins?.[target] ?? 0);
  const logRest = -softplus(-d);
  return (
    (alpha[target] as number) * Math.exp(gamma * logRest) * (softplus(d) + polyEpsilon * Math.exp(logRest))
  );
}

/** log(1 + exp(x)), finite for every finite x. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/**
 * FL = −α_t · (1 − p_t)^γ · log p_t of every row in float64; `none` gives the rows' losses, `sum` and `mean` one number.
 * Lin et al. 2017, "Focal Loss for Dense Object Detection". Finite for all finite logits. With margins, p = softmax(z − m_t · e_t):
 * "Learning Imbalanced Datasets with Label-Distribution-Aware Margin Loss"; with ε, "PolyLoss", + ε · α_t · (1 − p_t)^(γ + 1).
 * Throws UserError for arguments that do not fit.
 */
export function focalLoss(batch: LogitBatch, parameters: FocalParameters, reduction: 'none'): Float64Array;
export function focalLoss(batch: LogitBatch, parameters: FocalParameters, reduction?: 'sum' | 'mean'): number;
export function focalLoss(
  plain: LogitBatch,
  parameters: FocalParameters,
  reduction: Reduction = 'mean',
): Float64Array | number {
  requireReduction(reduction);
  requireLossArguments(plain, parameters);
  const batch = adjustedBatch(plain, parameters);
  const losses = Float64Array.from(batch.targets, (target, row) =>
    lossOfRow(belowOthers(batch, row * batch.classes, target), target, parameters),
  );
  if (reduction === 'none') return losses;
  const sum = losses.reduce((total, loss) => total + loss, 0);
  return reduction === 'sum' ? sum : sum / losses.length;
}

/**
 * ∂FL/∂z (rows × classes) of the reduced loss; `none` gives each row's own gradient, as `sum` does. In closed form:
 * ∂FL/∂z_t = α_t · w · (γ·p_t·log p_t − (1 − p_t) · (1 + ε·(γ + 1)·p_t)) with w = (1 − p_t)^γ, and
 * ∂FL/∂z_j = −q_j · ∂FL/∂z_t with q the softmax over the classes j ≠ t.
 */
export function focalLossGradient(
  plain: LogitBatch,
  parameters: FocalParameters,
  reduction: Reduction = 'mean',
): Float64Array {
  requireReduction(reduction);
  requireLossArguments(plain, parameters);
  const { alpha, gamma, margins, polyEpsilon = 0 } = parameters;
  const batch = adjustedBatch(plain, parameters);
  const { logits, targets, classes } = batch;
  const scale = reduction === 'mean' ? 1 / targets.length : 1;
  const gradient = new Float64Array(targets.length * classes);
  for (let row = 0; row < targets.length; row++) {
    const start = row * classes;
    const target = targets[row] as number;
    const others = nonTargetLogSumExp(batch, start, target);
    const d = others - (logits[start + target] as number) + (margins?.[target] ?? 0);
    const logP = -softplus(d);
    const logRest = -softplus(-d);
    const p = Math.exp(logP);
    const ofTarget =
      scale *
      (alpha[target] as number) *
      Math.exp(gamma * logRest) *
      (gamma * p * logP - Math.exp(logRest) * (1 + polyEpsilon * (gamma + 1) * p));
    for (let j = 0; j < classes; j++) {
      gradient[start + j] =
        j === target ? ofTarget : -Math.exp((logits[start + j] as number) - others) * ofTarget;
    }
  }
  return gradient;
}
