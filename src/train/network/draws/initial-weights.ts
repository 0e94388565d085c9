import { type RandomStream, randomStream } from '../../../random.js';
import { type NetworkShape, placedLayers } from '../layers.js';

/**
 * Weights of an untrained network in the order of `placedLayers`: uniform in ±√(6 / inputs) before hidden units (He et al. 2015), in
 * ±√(6 / (inputs + outputs)) before the logits (Glorot & Bengio 2010), and in ±√(3 / inputs) before the trunk of a residual network,
 * which keeps the variance (LeCun et al. 1998); biases and shifts 0, scales 1.
 */
export function initialWeights(shape: NetworkShape, seed: number): Float32Array {
  const layers = placedLayers(shape);
  const weights = new Float32Array(layers.at(-1)?.end ?? 0);
  for (const [at, { inputs, outputs, sums, scaleAt, shiftAt, weightsAt, biasAt }] of layers.entries()) {
    const isLast = at === layers.length - 1;
    const bound = Math.sqrt(isLast ? 6 / (inputs + outputs) : (sums === 'activated' ? 6 : 3) / inputs);
    const stream = randomStream(seed, 'initialWeights', at + 1);
    weights.fill(1, scaleAt, shiftAt);
    drawUniform(weights.subarray(weightsAt, biasAt), bound, stream);
  }
  return weights;
}

/** In ± the bound. The loop has a function of its own: beside the layers, V8 compiled it again whenever a task’s objects had another layout. */
function drawUniform(values: Float32Array, bound: number, stream: RandomStream): void {
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * stream.uniform() - 1);
}
