import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../../sweep.js';
import type { LaneSettings, ProgramShape } from '../engine.js';
import { type NetworkShape, type PlacedLayer, placedLayers } from '../layers.js';
import { type FocalRows, focalRows } from './focal-rows.js';
import { type NormTrace, normalizedRows, throughNorm } from './layer-norm.js';
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
  { inputs, outputs, weightsAt }: PlacedLayer,
  part: 'all' | 'weights' = 'all',
): tf.Tensor3D {
  const lanes = weights.shape[0] as number;
  const rows = inputs + (part === 'all' ? 1 : 0);
  return tf.reshape(tf.slice(weights, [0, weightsAt], [lanes, rows * outputs]), [lanes, rows, outputs]);
}

/** A weight of each input of a layer, [lanes, 1, inputs]. */
function columnsOf(weights: tf.Tensor, at: number, { inputs }: PlacedLayer): tf.Tensor {
  const lanes = weights.shape[0] as number;
  return tf.reshape(tf.slice(weights, [0, at], [lanes, inputs]), [lanes, 1, inputs]);
}

/** What the forward pass leaves of a layer. */
interface LayerTrace {
  /** [lanes, rows, inputs + 1], the last column ones. */
  readonly input: tf.Tensor3D;
  readonly norm?: NormTrace;
  /** The input before the column of ones, where it is normalised and activated. */
  readonly activatedInput?: tf.Tensor;
  /** The output of its activation, where it has one. */
  readonly activated?: tf.Tensor;
}

/** The traces of the layers, and the logits [lanes, rows, classes]. */
interface ForwardTrace {
  readonly layers: readonly LayerTrace[];
  readonly logits: tf.Tensor3D;
}

/** Logits of features [lanes, rows, features + 1]. Call it within tf.tidy. */
export function forward(
  weights: tf.Tensor,
  features: tf.Tensor3D,
  shape: NetworkShape & Pick<ProgramShape, 'activation'>,
  masks: readonly (tf.Tensor | undefined)[] = [],
): ForwardTrace {
  const { apply } = ACTIVATION[shape.activation];
  const layers: LayerTrace[] = [];
  let [trunk, below, input]: [tf.Tensor, tf.Tensor, tf.Tensor3D] = [features, features, features];
  for (const [at, layer] of placedLayers(shape).entries()) {
    let trace: Omit<LayerTrace, 'input'> = {};
    if (layer.input !== 'as given') {
      const norm = normalizedRows(trunk);
      const scaled = tf.mul(norm.units, columnsOf(weights, layer.scaleAt, layer));
      below = tf.add(scaled, columnsOf(weights, layer.shiftAt, layer));
      if (layer.input === 'normalised and activated') below = apply(below);
      trace = { norm, activatedInput: below };
    }
    if (at > 0) input = withOnes(below as tf.Tensor3D);
    const sums = tf.matMul(input, layerOf(weights, layer));
    const activated = layer.sums === 'activated' ? apply(sums) : sums;
    layers.push({ ...trace, input, activated });
    const mask = masks[at];
    const kept = mask === undefined ? activated : tf.mul(activated, mask);
    below = layer.sums === 'added' ? tf.add(trunk, kept) : kept;
    if (layer.sums !== 'activated') trunk = below;
  }
  return { layers, logits: below as tf.Tensor3D };
}

function withOnes(rows: tf.Tensor3D): tf.Tensor3D {
  return tf.pad(
    rows,
    [
      [0, 0],
      [0, 0],
      [0, 1],
    ],
    1,
  );
}

/**
 * One training step without the update: forward, loss, backward, without automatic differentiation. Call it within tf.tidy.
 */
export function lossAndGradient(
  weights: tf.Tensor,
  input: StepInput,
  lanes: readonly LaneSettings[],
  shape: ProgramShape,
): StepOutput {
  const layers = placedLayers(shape);
  const masks = input.masks.map(
    (mask, at) => mask && tf.tensor3d(mask, [lanes.length, input.rows, layers[at]?.outputs ?? 0]),
  );
  const features = tf.tensor3d(input.features, [lanes.length, input.rows, (shape.layers[0] as number) + 1]);
  const trace = forward(weights, features, shape, masks);
  const { loss, gradient } = lossOf(adjusted(trace.logits, lanes), input, lanes);
  const ofLogits = tf.mul(gradient, 1 / input.examples);
  return {
    losses: loss,
    predictions: tf.argMax(trace.logits, -1),
    gradient: backward({ weights, shape, masks }, trace, ofLogits),
  };
}

/** What the backward pass reads besides the trace. */
interface TrainedNetwork {
  readonly weights: tf.Tensor;
  readonly shape: ProgramShape;
  readonly masks: readonly (tf.Tensor | undefined)[];
}

/**
 * The gradient [lanes, weights]. Transposes are explicit, because wasm multiplies transposed operands ten times slower.
 */
function backward(
  { weights, shape, masks }: TrainedNetwork,
  trace: ForwardTrace,
  ofLogits: tf.Tensor,
): tf.Tensor {
  const { slope } = ACTIVATION[shape.activation];
  const layers = placedLayers(shape);
  const lanes = weights.shape[0] as number;
  const flat = (part: tf.Tensor): tf.Tensor => tf.reshape(part, [lanes, -1]);
  const gradients: tf.Tensor[] = [];
  let ofTrunk: tf.Tensor | undefined;
  let ofBelow = ofLogits;
  for (const [at, layer] of [...layers.entries()].reverse()) {
    const { input, norm, activatedInput } = trace.layers[at] as LayerTrace;
    const mask = layer.sums === 'added' ? masks[at] : undefined;
    const given = layer.sums === 'activated' || ofTrunk === undefined ? ofBelow : ofTrunk;
    const ofSums = mask === undefined ? given : tf.mul(given, mask);
    gradients.unshift(flat(tf.matMul(tf.transpose(input, [0, 2, 1]), ofSums)));
    if (at === 0) break;
    const transposed = tf.transpose(layerOf(weights, layer, 'weights'), [0, 2, 1]);
    const ofInput = tf.matMul(ofSums, transposed);
    if (norm === undefined) {
      const below = masks[at - 1];
      const own = slope(trace.layers[at - 1]?.activated as tf.Tensor);
      ofBelow = tf.mul(ofInput, below === undefined ? own : tf.mul(own, below));
      continue;
    }
    const isActivated = layer.input === 'normalised and activated';
    const ofOutput = isActivated ? tf.mul(ofInput, slope(activatedInput as tf.Tensor)) : ofInput;
    gradients.unshift(flat(tf.sum(tf.mul(ofOutput, norm.units), 1)), flat(tf.sum(ofOutput, 1)));
    const through = throughNorm(tf.mul(ofOutput, columnsOf(weights, layer.scaleAt, layer)), norm);
    ofTrunk = ofTrunk === undefined ? through : tf.add(ofTrunk, through);
  }
  return tf.concat(gradients, 1);
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
