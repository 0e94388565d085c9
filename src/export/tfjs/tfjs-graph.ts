import type { GraphBuilder, GraphType, GraphValue, Operation } from '../graph/graph.js';

const OPERATORS: Readonly<Record<Operation, string>> = {
  absolute: 'Abs',
  add: 'AddV2',
  divide: 'RealDiv',
  equal: 'Equal',
  isNaN: 'IsNan',
  less: 'Less',
  lessOrEqual: 'LessEqual',
  logarithm: 'Log',
  matrixProduct: 'MatMul',
  maximum: 'Maximum',
  minimum: 'Minimum',
  multiply: 'Mul',
  relu: 'Relu',
  select: 'SelectV2',
  sign: 'Sign',
  softmax: 'Softmax',
  squareRoot: 'Sqrt',
  subtract: 'Sub',
  tanh: 'Tanh',
};
const TYPES: Readonly<Record<GraphType, TfjsType>> = {
  number: 'float32',
  float: 'float32',
  integer: 'int32',
};
const DATA_TYPES: Readonly<Record<TfjsType, string>> = { float32: 'DT_FLOAT', int32: 'DT_INT32' };

type TfjsType = 'float32' | 'int32';

/** A node of a GraphDef in JSON. */
export interface TfjsNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, object>>;
}

/** An array of a graph, in the order of its bytes. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TfjsType;
  readonly values: ArrayLike<number>;
}

/** What a graph takes: columns of numbers, and columns of categories as places in their vocabulary. */
export interface TfjsColumns {
  readonly numbers: readonly string[];
  readonly categories: ReadonlyMap<string, readonly string[]>;
}

/** A graph of TensorFlow.js in the making. */
export interface TfjsGraph extends GraphBuilder {
  readonly nodes: readonly TfjsNode[];
  readonly weights: readonly TfjsWeight[];
}

/** Begins a graph with the inputs `numbers` and `categories`, [rows, columns] each, as far as there are such columns. */
export function tfjsGraph({ numbers, categories }: TfjsColumns): TfjsGraph {
  const nodes: TfjsNode[] = [];
  const weights: TfjsWeight[] = [];
  const add = (op: string, input: readonly GraphValue[], attr: TfjsNode['attr'] = {}): GraphValue => {
    const name = `value_${nodes.length}`;
    nodes.push({ name, op, input, attr });
    return name;
  };
  const constant: GraphBuilder['constant'] = (type, values, shape = []) => {
    const name = `constant_${nodes.length}`;
    const dtype = TYPES[type];
    weights.push({ name, shape, dtype, values });
    nodes.push({ name, op: 'Const', attr: { dtype: { type: DATA_TYPES[dtype] }, value: { tensor: {} } } });
    return name;
  };
  const apply: GraphBuilder['apply'] = (operation, ...inputs) => add(OPERATORS[operation], inputs);
  const gather: GraphBuilder['gather'] = (value, indices, axis) =>
    add('GatherV2', [value, indices, constant('integer', [axis])]);
  const column = (input: string, at: number) => gather(input, constant('integer', [at], [1]), 1);
  if (numbers.length > 0) nodes.push(placeholder('numbers', 'float32', numbers.length));
  if (categories.size > 0) nodes.push(placeholder('categories', 'int32', categories.size));
  return {
    nodes,
    weights,
    constant,
    apply,
    gather,
    cast: (value, type) => add('Cast', [value], { DstT: { type: DATA_TYPES[TYPES[type]] } }),
    join: (values) =>
      values.length === 1 && values[0] !== undefined
        ? values[0]
        : add('ConcatV2', [...values, constant('integer', [1])], { N: { i: `${values.length}` } }),
    largest: (value) => add('ArgMax', [value, constant('integer', [1])]),
    normalise: (value, scale, shift) => {
      const mean = (of: GraphValue) =>
        add('Mean', [of, constant('integer', [1], [1])], { keep_dims: { b: true } });
      const off = apply('subtract', value, mean(value));
      const variance = apply('add', mean(apply('multiply', off, off)), constant('float', [1e-5]));
      const unit = apply('divide', off, apply('squareRoot', variance));
      return apply('add', apply('multiply', unit, scale), shift);
    },
    numbers: (columns) =>
      columns.length === numbers.length && columns.every((name, at) => name === numbers[at])
        ? 'numbers'
        : gather(
            'numbers',
            constant(
              'integer',
              columns.map((name) => numbers.indexOf(name)),
              [columns.length],
            ),
            1,
          ),
    places: (own) => {
      const known = categories.get(own.column) ?? [];
      const unknown = constant('integer', [known.length]);
      const given = column('categories', [...categories.keys()].indexOf(own.column));
      const isBefore = apply('less', given, constant('integer', [0]));
      const place = apply('minimum', apply('select', isBefore, unknown, given), unknown);
      const ownPlaces = known.map((text) => own.categories.indexOf(text));
      const translated = [...ownPlaces, -1].map((at) => (at < 0 ? own.categories.length : at));
      if (translated.every((at, from) => at === from)) return place;
      return gather(constant('integer', translated, [translated.length]), place, 0);
    },
  };
}

function placeholder(name: string, type: TfjsType, columns: number): TfjsNode {
  return {
    name,
    op: 'Placeholder',
    attr: { dtype: { type: DATA_TYPES[type] }, shape: { shape: tensorShape(columns) } },
  };
}

/** Of rows × columns, or of a value for each row. */
function tensorShape(columns?: number) {
  return { dim: [{ size: '-1' }, ...(columns === undefined ? [] : [{ size: `${columns}` }])] };
}

/** An input or output in the signature of a model. */
export function tfjsPort(name: string, type: TfjsType, columns?: number) {
  return { name: `${name}:0`, dtype: DATA_TYPES[type], tensorShape: tensorShape(columns) };
}
