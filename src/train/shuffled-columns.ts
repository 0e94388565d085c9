import type { FeatureColumn, SharedDataset } from '../data/dataset.js';
import { splitMetrics } from '../metrics/classification-metrics.js';
import { confusionMatrix } from '../metrics/confusion.js';
import { randomStream, shuffle } from '../random.js';
import type { ColumnImportance, MetricDrop } from '../sweep.js';
import { valuesAt } from './split-output.js';

/** So often is every column shuffled, and less often where that would be more predictions than MOST_ROWS; at least once. */
const SHUFFLES = 5;
const MOST_ROWS = 100_000;

/** All features of a column together in another order: validation row r has the values of the row at position `order[r]`. */
export interface ColumnShuffle {
  readonly column: FeatureColumn;
  readonly order: Int32Array;
}

type Scores = { readonly [name in keyof NonNullable<ColumnImportance['drops']>]: number };

/**
 * Measures what macro-F1 and rare recall of the validation rows lose when the values of one column are shuffled among them (Breiman
 * 2001; Fisher, Rudin & Dominici 2019). The trainer predicts; a seed has the same orders for every model.
 */
export class ShuffledColumns {
  readonly #targets: Int32Array;
  readonly #whole: Scores;
  readonly #drops = new Map<FeatureColumn, Scores[]>();

  /** `predictions` are those of the validation rows as they are, by the model that predicts the shuffled ones. */
  constructor(
    private readonly seed: number,
    private readonly dataset: SharedDataset,
    predictions: Uint16Array,
  ) {
    this.#targets = valuesAt(dataset.labels, dataset.split.validation);
    this.#whole = this.#scores(predictions);
  }

  /** What to predict: every column several times. */
  *shuffles(): Iterable<ColumnShuffle> {
    const rows = this.#targets.length;
    const count = Math.max(1, Math.min(SHUFFLES, Math.floor(MOST_ROWS / rows)));
    for (const [index, column] of this.dataset.featureColumns.entries()) {
      for (let repeat = 0; repeat < count; repeat++) {
        const order = Int32Array.from({ length: rows }, (_, row) => row);
        yield { column, order: shuffle(order, randomStream(this.seed, 'columnOrder', index, repeat)) };
      }
    }
  }

  /** Takes the predictions of the validation rows after a shuffle. */
  add({ column }: ColumnShuffle, predictions: Uint16Array): void {
    const after = this.#scores(predictions);
    const drop = {
      macroF1: this.#whole.macroF1 - after.macroF1,
      rareRecall: this.#whole.rareRecall - after.rareRecall,
    };
    this.#drops.set(column, [...(this.#drops.get(column) ?? []), drop]);
  }

  /** By column, in the order of the dataset. */
  drops(): readonly NonNullable<ColumnImportance['drops']>[] {
    return this.dataset.featureColumns.map((column) => {
      const drops = this.#drops.get(column) ?? [];
      return {
        macroF1: meanDrop(drops.map(({ macroF1 }) => macroF1)),
        rareRecall: meanDrop(drops.map(({ rareRecall }) => rareRecall)),
      };
    });
  }

  #scores(predictions: Uint16Array): Scores {
    const { classNames, rareClasses } = this.dataset;
    const confusion = confusionMatrix(this.#targets, predictions, classNames.length);
    const { metrics } = splitMetrics({ confusion, rareClasses, logLoss: Number.NaN });
    return { macroF1: metrics.macro_f1, rareRecall: metrics.rare_recall };
  }
}

function meanDrop(values: readonly number[]): MetricDrop {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, sd: Math.sqrt(squares / (values.length - 1)) };
}
