import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../sweep.js';
import type { LaneSettings, ProgramShape } from '../engine.js';
import { type FocalRows, focalRows } from './focal-rows.js';
import type { StepInput, TargetArrays } from './step-input.js';

/** Loss [lanes, rows, 1] and arg-max [lanes, rows] of every row, and the gradient [lanes, weights] of each lane's mean loss. */
export interface StepOutput {
  readonly losses: tf.Tensor;
  readonly predictions: tf.Tensor;
  readonly gradient: tf.Tensor;
}

interface ActivationOps {
  readonly apply: (sum: tf.Tensor) => tf.Tensor;
  /** The derivative, from the output of `apply`. */
  readonly slope: (applied: tf.Tensor) => tf.Tensor;
}

const ACTIVATION: { readonly [name in Activation]: ActivationOps } = {
  relu: { apply: tf.relu, slope: (applied) => tf.step(applied) },
  tanh: { apply: tf.tanh, slope: (applied) => tf.sub(1, tf.square(applied)) },
};

/**
 * A layer's weights [lanes, inputs (+ 1), outputs] from [lanes, all weights]; the biases are the last row, which `part` can
 * leave out.
 */
function layerOf(
  weights: tf.Tensor,
  layers: readonly number[],
  layer: number,
  part: 'all' | 'weights' = 'all',
): tf.Tensor3D {
  const lanes = weights.shape[0] as number;
  let offset = 0;
  for (let before = 1; before <= layer; before++) {
    offset += ((layers[before - 1] as number) + 1) * (layers[before] as number);
  }
  const inputs = (layers[layer] as number) + (part === 'all' ? 1 : 0);
  const outputs = layers[layer + 1] as number;
  return tf.reshape(tf.slice(weights, [0, offset], [lanes, inputs * outputs]), [lanes, inputs, outputs]);
}

/** The input of a layer ([lanes, rows, inputs + 1], the last column ones) and, for hidden ones, the output of its activation. */
interface ForwardTrace {
  readonly inputs: readonly tf.Tensor3D[];
  readonly activations: readonly tf.Tensor[];
  readonly logits: tf.Tensor3D;
}

/** Logits [lanes, rows, classes] of features [lanes, rows, features + 1]. Call it within tf.tidy. */
export function forward(
  weights: tf.Tensor,
  features: tf.Tensor3D,
  shape: Pick<ProgramShape, 'layers' | 'activation'>,
  masks: readonly tf.Tensor[] = [],
): ForwardTrace {
  const { layers, activation } = shape;
  const inputs = [features];
  const activations: tf.Tensor[] = [];
  const last = layers.length - 2;
  for (let layer = 0; layer < last; layer++) {
    const applied = ACTIVATION[activation].apply(
      tf.matMul(inputs[layer] as tf.Tensor, layerOf(weights, layers, layer)),
    );
    activations.push(applied);
    const mask = masks[layer];
    const kept = mask === undefined ? applied : tf.mul(applied, mask);
    inputs.push(
      tf.pad(
        kept as tf.Tensor3D,
        [
          [0, 0],
          [0, 0],
          [0, 1],
        ],
        1,
      ),
    );
  }
  const logits = tf.matMul(inputs[last] as tf.Tensor3D, layerOf(weights, layers, last)) as tf.Tensor3D;
  return { inputs, activations, logits };
}

/**
 * One training step without the update: forward, loss, backward, without automatic differentiation. Transposes are
 * explicit, because wasm multiplies transposed operands ten times slower. Call it within tf.tidy.
 */
export function lossAndGradient(
  weights: tf.Tensor,
  input: StepInput,
  lanes: readonly LaneSettings[],
  shape: ProgramShape,
): StepOutput {
  const { layers, activation } = shape;
  const masks = input.masks.map((mask, layer) =>
    tf.tensor3d(mask, [lanes.length, input.rows, layers[layer + 1] as number]),
  );
  const features = tf.tensor3d(input.features, [lanes.length, input.rows, (layers[0] as number) + 1]);
  const trace = forward(weights, features, shape, masks);
  const { loss, gradient } = lossOf(adjusted(trace.logits, lanes), input, lanes);

  const gradients: tf.Tensor[] = [];
  let upstream = tf.mul(gradient, 1 / input.examples);
  for (let layer = layers.length - 2; layer >= 0; layer--) {
    const byWeights = tf.matMul(tf.transpose(trace.inputs[layer] as tf.Tensor, [0, 2, 1]), upstream);
    gradients.unshift(tf.reshape(byWeights, [lanes.length, -1]));
    if (layer === 0) break;
    const transposed = tf.transpose(layerOf(weights, layers, layer, 'weights'), [0, 2, 1]);
    const slope = ACTIVATION[activation].slope(trace.activations[layer - 1] as tf.Tensor);
    const mask = masks[layer - 1];
    upstream = tf.mul(tf.matMul(upstream, transposed), mask === undefined ? slope : tf.mul(slope, mask));
  }
  return { losses: loss, predictions: tf.argMax(trace.logits, -1), gradient: tf.concat(gradients, 1) };
}

/** The logits for the losses of the lanes. */
function adjusted(logits: tf.Tensor, lanes: readonly LaneSettings[]): tf.Tensor {
  const offsets = byClass(lanes, logits.shape.at(-1) as number, (lane) => lane.offsets);
  return offsets === undefined ? logits : tf.add(logits, offsets);
}

/** [lanes, 1, classes], 0 for a lane that has none; undefined if no lane has any. */
function byClass(
  lanes: readonly LaneSettings[],
  classes: number,
  valuesOf: (lane: LaneSettings) => Float32Array | undefined,
): tf.Tensor | undefined {
  if (lanes.every((lane) => valuesOf(lane) === undefined)) return undefined;
  const values = new Float32Array(lanes.length * classes);
  for (const [at, lane] of lanes.entries()) values.set(valuesOf(lane) ?? [], at * classes);
  return tf.tensor3d(values, [lanes.length, 1, classes]);
}

/** The loss of both mixup targets, weighted by their shares, or of the only target. */
function lossOf(logits: tf.Tensor, input: StepInput, lanes: readonly LaneSettings[]): FocalRows {
  const ofLanes = (values: number[]): tf.Tensor => tf.tensor3d(values, [lanes.length, 1, 1]);
  const terms = {
    gamma: ofLanes(lanes.map(({ gamma }) => gamma)),
    margins: byClass(lanes, logits.shape.at(-1) as number, (lane) => lane.margins),
    polyEpsilon: lanes.some(({ polyEpsilon = 0 }) => polyEpsilon !== 0)
      ? ofLanes(lanes.map(({ polyEpsilon = 0 }) => polyEpsilon))
      : undefined,
  };
  const rowsOf = ({ oneHot, weights }: TargetArrays): FocalRows =>
    focalRows(logits, {
      ...terms,
      oneHot: tf.tensor(oneHot, logits.shape),
      alpha: tf.tensor3d(weights, [lanes.length, input.rows, 1]),
    });
  const own = rowsOf(input.targets);
  if (input.partners === undefined) return own;
  const partner = rowsOf(input.partners);
  return { loss: tf.add(own.loss, partner.loss), gradient: tf.add(own.gradient, partner.gradient) };
}
