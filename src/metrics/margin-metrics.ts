import type { MetricName } from '../sweep.js';

/** The metrics that follow from counts alone. */
export type CountMetric = Exclude<MetricName, 'log_loss'>;

/** Counts per class, which may be weighted: rows of the class, rows predicted as it, and rows that are both. */
export interface Margins {
  readonly support: Float64Array;
  readonly predicted: Float64Array;
  readonly hits: Float64Array;
}

/** A metric of margins; the same definitions as `metricValues` has for a confusion matrix. */
export function marginMetric(name: CountMetric, margins: Margins, isRare: readonly boolean[]): number {
  if (name === 'rare_recall') return meanRecall(margins, isRare);
  return METRICS[name](margins);
}

const METRICS: { readonly [name in Exclude<CountMetric, 'rare_recall'>]: (margins: Margins) => number } = {
  macro_f1: ({ support, predicted, hits }) => {
    let total = 0;
    let measured = 0;
    for (let c = 0; c < hits.length; c++) {
      if (support[c] === 0) continue;
      total += (2 * (hits[c] as number)) / ((support[c] as number) + (predicted[c] as number));
      measured++;
    }
    return ratio(total, measured);
  },
  worst_recall: ({ support, hits }) => {
    let worst = 1;
    let present = false;
    for (let c = 0; c < hits.length; c++) {
      if (support[c] === 0) continue;
      present = true;
      const recall = (hits[c] as number) / (support[c] as number);
      if (recall < worst) worst = recall;
    }
    return present ? worst : 0;
  },
  balanced_accuracy: (margins) => meanRecall(margins),
  accuracy: ({ support, hits }) => ratio(sum(hits), sum(support)),
  mcc: ({ support, predicted, hits }) => {
    const total = sum(support);
    const spread = (counts: Float64Array) => total ** 2 - dot(counts, counts);
    return ratio(
      sum(hits) * total - dot(support, predicted),
      Math.sqrt(Math.max(0, spread(support) * spread(predicted))),
    );
  },
};

function meanRecall({ support, hits }: Margins, counts?: readonly boolean[]): number {
  let total = 0;
  let classes = 0;
  for (let c = 0; c < hits.length; c++) {
    if (support[c] === 0 || counts?.[c] === false) continue;
    total += (hits[c] as number) / (support[c] as number);
    classes++;
  }
  return ratio(total, classes);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let c = 0; c < a.length; c++) total += (a[c] as number) * (b[c] as number);
  return total;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
