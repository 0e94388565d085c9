import type { NetworkPredictor, WeightedLayer } from '../../../model/model.js';
import type { ProgramShape } from '../engine.js';
import { placedLayers } from '../layers.js';

/** A lane's weights, in the order of `placedLayers`, as the layers of a model: views of them. */
export function networkPredictor(
  weights: Float32Array,
  shape: Pick<ProgramShape, 'layers' | 'residual' | 'activation'>,
): NetworkPredictor {
  const layers = placedLayers(shape).map(
    ({ scaleAt, shiftAt, weightsAt, biasAt, end, ...layer }): WeightedLayer => ({
      ...layer,
      weight: weights.subarray(weightsAt, biasAt),
      bias: weights.subarray(biasAt, end),
      ...(layer.input !== 'as given' && {
        normalisation: {
          scale: weights.subarray(scaleAt, shiftAt),
          shift: weights.subarray(shiftAt, weightsAt),
        },
      }),
    }),
  );
  return { kind: 'network', activation: shape.activation, layers };
}

/** The weights of a model in one array, in the order of `placedLayers`. */
export function joinedWeights({ layers }: NetworkPredictor): Float32Array {
  const parts = layers.flatMap(({ normalisation, weight, bias }) => [
    ...(normalisation === undefined ? [] : [normalisation.scale, normalisation.shift]),
    weight,
    bias,
  ]);
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
