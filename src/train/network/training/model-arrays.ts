import type { ModelArray } from '../../trainer.js';
import { type NetworkShape, placedLayers } from '../layers.js';

/**
 * A lane's weights by layer, as views of them: where the input of a layer is normalised `layers.<n>.scale` and `layers.<n>.shift`,
 * then `layers.<n>.weight` (inputs × outputs) and `layers.<n>.bias`.
 */
export function modelArrays(weights: Float32Array, shape: NetworkShape): readonly ModelArray[] {
  return placedLayers(shape).flatMap(
    ({ inputs, outputs, input, scaleAt, shiftAt, weightsAt, biasAt, end }, layer) => {
      const part = (name: string, size: readonly number[], from: number, to: number): ModelArray => ({
        name: `layers.${layer}.${name}`,
        shape: size,
        values: weights.subarray(from, to),
      });
      const norm = [part('scale', [inputs], scaleAt, shiftAt), part('shift', [inputs], shiftAt, weightsAt)];
      return [
        ...(input === 'as given' ? [] : norm),
        part('weight', [inputs, outputs], weightsAt, biasAt),
        part('bias', [outputs], biasAt, end),
      ];
    },
  );
}
