import type * as Tensorflow from '@tensorflow/tfjs-core';
import { tensorflow } from './tensorflow.js';

/** Stands for −∞ in a sum: exp gives 0, and 0 · it is 0, not NaN. */
const MINUS_INFINITY = -3e38;

/** The inputs of the loss besides logits; shapes broadcast against [..., classes]. */
export interface FocalTargets {
  /** [..., classes]: 1 at the row's target. */
  readonly oneHot: Tensorflow.Tensor;
  /** [..., 1]: α of the row's target. */
  readonly alpha: Tensorflow.Tensor;
  readonly gamma: Tensorflow.Tensor | number;
  /** [..., classes]: what is taken off the logit of a row's own class; nothing when absent. */
  readonly margins?: Tensorflow.Tensor | undefined;
  /** ε of Poly-1; nothing when absent. */
  readonly polyEpsilon?: Tensorflow.Tensor | undefined;
}

/** [..., 1] loss of every row, and [..., classes] its gradient with respect to the logits. */
export interface FocalRows {
  readonly loss: Tensorflow.Tensor;
  readonly gradient: Tensorflow.Tensor;
}

/**
 * Focal loss and its closed-form gradient as operations; the equations are in src/loss/focal-loss.ts. Logits are relative to
 * the target's, so that float32 keeps small losses. Call it within tf.tidy.
 */
export function focalRows(logits: Tensorflow.Tensor, targets: FocalTargets): FocalRows {
  const tf = tensorflow();
  const { oneHot, alpha, gamma, margins, polyEpsilon } = targets;
  const relative = tf.sub(logits, tf.sum(tf.mul(logits, oneHot), -1, true));
  const others = tf.add(relative, tf.mul(oneHot, MINUS_INFINITY));
  const largest = tf.max(others, -1, true);
  const exps = tf.exp(tf.sub(others, largest));
  const sum = tf.sum(exps, -1, true);
  // d = logsumexp(non-target) − z_t: p_t = σ(−d).
  const below = tf.add(largest, tf.log(sum));
  const d = margins === undefined ? below : tf.add(below, tf.sum(tf.mul(oneHot, margins), -1, true));
  // Not log1p: on wasm it is log(1 + x), which loses small losses.
  const minusLogP = tf.softplus(d);
  const minusLogRest = tf.softplus(tf.neg(d));
  const weight = tf.mul(alpha, tf.exp(tf.neg(tf.mul(gamma, minusLogRest))));
  const p = tf.exp(tf.neg(minusLogP));
  const rest = tf.exp(tf.neg(minusLogRest));
  const poly = polyEpsilon && {
    loss: tf.mul(polyEpsilon, rest),
    slope: tf.mul(rest, tf.mul(tf.mul(polyEpsilon, tf.add(gamma, 1)), p)),
  };
  const steeper = poly === undefined ? rest : tf.add(rest, poly.slope);
  const ofTarget = tf.neg(tf.mul(weight, tf.add(tf.mul(tf.mul(gamma, p), minusLogP), steeper)));
  return {
    loss: tf.mul(weight, poly === undefined ? minusLogP : tf.add(minusLogP, poly.loss)),
    gradient: tf.mul(ofTarget, tf.sub(oneHot, tf.div(exps, sum))),
  };
}
