import type { CategoricalPreparation } from '../../model/preparation.js';
import type { GraphBuilder, GraphType, GraphValue, Operation } from '../graph/graph.js';
import { ELEMENTS, type ElementType, type OnnxConstant, type OnnxNode } from './messages.js';

const OPERATORS: Readonly<Record<Exclude<Operation, 'isNaN'>, string>> = {
  absolute: 'Abs',
  add: 'Add',
  divide: 'Div',
  equal: 'Equal',
  less: 'Less',
  lessOrEqual: 'LessOrEqual',
  logarithm: 'Log',
  matrixProduct: 'MatMul',
  maximum: 'Max',
  minimum: 'Min',
  multiply: 'Mul',
  relu: 'Relu',
  select: 'Where',
  sign: 'Sign',
  softmax: 'Softmax',
  squareRoot: 'Sqrt',
  subtract: 'Sub',
  tanh: 'Tanh',
};
const TYPES: Readonly<Record<GraphType, ElementType>> = {
  number: 'double',
  float: 'float',
  integer: 'int64',
};

/** A graph of ONNX in the making. */
export interface OnnxGraph extends GraphBuilder {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  /** Adds a node; its output has a name of its own, or that which is given. */
  add(node: Omit<OnnxNode, 'output'> & { readonly output?: string }): GraphValue;
  texts(values: readonly string[]): GraphValue;
}

/** Begins a graph whose inputs have the names of columns; no other value has such a name. */
export function onnxGraph(columns: readonly string[]): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const constants = new Map<string, OnnxConstant>();
  const taken = new Set(columns);
  /** Trees ask for those of a column again and again. */
  const places = new Map<string, GraphValue>();
  const add: OnnxGraph['add'] = ({ output = unusedName(taken, `value ${nodes.length}`), ...node }) => {
    taken.add(output);
    nodes.push({ ...node, output });
    return output;
  };
  const keep = (constant: Omit<OnnxConstant, 'name'>): GraphValue => {
    // Weights are seldom equal, and a short constant often is.
    const isShort = constant.values.length <= 64;
    const { type, shape, values } = constant;
    const key = isShort ? JSON.stringify([type, shape, Array.from(values, String)]) : `${constants.size}`;
    const known = constants.get(key);
    if (known !== undefined) return known.name;
    const name = unusedName(taken, `constant ${constants.size}`);
    taken.add(name);
    constants.set(key, { name, ...constant });
    return name;
  };
  return {
    nodes,
    get constants() {
      return [...constants.values()];
    },
    add,
    constant: (type, values, shape = []) => keep({ type: TYPES[type], shape, values }),
    texts: (values) => keep({ type: 'string', shape: [values.length], values }),
    apply: (operation, ...inputs) =>
      operation === 'isNaN' ? notEqualToItself(add, inputs) : add({ operator: OPERATORS[operation], inputs }),
    cast: (value, type) =>
      add({ operator: 'Cast', inputs: [value], attributes: { to: { integer: ELEMENTS[TYPES[type]] } } }),
    gather: (value, indices, axis) =>
      add({ operator: 'Gather', inputs: [value, indices], attributes: { axis: { integer: axis } } }),
    join: (values) => joined(add, values),
    largest: (value) =>
      add({
        operator: 'ArgMax',
        inputs: [value],
        attributes: { axis: { integer: 1 }, keepdims: { integer: 0 } },
      }),
    normalise: (value, scale, shift) =>
      add({
        operator: 'LayerNormalization',
        inputs: [value, scale, shift],
        attributes: { epsilon: { float: 1e-5 } },
      }),
    numbers: (names) => joined(add, names),
    places: (column) => {
      const key = JSON.stringify(column);
      const place = places.get(key) ?? add(labelEncoder(column));
      places.set(key, place);
      return place;
    },
  };
}

/** NaN alone does not equal itself; older runtimes have no IsNaN of float64. */
function notEqualToItself(add: OnnxGraph['add'], [value = '']: readonly GraphValue[]): GraphValue {
  const isNumber = add({ operator: 'Equal', inputs: [value, value] });
  return add({ operator: 'Not', inputs: [isNumber] });
}

function joined(add: OnnxGraph['add'], values: readonly GraphValue[]): GraphValue {
  if (values.length === 1 && values[0] !== undefined) return values[0];
  return add({ operator: 'Concat', inputs: values, attributes: { axis: { integer: 1 } } });
}

function labelEncoder({ column, categories }: CategoricalPreparation): Omit<OnnxNode, 'output'> {
  // There is no encoder without a key.
  const keys = categories.length > 0 ? categories : [''];
  return {
    operator: 'LabelEncoder',
    domain: 'ai.onnx.ml',
    inputs: [column],
    attributes: {
      keys_strings: { texts: keys },
      values_int64s: { integers: keys.map((_, at) => at) },
      default_int64: { integer: categories.length },
    },
  };
}

/** A name that begins with the wished one and is not taken. */
export function unusedName(taken: ReadonlySet<string>, wished: string): string {
  let name = wished;
  while (taken.has(name)) name += '_';
  return name;
}
