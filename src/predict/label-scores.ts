import type { Model } from '../model/model.js';
import type { SplitResult } from '../sweep.js';
import { scoreSplit } from '../train/score.js';
import type { SplitOutput } from '../train/trainer.js';

/** What is known of a block of labelled rows. */
export interface ScoredBlock {
  readonly rows: number;
  /** Of which the first rows are the block's. */
  readonly labels: Int32Array;
  readonly predictions: Uint16Array;
  /** Sum over the rows of −log of the probability of their class. */
  readonly crossEntropy: number;
  /** rows × classes, row-major: logits of a model of one member, else probabilities. */
  readonly values: Float32Array | Float64Array;
}

/** The scores of labelled rows. */
export interface RowScores {
  readonly result: SplitResult;
  /** Whether there were too many rows for the metrics of probabilities, which need all of them at a time. */
  readonly isWithoutProbabilities: boolean;
}

/** Logits or probabilities in memory are at most 128 MB. */
const MOST_BYTES = 2 ** 27;

/** Gathers labelled rows, and scores them as a sweep scores its test rows. */
export class LabelScores {
  readonly #labels: Int32Array[] = [];
  readonly #predictions: Uint16Array[] = [];
  #values: (Float32Array | Float64Array)[] = [];
  #bytes = 0;
  #crossEntropy = 0;

  constructor(private readonly model: Model) {}

  add({ rows, labels, predictions, crossEntropy, values }: ScoredBlock): void {
    this.#labels.push(labels.slice(0, rows));
    this.#predictions.push(predictions);
    this.#crossEntropy += crossEntropy;
    this.#bytes += values.byteLength;
    if (this.#bytes <= MOST_BYTES) this.#values.push(values);
    else this.#values = [];
  }

  finish(): RowScores {
    const { classNames, scoring, members } = this.model;
    const labels = joined(this.#labels, Int32Array);
    const isWithoutProbabilities = this.#bytes > MOST_BYTES;
    const output: SplitOutput = {
      predictions: joined(this.#predictions, Uint16Array),
      ...this.#valuesOf(members.length === 1, isWithoutProbabilities),
      ...this.#logLoss(labels.length, isWithoutProbabilities),
    };
    const test = labels.map((_, row) => row);
    const split = { train: NO_ROWS, validation: NO_ROWS, test };
    const { rareClasses = [], metric } = scoring ?? {};
    const result = scoreSplit(output, 'test', { labels, split, classNames, rareClasses, metric });
    return { result, isWithoutProbabilities };
  }

  #valuesOf(areLogits: boolean, isWithout: boolean): Pick<SplitOutput, 'logits' | 'probabilities'> {
    if (isWithout) return {};
    return areLogits
      ? { logits: joined(this.#values as Float32Array[], Float32Array) }
      : { probabilities: joined(this.#values as Float64Array[], Float64Array) };
  }

  /** Trees add all rows up at once, and ensembles have probabilities alone; networks add slices up, as here. */
  #logLoss(rows: number, isWithout: boolean): Pick<SplitOutput, 'logLoss'> {
    const [first, ...others] = this.model.members;
    const isSliced = first?.predictor.kind === 'network' && others.length === 0;
    return isSliced || isWithout ? { logLoss: this.#crossEntropy / Math.max(1, rows) } : {};
  }
}

const NO_ROWS = new Int32Array();

type Values = Int32Array | Uint16Array | Float32Array | Float64Array;

function joined<Type extends Values>(parts: readonly Type[], type: new (length: number) => Type): Type {
  const all = new type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
