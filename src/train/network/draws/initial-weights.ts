import { randomStream } from '../../../random.js';

/**
 * Weights of an untrained network, per layer W (inputs × outputs, row-major) then b: uniform in ±√(6 / inputs) before hidden
 * units (He et al. 2015), in ±√(6 / (inputs + outputs)) before the logits (Glorot & Bengio 2010); biases 0.
 * `layers` has the input features, the hidden widths and the classes.
 */
export function initialWeights(layers: readonly number[], seed: number): Float32Array {
  const last = layers.length - 1;
  const size = layers.slice(1).reduce((sum, outputs, at) => sum + ((layers[at] as number) + 1) * outputs, 0);
  const weights = new Float32Array(size);
  let offset = 0;
  for (let layer = 1; layer <= last; layer++) {
    const inputs = layers[layer - 1] as number;
    const outputs = layers[layer] as number;
    const bound = Math.sqrt(6 / (layer === last ? inputs + outputs : inputs));
    const stream = randomStream(seed, 'initialWeights', layer);
    for (let i = 0; i < inputs * outputs; i++) weights[offset + i] = bound * (2 * stream.uniform() - 1);
    offset += (inputs + 1) * outputs;
  }
  return weights;
}
