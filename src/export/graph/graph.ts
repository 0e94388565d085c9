import type { CategoricalPreparation } from '../../model/preparation.js';

/** The name of a tensor of a graph. */
export type GraphValue = string;

/** Operations on tensors, whose shapes are broadcast; those of rows work on the last axis. */
export type Operation =
  | 'absolute'
  | 'add'
  | 'divide'
  | 'equal'
  | 'isNaN'
  | 'less'
  | 'lessOrEqual'
  | 'logarithm'
  | 'matrixProduct'
  | 'maximum'
  | 'minimum'
  | 'multiply'
  | 'relu'
  | 'select'
  | 'sign'
  | 'softmax'
  | 'squareRoot'
  | 'subtract'
  | 'tanh';

/** Types of tensors: `number` is that in which columns are prepared, float64 where the format has it; `float` is float32. */
export type GraphType = 'number' | 'float' | 'integer';

/** Builds a graph of tensors in the words of a format. Rows are the first axis. */
export interface GraphBuilder {
  /** A constant; a scalar without a shape. */
  constant(type: GraphType, values: ArrayLike<number>, shape?: readonly number[]): GraphValue;
  apply(operation: Operation, ...inputs: readonly GraphValue[]): GraphValue;
  cast(value: GraphValue, type: GraphType): GraphValue;
  /** Parts of a value along an axis, in the shape of the indices. */
  gather(value: GraphValue, indices: GraphValue, axis: 0 | 1): GraphValue;
  /** Side by side. */
  join(values: readonly GraphValue[]): GraphValue;
  /** The place of the largest of each row, [rows]; the first of equal ones. */
  largest(value: GraphValue): GraphValue;
  /** (x − mean) / sqrt(variance + 1e-5) · scale + shift, over each row. */
  normalise(value: GraphValue, scale: GraphValue, shift: GraphValue): GraphValue;
  /** The raw numbers of columns, side by side; NaN where one is missing. */
  numbers(columns: readonly string[]): GraphValue;
  /** The places of a column's texts among its categories, as integers in one column; their count for any other text. */
  places(column: CategoricalPreparation): GraphValue;
}
