import * as tf from '@tensorflow/tfjs-core';

/** PyTorch's. */
const EPSILON = 1e-5;

/** What layer normalisation leaves for its gradient: the rows at mean 0 and variance 1, and what they were multiplied by. */
export interface NormTrace {
  /** [lanes, rows, columns]. */
  readonly units: tf.Tensor;
  /** [lanes, rows, 1]. */
  readonly inverse: tf.Tensor;
}

/** Brings every row to mean 0 and variance 1. Call it within tf.tidy. */
export function normalizedRows(rows: tf.Tensor): NormTrace {
  const off = tf.sub(rows, meanOfRow(rows));
  const inverse = tf.div(1, tf.sqrt(tf.add(meanOfRow(tf.square(off)), EPSILON)));
  return { units: tf.mul(off, inverse), inverse };
}

/** The gradient of what was normalised, from that of the units. Call it within tf.tidy. */
export function throughNorm(ofUnits: tf.Tensor, { units, inverse }: NormTrace): tf.Tensor {
  const along = tf.mul(units, meanOfRow(tf.mul(ofUnits, units)));
  return tf.mul(tf.sub(tf.sub(ofUnits, meanOfRow(ofUnits)), along), inverse);
}

function meanOfRow(rows: tf.Tensor): tf.Tensor {
  return tf.div(tf.sum(rows, -1, true), rows.shape.at(-1) as number);
}
