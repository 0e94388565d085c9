import type { Dataset } from '../../data/dataset.js';
import { classMetrics, metricValues } from '../../metrics/classification-metrics.js';
import { confusionMatrix } from '../../metrics/confusion.js';
import type { SplitName, SplitResult } from '../../sweep.js';
import { compactLogits } from '../compact-logits.js';
import type { Trainer } from './engine.js';

/** Rows evaluated at once: bounds memory and the time until the stop flag is looked at. Part of a result's identity. */
const SLICE_ROWS = 2048;

/** A lane's weights at work on the rows of a split. */
export interface SplitEvaluation {
  readonly trainer: Trainer;
  readonly lane: number;
  readonly dataset: Dataset;
  readonly split: SplitName;
  readonly shouldStop: () => boolean;
}

/** Loss, metrics and predictions of a lane's weights on a split; undefined when asked to stop. */
export async function evaluateSplit(options: SplitEvaluation): Promise<SplitResult | undefined> {
  const { trainer, lane, dataset, shouldStop } = options;
  const rows = dataset.split[options.split];
  const classes = dataset.classNames.length;
  const targets = rows.map((row) => dataset.labels[row] as number);
  const predictions = new Uint16Array(rows.length);
  let focalLoss = 0;
  let crossEntropy = 0;
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    if (shouldStop()) return undefined;
    const slice = await trainer.evaluate(lane, rows.subarray(from, from + SLICE_ROWS));
    predictions.set(slice.predictions, from);
    focalLoss += slice.focalLoss;
    crossEntropy += slice.crossEntropy;
  }
  const confusion = confusionMatrix(targets, predictions, classes);
  const count = Math.max(1, rows.length);
  return {
    loss: focalLoss / count,
    metrics: metricValues({ confusion, rareClasses: dataset.rareClasses, logLoss: crossEntropy / count }),
    classes: classMetrics(confusion),
    confusion,
    predictions,
  };
}

/** The lane's logits on a split, compact; undefined when asked to stop. */
export async function splitLogits({
  trainer,
  lane,
  dataset,
  split,
  shouldStop,
}: SplitEvaluation): Promise<Uint16Array | undefined> {
  const rows = dataset.split[split];
  const classes = dataset.classNames.length;
  const compact = new Uint16Array(rows.length * classes);
  for (let from = 0; from < rows.length; from += SLICE_ROWS) {
    if (shouldStop()) return undefined;
    const logits = await trainer.predict(lane, rows.subarray(from, from + SLICE_ROWS));
    compactLogits(logits, classes, compact, from * classes);
  }
  return compact;
}
