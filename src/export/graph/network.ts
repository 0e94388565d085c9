import type { NetworkPredictor, WeightedLayer } from '../../model/model.js';
import type { GraphBuilder, GraphValue } from './graph.js';

/** The logits of a network from features. */
export function networkLogits(
  graph: GraphBuilder,
  features: GraphValue,
  { layers, activation }: NetworkPredictor,
): GraphValue {
  let [trunk, below] = [features, features];
  for (const layer of layers) {
    const input = layer.input === 'as given' ? below : normalisedTrunk(graph, trunk, layer);
    const given = layer.input === 'normalised and activated' ? graph.apply(activation, input) : input;
    const sums = denseSums(graph, given, layer);
    if (layer.sums === 'activated') {
      below = graph.apply(activation, sums);
    } else {
      below = layer.sums === 'added' ? graph.apply('add', sums, trunk) : sums;
      trunk = below;
    }
  }
  return below;
}

function denseSums(
  graph: GraphBuilder,
  input: GraphValue,
  { inputs, outputs, weight, bias }: WeightedLayer,
): GraphValue {
  const products = graph.apply('matrixProduct', input, graph.constant('float', weight, [inputs, outputs]));
  return graph.apply('add', products, graph.constant('float', bias, [outputs]));
}

function normalisedTrunk(
  graph: GraphBuilder,
  trunk: GraphValue,
  { inputs, normalisation }: WeightedLayer,
): GraphValue {
  if (normalisation === undefined) throw new Error('a normalised layer has no scale and shift');
  const { scale, shift } = normalisation;
  return graph.normalise(
    trunk,
    graph.constant('float', scale, [inputs]),
    graph.constant('float', shift, [inputs]),
  );
}
