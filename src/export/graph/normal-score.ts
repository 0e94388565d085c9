import { CENTRE, type Fraction, TAIL } from '../../model/inverse-normal.js';
import { SMALLEST_SHARE } from '../../model/number-preparation.js';
import type { GraphBuilder, GraphValue, Operation } from './graph.js';

/** The distance of a value from the least and from the greatest quantile, in steps. */
interface Place {
  readonly fromLeast: GraphValue;
  readonly fromGreatest: GraphValue;
}

/** Columns of numbers as normal scores of their places among quantiles, as `normalScore` computes them. */
export function normalScores(
  graph: GraphBuilder,
  values: GraphValue,
  quantiles: readonly (readonly number[])[],
): GraphValue {
  const steps = graph.constant('number', quantiles.map(stepsOf), [1, quantiles.length]);
  const { fromLeast, fromGreatest } = placeAmong(graph, values, quantiles);
  return inverseNormals(graph, {
    fromLeast: graph.apply('divide', fromLeast, steps),
    fromGreatest: graph.apply('divide', fromGreatest, steps),
  });
}

/** A single quantile is both ends of a step. */
function stepsOf({ length }: readonly number[]): number {
  return Math.max(1, length - 1);
}

function placeAmong(
  graph: GraphBuilder,
  values: GraphValue,
  quantiles: readonly (readonly number[])[],
): Place {
  const apply = graph.apply.bind(graph);
  const number = (value: number) => graph.constant('number', [value]);
  const row = (ofColumn: (own: readonly number[]) => number) =>
    graph.constant('number', quantiles.map(ofColumn), [1, quantiles.length]);
  const table = quantileTable(graph, quantiles);
  const [below, above] = [table.count(values, 'less'), table.count(values, 'lessOrEqual')];
  const [lower, upper] = [table.at(below, -1), table.at(below, 0)];
  const range = apply('subtract', upper, lower);
  const last = row(stepsOf);
  const [belowNumber, aboveNumber] = [graph.cast(below, 'number'), graph.cast(above, 'number')];
  const isTied = apply('less', below, above);
  const tied = apply(
    'divide',
    apply('subtract', apply('add', belowNumber, aboveNumber), number(1)),
    number(2),
  );
  const beyond = apply('divide', apply('subtract', values, lower), range);
  const before = apply('divide', apply('subtract', upper, values), range);
  const between = apply('add', apply('subtract', belowNumber, number(1)), beyond);
  const rest = apply('add', apply('subtract', last, belowNumber), before);
  const isLeast = apply(
    'lessOrEqual',
    values,
    row((own) => own[0] as number),
  );
  const isGreatest = apply(
    'lessOrEqual',
    row((own) => own.at(-1) as number),
    values,
  );
  const within = (ends: readonly [GraphValue, GraphValue], place: GraphValue) =>
    apply('select', isLeast, ends[0], apply('select', isGreatest, ends[1], place));
  return {
    fromLeast: within([number(0), last], apply('select', isTied, tied, between)),
    fromGreatest: within([last, number(0)], apply('select', isTied, apply('subtract', last, tied), rest)),
  };
}

/** The quantiles of all columns in one array, each filled up to one less than a power of two, for a search by halves. */
function quantileTable(graph: GraphBuilder, quantiles: readonly (readonly number[])[]) {
  const halvings = Math.ceil(Math.log2(Math.max(...quantiles.map(({ length }) => length)) + 1));
  const width = 2 ** halvings - 1;
  const flat = graph.constant(
    'number',
    quantiles.flatMap((own) => [...own, ...Array<number>(width - own.length).fill(Number.POSITIVE_INFINITY)]),
    [quantiles.length * width],
  );
  const shape = [1, quantiles.length];
  const start = (offset: number) =>
    graph.constant(
      'integer',
      quantiles.map((_, column) => column * width + offset),
      shape,
    );
  const read = (place: GraphValue, offset: number) =>
    graph.gather(flat, graph.apply('add', place, start(offset)), 0);
  return {
    /** How many quantiles of its column are less than a value, or at most it. */
    count(values: GraphValue, isBefore: Operation & `less${string}`): GraphValue {
      // Zeros, as many as there are values.
      let found = graph.cast(graph.apply('less', values, values), 'integer');
      for (let step = 2 ** (halvings - 1); step >= 1; step /= 2) {
        const isPast = graph.cast(graph.apply(isBefore, read(found, step - 1), values), 'integer');
        found = graph.apply('add', found, graph.apply('multiply', isPast, graph.constant('integer', [step])));
      }
      return found;
    },
    /** The quantile at a place, or before it; the nearest one where there is none. */
    at(place: GraphValue, offset: 0 | -1): GraphValue {
      const last = graph.constant(
        'integer',
        quantiles.map(({ length }) => length - 1 - offset),
        shape,
      );
      const least = graph.constant('integer', [-offset]);
      return read(graph.apply('minimum', graph.apply('maximum', place, least), last), offset);
    },
  };
}

/** `inverseNormal` of shares that are given from both ends, so that float32 shows the upper ones as well. */
function inverseNormals(graph: GraphBuilder, { fromLeast, fromGreatest }: Place): GraphValue {
  const apply = graph.apply.bind(graph);
  const number = (value: number) => graph.constant('number', [value]);
  const off = apply('divide', apply('subtract', fromLeast, fromGreatest), number(2));
  const share = apply('maximum', apply('minimum', fromLeast, fromGreatest), number(SMALLEST_SHARE));
  const root = apply('squareRoot', apply('subtract', number(0), apply('logarithm', share)));
  const centre = apply(
    'multiply',
    off,
    fraction(graph, CENTRE, apply('subtract', number(0.180625), apply('multiply', off, off))),
  );
  // No share is as small as exp(−25), where another fraction begins.
  const tail = apply(
    'multiply',
    apply('sign', off),
    fraction(graph, TAIL, apply('subtract', root, number(1.6))),
  );
  const isNearMedian = apply('lessOrEqual', apply('absolute', off), number(0.425));
  return apply('select', isNearMedian, centre, tail);
}

function fraction(graph: GraphBuilder, [numerator, denominator]: Fraction, at: GraphValue): GraphValue {
  const polynomial = (coefficients: readonly number[]) => {
    const [highest = 0, ...lower] = coefficients.toReversed();
    return lower.reduce(
      (sum, coefficient) =>
        graph.apply('add', graph.apply('multiply', sum, at), graph.constant('number', [coefficient])),
      graph.constant('number', [highest]),
    );
  };
  return graph.apply('divide', polynomial(numerator), polynomial(denominator));
}
