import { type CategoricalPreparation, featureNames, type Preparation } from '../../model/preparation.js';
import type { GraphBuilder, GraphValue } from './graph.js';
import { type FeaturePart, numberParts, type PlacedColumn } from './number-columns.js';

/** The features of rows in float32, in the order of the preparation. */
export function featuresOf(graph: GraphBuilder, { columns }: Pick<Preparation, 'columns'>): GraphValue {
  let firstFeature = 0;
  const placed = columns.map((column) => {
    const own = { column, firstFeature };
    firstFeature += featureNames(column).length;
    return own;
  });
  const numbers = placed.flatMap(({ column, ...place }) =>
    column.kind === 'numeric' ? [{ column, ...place }] : [],
  );
  const categories = placed.flatMap(({ column, ...place }) =>
    column.kind === 'categorical' && featureNames(column).length > 0 ? [{ column, ...place }] : [],
  );
  return inOrder(graph, [
    ...numberParts(graph, numbers),
    ...categories.map((column) => categoryPart(graph, column)),
  ]);
}

function categoryPart(
  graph: GraphBuilder,
  { column, firstFeature }: PlacedColumn<CategoricalPreparation>,
): FeaturePart {
  const place = graph.places(column);
  const count = column.categories.length;
  if (column.isCoded) {
    const codes = graph.constant('float', [...column.categories.keys(), Number.NaN], [count + 1]);
    return { value: graph.gather(codes, place, 0), places: [firstFeature] };
  }
  const indices = featureNames(column).map((_, at) => at);
  const indicators = graph.apply('equal', place, graph.constant('integer', indices, [1, indices.length]));
  return {
    value: graph.cast(indicators, 'float'),
    places: indices.map((at) => firstFeature + at),
  };
}

function inOrder(graph: GraphBuilder, parts: readonly FeaturePart[]): GraphValue {
  const joined = graph.join(parts.map(({ value }) => value));
  const places = parts.flatMap((part) => part.places);
  if (places.every((place, at) => place === at)) return joined;
  const order = Array<number>(places.length);
  places.forEach((place, at) => {
    order[place] = at;
  });
  return graph.gather(joined, graph.constant('integer', order, [order.length]), 1);
}
