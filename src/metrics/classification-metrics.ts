import type { ClassMetrics, MetricValues } from '../sweep.js';
import { marginals } from './confusion.js';

/** What the metrics of a split are computed from. */
export interface Classified {
  /** classes × classes, row-major: true class by row, predicted by column. */
  readonly confusion: Uint32Array;
  readonly rareClasses: readonly number[];
  /** Mean cross-entropy in nats; it does not follow from a confusion matrix. */
  readonly logLoss: number;
}

/** Precision, recall, F1 and support of every class; 0 where a denominator is 0, as scikit-learn's zero_division=0. */
export function classMetrics(confusion: Uint32Array): ClassMetrics[] {
  const { truth, predicted, hits } = marginals(confusion);
  return Array.from(hits, (hit, index) => {
    const support = truth[index] as number;
    const claimed = predicted[index] as number;
    return {
      precision: ratio(hit, claimed),
      recall: ratio(hit, support),
      f1: ratio(2 * hit, claimed + support),
      support,
    };
  });
}

/**
 * Every metric of a split, named and defined as in scikit-learn. Means over classes, and the worst class, are over classes that
 * have rows in the split: the others cannot be measured, but rows that are predicted as one of them still count as mistakes.
 */
export function metricValues({ confusion, rareClasses, logLoss }: Classified): MetricValues {
  const classes = classMetrics(confusion);
  const measured = classes.filter(({ support }) => support > 0);
  const recalls = measured.map(({ recall }) => recall);
  const rare = classes
    .filter(({ support }, index) => support > 0 && rareClasses.includes(index))
    .map(({ recall }) => recall);
  const { hits, total } = marginals(confusion);
  return {
    macro_f1: mean(measured.map(({ f1 }) => f1)),
    rare_recall: mean(rare),
    worst_recall: recalls.length === 0 ? 0 : Math.min(...recalls),
    balanced_accuracy: mean(recalls),
    accuracy: ratio(sum(hits), total),
    mcc: matthews(confusion),
    log_loss: logLoss,
  };
}

/** Matthews correlation, many classes (Gorodkin 2004); 0 where all rows have one true or one predicted class. */
function matthews(confusion: Uint32Array): number {
  const { truth, predicted, hits, total } = marginals(confusion);
  const chance = sum(truth.map((count, index) => count * (predicted[index] as number)));
  const spread = (counts: Float64Array) => total ** 2 - sum(counts.map((count) => count ** 2));
  return ratio(sum(hits) * total - chance, Math.sqrt(spread(truth) * spread(predicted)));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(values: Float64Array | readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function mean(values: readonly number[]): number {
  return ratio(sum(values), values.length);
}
