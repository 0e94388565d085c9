import type { ModelArray } from '../../trainer.js';

/** A lane's weights by layer: `layers.<n>.weight` (inputs × outputs), then `layers.<n>.bias`, as views of them. */
export function modelArrays(weights: Float32Array, layers: readonly number[]): readonly ModelArray[] {
  let offset = 0;
  const take = (name: string, shape: readonly number[]): ModelArray => {
    const from = offset;
    offset += shape.reduce((product, size) => product * size, 1);
    return { name, shape, values: weights.subarray(from, offset) };
  };
  return layers
    .slice(1)
    .flatMap((outputs, layer) => [
      take(`layers.${layer}.weight`, [layers[layer] as number, outputs]),
      take(`layers.${layer}.bias`, [outputs]),
    ]);
}
