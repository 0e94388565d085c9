import { type NumericPreparation, numericNames, type Scaling } from '../../model/number-preparation.js';
import type { GraphBuilder, GraphValue } from './graph.js';
import { normalScores } from './normal-score.js';

/** A column with the place of its first feature. */
export interface PlacedColumn<Column> {
  readonly column: Column;
  readonly firstFeature: number;
}

/** Features side by side in float32, with their places among all features. */
export interface FeaturePart {
  readonly value: GraphValue;
  readonly places: readonly number[];
}

type PlacedNumbers = PlacedColumn<NumericPreparation>;

/** Features of columns of numbers; those of columns that are prepared alike are computed together. */
export function numberParts(graph: GraphBuilder, columns: readonly PlacedNumbers[]): readonly FeaturePart[] {
  const wayOf = ({ column }: PlacedNumbers) =>
    JSON.stringify([column.logarithm, column.quantiles === undefined, binsOf(column) === undefined]);
  const encoded = columns.filter(({ column }) => column.scaling !== undefined);
  const ways = new Set(encoded.map(wayOf));
  const isIndicated = ({ column }: PlacedNumbers) => column.missingIndicator && !column.keepsMissing;
  const isGap = ({ column }: PlacedNumbers) =>
    column.missingIndicator && column.keepsMissing === true && column.scaling === undefined;
  return [
    ...[...ways].map((way) =>
      encodedPart(
        graph,
        encoded.filter((own) => wayOf(own) === way),
      ),
    ),
    ...(columns.some(isIndicated) ? [indicatorPart(graph, columns.filter(isIndicated))] : []),
    ...(columns.some(isGap) ? [gapPart(graph, columns.filter(isGap))] : []),
  ];
}

/** Trees take numbers as they are. */
function binsOf({ bins, keepsMissing }: NumericPreparation): readonly number[] | undefined {
  return keepsMissing ? undefined : bins;
}

function rawNumbers(graph: GraphBuilder, columns: readonly PlacedNumbers[]): GraphValue {
  return graph.numbers(columns.map(({ column }) => column.column));
}

function encodedPart(graph: GraphBuilder, columns: readonly PlacedNumbers[]): FeaturePart {
  const scaled = scaledNumbers(graph, columns);
  const quantiles = columns.flatMap(({ column }) =>
    column.quantiles === undefined ? [] : [column.quantiles],
  );
  const encoded = quantiles.length > 0 ? normalScores(graph, scaled, quantiles) : scaled;
  const bins = columns.flatMap(({ column }, at) =>
    (binsOf(column) ?? []).slice(1).map((to, bin) => ({ at, from: column.bins?.[bin] as number, to })),
  );
  return bins.length > 0
    ? { value: graph.cast(binned(graph, encoded, bins), 'float'), places: columns.flatMap(placesOfBins) }
    : {
        value: graph.cast(encoded, 'float'),
        places: columns.map(({ firstFeature }) => firstFeature),
      };
}

function placesOfBins({ column, firstFeature }: PlacedNumbers): readonly number[] {
  return (column.bins ?? []).slice(1).map((_, bin) => firstFeature + bin);
}

function scaledNumbers(graph: GraphBuilder, columns: readonly PlacedNumbers[]): GraphValue {
  const row = (values: readonly number[]) => graph.constant('number', values, [1, values.length]);
  const raw = rawNumbers(graph, columns);
  const fills = columns.map(({ column }) => (column.keepsMissing ? Number.NaN : column.fill));
  const filled = fills.every(Number.isNaN)
    ? raw
    : graph.apply('select', graph.apply('isNaN', raw), row(fills), raw);
  const scalings = columns.map(({ column }) => column.scaling as Scaling);
  const less = (value: GraphValue, offsets: readonly number[]) =>
    offsets.every((offset) => offset === 0) ? value : graph.apply('subtract', value, row(offsets));
  const centred = less(
    less(
      columns[0]?.column.logarithm ? signedLogarithms(graph, filled) : filled,
      scalings.map(({ mean }) => mean),
    ),
    scalings.map(({ rest }) => rest),
  );
  const scales = scalings.map(({ sd }) => 1 / sd);
  return scales.every((scale) => scale === 1) ? centred : graph.apply('multiply', centred, row(scales));
}

/** log(1 + |x|) with the sign of x, where rounding 1 + |x| takes nothing from a small x. */
function signedLogarithms(graph: GraphBuilder, value: GraphValue): GraphValue {
  const apply = graph.apply.bind(graph);
  const one = graph.constant('number', [1]);
  const size = apply('absolute', value);
  const above = apply('add', size, one);
  const shown = apply('subtract', above, one);
  const isLost = apply('equal', shown, graph.constant('number', [0]));
  const part = apply('divide', size, apply('select', isLost, one, shown));
  const logarithm = apply('select', isLost, size, apply('multiply', apply('logarithm', above), part));
  return apply('multiply', apply('sign', value), logarithm);
}

interface Bin {
  /** The column of the encoded numbers. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function binned(graph: GraphBuilder, encoded: GraphValue, bins: readonly Bin[]): GraphValue {
  const row = (ofBin: (bin: Bin) => number) => graph.constant('number', bins.map(ofBin), [1, bins.length]);
  const columns = graph.constant(
    'integer',
    bins.map(({ at }) => at),
    [bins.length],
  );
  const above = graph.apply(
    'subtract',
    graph.gather(encoded, columns, 1),
    row(({ from }) => from),
  );
  const part = graph.apply(
    'divide',
    above,
    row(({ from, to }) => to - from),
  );
  const limit = (value: number) => graph.constant('number', [value]);
  return graph.apply('minimum', graph.apply('maximum', part, limit(0)), limit(1));
}

function indicatorPart(graph: GraphBuilder, columns: readonly PlacedNumbers[]): FeaturePart {
  return {
    value: graph.cast(graph.apply('isNaN', rawNumbers(graph, columns)), 'float'),
    places: columns.map(({ column, firstFeature }) => firstFeature + numericNames(column).length - 1),
  };
}

/** NaN where a value is missing, else 0: all that trees see of a column that does not vary. */
function gapPart(graph: GraphBuilder, columns: readonly PlacedNumbers[]): FeaturePart {
  const number = (value: number) => graph.constant('number', [value]);
  const isMissing = graph.apply('isNaN', rawNumbers(graph, columns));
  return {
    value: graph.cast(graph.apply('select', isMissing, number(Number.NaN), number(0)), 'float'),
    places: columns.map(({ firstFeature }) => firstFeature),
  };
}
