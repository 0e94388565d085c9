import fc from 'fast-check';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import type {
  Model,
  ModelMember,
  ModelTree,
  NetworkPredictor,
  TreesPredictor,
  WeightedLayer,
} from '../../src/model/model.js';
import { type ColumnPreparation, featureNames, type RawRow } from '../../src/model/preparation.js';

const texts = ['tcp', 'udp', 'Größe', 'a "b"', '0', ' ', 'x:y'];
const float = (least: number, most: number) =>
  fc.float({ min: Math.fround(least), max: Math.fround(most), noNaN: true });
const floats = (length: number, most: number) =>
  fc.array(float(-most, most), { minLength: length, maxLength: length }).map((own) => Float32Array.from(own));
const scaling = fc.record({
  mean: fc.double({ min: -1e4, max: 1e4, noNaN: true }),
  rest: fc.constantFrom(0, 1e-5),
  sd: fc.double({ min: 0.5, max: 1e4, noNaN: true }),
});
const rising = (shortest: number, longest: number) =>
  fc
    .array(fc.integer({ min: -20, max: 20 }), { minLength: shortest, maxLength: longest })
    .map((own) => own.map((value) => value / 4).toSorted((a, b) => a - b));
/** Edges rise, and quantiles may stay equal. */
const edges = rising(2, 5)
  .map((own) => [...new Set(own)])
  .filter(({ length }) => length > 1);

const numeric = (column: string, kind: 'network' | 'trees'): fc.Arbitrary<ColumnPreparation> =>
  fc
    .record({
      fill: fc.double({ min: -50, max: 50, noNaN: true }),
      missingIndicator: fc.boolean(),
      scaling: fc.option(scaling, { nil: undefined, freq: 5 }),
      logarithm: fc.boolean(),
      quantiles: fc.option(rising(1, 20), { nil: undefined }),
      bins: fc.option(edges, { nil: undefined }),
    })
    .map(({ scaling: own, logarithm, quantiles, bins, ...rest }) => ({
      ...{ kind: 'numeric' as const, column, ...rest },
      ...(own !== undefined && {
        scaling: quantiles !== undefined && kind === 'network' ? { mean: 0, rest: 0, sd: 1 } : own,
      }),
      ...(kind === 'trees' && { keepsMissing: true as const }),
      ...(kind === 'network' && own !== undefined && quantiles !== undefined && { quantiles }),
      ...(kind === 'network' &&
        own !== undefined &&
        quantiles === undefined &&
        logarithm && { logarithm: true as const }),
      ...(kind === 'network' && own !== undefined && bins !== undefined && { bins }),
    }));

const categorical = (column: string, isCoded: boolean): fc.Arbitrary<ColumnPreparation> =>
  fc
    .record({ categories: fc.subarray(texts), unknownIndicator: fc.boolean() })
    .map(({ categories, unknownIndicator }) => ({
      ...{ kind: 'categorical' as const, column, categories },
      ...(isCoded ? { unknownIndicator: false, isCoded: true as const } : { unknownIndicator }),
    }));

const columnsFor = (kind: 'network' | 'trees'): fc.Arbitrary<readonly ColumnPreparation[]> =>
  fc
    .tuple(
      ...['bytes', 'label', 'x/y: "z"', 'value 1'].map((name) => numeric(name, kind)),
      ...['proto', 'probabilities'].map((name) =>
        fc.boolean().chain((isCoded) => categorical(name, kind === 'trees' && isCoded)),
      ),
    )
    .chain((own) => fc.shuffledSubarray(own, { minLength: 1 }))
    .filter((own) => own.some((column) => featureNames(column).length > 0));

const widthOf = (columns: readonly ColumnPreparation[]) => columns.flatMap(featureNames).length;

function network(width: number, classes: number): fc.Arbitrary<NetworkPredictor> {
  const shape = fc.record({
    activation: fc.constantFrom('relu' as const, 'tanh' as const),
    hidden: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 2 }),
    blocks: fc.option(fc.integer({ min: 1, max: 2 }), { nil: 0 }),
  });
  return shape.chain(({ activation, hidden, blocks }) => {
    const trunk = hidden[0] ?? 3;
    const plain = (inputs: number, outputs: number, sums: WeightedLayer['sums']) =>
      dense({ inputs, outputs, input: 'as given', sums });
    const normal = (outputs: number, input: WeightedLayer['input'], sums: WeightedLayer['sums']) =>
      dense({ inputs: trunk, outputs, input, sums });
    const layers =
      blocks > 0
        ? [
            plain(width, trunk, 'plain'),
            ...Array.from({ length: blocks }, () => [
              normal(trunk, 'normalised', 'activated'),
              plain(trunk, trunk, 'added'),
            ]).flat(),
            normal(classes, 'normalised and activated', 'plain'),
          ]
        : [width, ...hidden].map((inputs, at) =>
            plain(inputs, hidden[at] ?? classes, at === hidden.length ? 'plain' : 'activated'),
          );
    return fc.tuple(...layers).map((own) => ({ kind: 'network' as const, activation, layers: own }));
  });
}

function dense(
  layer: Pick<WeightedLayer, 'inputs' | 'outputs' | 'input' | 'sums'>,
): fc.Arbitrary<WeightedLayer> {
  return fc
    .record({
      weight: floats(layer.inputs * layer.outputs, 1),
      bias: floats(layer.outputs, 1),
      scale: floats(layer.inputs, 1),
      shift: floats(layer.inputs, 1),
    })
    .map(({ weight, bias, scale, shift }) => ({
      ...{ ...layer, weight, bias },
      ...(layer.input !== 'as given' && { normalisation: { scale, shift } }),
    }));
}

/** A tree whose nodes split leaf after leaf, and add to one class or to several. */
function tree(columns: readonly ColumnPreparation[], outputs: number): fc.Arbitrary<ModelTree> {
  const features = columns.flatMap((column) => featureNames(column).map(() => column));
  const split = fc.record({
    leaf: fc.nat(),
    feature: fc.nat({ max: features.length - 1 }),
    threshold: fc.oneof(float(-3, 3), fc.constantFrom(0, Number.POSITIVE_INFINITY)),
    missingLeft: fc.boolean(),
    codes: fc.subarray([...texts.keys()]),
  });
  const grown = fc.array(split, { maxLength: 4 });
  return fc.tuple(grown, floats(9 * outputs, 1)).map(([splits, values]) => {
    const count = 2 * splits.length + 1;
    const own = {
      feature: new Int32Array(count).fill(-1),
      threshold: new Float32Array(count),
      missingLeft: new Uint8Array(count),
      left: new Int32Array(count),
      right: new Int32Array(count),
      value: values.slice(0, outputs * count),
      categories: new Map<number, readonly number[]>(),
    };
    const leaves = [0];
    splits.forEach(({ leaf, feature, threshold, missingLeft, codes }, at) => {
      const [node] = leaves.splice(leaf % leaves.length, 1) as [number];
      const column = features[feature] as ColumnPreparation;
      own.feature[node] = feature;
      own.missingLeft[node] = Number(missingLeft);
      own.left[node] = 2 * at + 1;
      own.right[node] = 2 * at + 2;
      leaves.push(2 * at + 1, 2 * at + 2);
      if (column.kind === 'categorical' && column.isCoded) {
        own.categories.set(
          node,
          codes.filter((code) => code < column.categories.length),
        );
      } else own.threshold[node] = threshold;
    });
    return own;
  });
}

const forest = (columns: readonly ColumnPreparation[], classes: number): fc.Arbitrary<TreesPredictor> =>
  fc.record({
    kind: fc.constant('trees' as const),
    initial: floats(classes, 1),
    rounds: fc.oneof(
      fc.array(fc.array(tree(columns, 1), { minLength: classes, maxLength: classes }), { maxLength: 3 }),
      fc.array(
        tree(columns, classes).map((own) => [own]),
        { maxLength: 3 },
      ),
    ),
  });

function member(kind: 'network' | 'trees', classNames: readonly string[]): fc.Arbitrary<ModelMember> {
  return columnsFor(kind).chain((columns) =>
    (kind === 'network'
      ? network(widthOf(columns), classNames.length)
      : forest(columns, classNames.length)
    ).map((predictor) => ({
      ...{ runId: 'a1', seed: 1, trainerId: 'native/addon@3', config: KNOB_DEFAULTS, predictor },
      preparation: { columns, classNames },
    })),
  );
}

/** Models of one to three members with all kinds of preparation, of the kinds that are given. */
export const anyModel = (...kinds: readonly ('network' | 'trees')[]): fc.Arbitrary<Model> =>
  fc.constantFrom(2, 3, 4).chain((classes) => {
    const classNames = ['benign', 'Zeus "2"', 'Größe', ''].slice(0, classes);
    return fc
      .array(
        fc.constantFrom(...kinds).chain((kind) => member(kind, classNames)),
        { minLength: 1, maxLength: 3 },
      )
      .map((members) => ({ classNames, members }));
  });

const number = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -24, max: 24 }).map((value) => value / 4),
  fc.double({ min: -1e5, max: 1e5, noNaN: true }),
  fc.double({ min: -1e-8, max: 1e-8, noNaN: true }),
);
const text = fc.oneof(fc.constant(null), fc.constantFrom(...texts), fc.constant('never seen'));

/** Rows with missing and unknown values for `anyModel`. */
export const anyRows: fc.Arbitrary<readonly RawRow[]> = fc.array(
  fc.record({
    ...Object.fromEntries(['bytes', 'label', 'x/y: "z"', 'value 1'].map((name) => [name, number])),
    ...Object.fromEntries(['proto', 'probabilities'].map((name) => [name, text])),
  }),
  { minLength: 1, maxLength: 8 },
);
