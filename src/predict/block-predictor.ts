import { argMaxRows, ensembleRows, softmaxColumns } from '../metrics/softmax.js';
import type { Model } from '../model/model.js';
import type { OpenModel } from '../train/prediction/prediction.js';
import { decideClasses } from './decide-classes.js';
import type { ScoredBlock } from './label-scores.js';

/** What a model says of a block: its classes, and class after class the probability of each row. */
export interface PredictedBlock {
  readonly predictions: Uint16Array;
  readonly probabilities: Float64Array;
  /** rows × classes, row-major: logits of a model of one member, else probabilities. */
  readonly values: Float32Array | Float64Array;
}

/** Predicts a block whose features are in place: the mean of the members' probabilities, and the classes of a decision or the most probable. */
export async function predictBlock(
  { members }: OpenModel,
  rows: number,
  decision: Model['decision'],
): Promise<PredictedBlock> {
  const block = await ensembleBlock(members, rows);
  return decision === undefined
    ? block
    : { ...block, predictions: decideClasses(decision, block.probabilities, rows) };
}

async function ensembleBlock(members: OpenModel['members'], rows: number): Promise<PredictedBlock> {
  const [first, ...others] = members;
  if (first === undefined) throw new RangeError('a model has at least one member');
  const logits = await first.logits(rows);
  const classes = logits.length / rows;
  const own = softmaxColumns(logits, classes);
  if (others.length === 0) {
    return { predictions: argMaxRows(logits, classes), probabilities: own, values: logits };
  }
  const all = [own];
  for (const member of others) all.push(softmaxColumns(await member.logits(rows), classes));
  const { columns, values, predictions } = ensembleRows(all, classes);
  return { predictions, probabilities: columns, values };
}

/** The same with what labels say of it, which lie in the model. */
export async function scoreBlock(
  model: OpenModel,
  rows: number,
  { predictions, values }: PredictedBlock,
): Promise<ScoredBlock> {
  const { labels, members } = model;
  const block = { rows, labels, values, predictions };
  const [first, ...others] = members;
  if (first !== undefined && others.length === 0) {
    const { crossEntropy } = await first.evaluate(rows);
    return { ...block, crossEntropy };
  }
  const classes = values.length / rows;
  let crossEntropy = 0;
  for (let row = 0; row < rows; row++) {
    const own = values[row * classes + (labels[row] as number)] as number;
    crossEntropy -= Math.log(Math.max(own, 2 ** -52));
  }
  return { ...block, crossEntropy };
}
