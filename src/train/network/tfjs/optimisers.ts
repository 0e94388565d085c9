import * as tf from '@tensorflow/tfjs-core';
import type { Optimizer } from '../../../sweep.js';
import type { LaneSettings } from '../engine.js';

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** Weights [lanes, weights] and the optimiser's memories, each of the same shape. */
export interface Trained {
  readonly weights: tf.Tensor;
  readonly memories: readonly tf.Tensor[];
}

/** The inputs of an update besides gradients. */
export interface UpdateContext {
  readonly lanes: readonly LaneSettings[];
  /** Number of steps of each lane, including this one. */
  readonly stepCounts: readonly number[];
}

type Update = (trained: Trained, gradient: tf.Tensor, context: UpdateContext) => Trained;

/** Memories that an optimiser keeps: Adam's two moments, SGD's momentum buffer. */
export const MEMORY_COUNT: { readonly [name in Optimizer]: number } = { adam: 2, adamw: 2, sgd: 1 };

/** One update as PyTorch 2 does it, with weight decay of biases too. Call it within tf.tidy. */
export const UPDATE: { readonly [name in Optimizer]: Update } = {
  adam: (trained, gradient, context) => adam(trained, withDecay(gradient, trained, context), context),
  adamw: (trained, gradient, context) => {
    const shrink = perLane(context.lanes, ({ learningRate, weightDecay }) => 1 - learningRate * weightDecay);
    return adam({ ...trained, weights: tf.mul(trained.weights, shrink) }, gradient, context);
  },
  sgd: (trained, gradient, context) => {
    const { lanes } = context;
    const [buffer] = trained.memories as [tf.Tensor];
    const momentum = perLane(lanes, (lane) => lane.momentum);
    const moved = tf.add(tf.mul(buffer, momentum), withDecay(gradient, trained, context));
    const rate = perLane(lanes, (lane) => lane.learningRate);
    return { weights: tf.sub(trained.weights, tf.mul(moved, rate)), memories: [moved] };
  },
};

/** Kingma & Ba 2015 in PyTorch's order: ε is added to the corrected root. */
function adam({ weights, memories }: Trained, gradient: tf.Tensor, context: UpdateContext): Trained {
  const [first, second] = memories as [tf.Tensor, tf.Tensor];
  const mean = tf.add(tf.mul(first, BETA_1), tf.mul(gradient, 1 - BETA_1));
  const square = tf.add(tf.mul(second, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2));
  const { lanes, stepCounts } = context;
  const stepSize = perLane(
    lanes,
    ({ learningRate }, lane) => learningRate / (1 - BETA_1 ** (stepCounts[lane] as number)),
  );
  const correction = perLane(lanes, (_, lane) => Math.sqrt(1 - BETA_2 ** (stepCounts[lane] as number)));
  const root = tf.add(tf.div(tf.sqrt(square), correction), EPSILON);
  return {
    weights: tf.sub(weights, tf.mul(tf.div(mean, root), stepSize)),
    memories: [mean, square],
  };
}

/** Weight decay as L2 regularisation: λ·w joins the gradient. */
function withDecay(gradient: tf.Tensor, { weights }: Trained, { lanes }: UpdateContext): tf.Tensor {
  if (lanes.every(({ weightDecay }) => weightDecay === 0)) return gradient;
  const decay = perLane(lanes, ({ weightDecay }) => weightDecay);
  return tf.add(gradient, tf.mul(weights, decay));
}

/** [lanes, 1], to scale the rows of [lanes, weights]. */
function perLane(
  lanes: readonly LaneSettings[],
  value: (lane: LaneSettings, index: number) => number,
): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(lanes, value), [lanes.length, 1]);
}
