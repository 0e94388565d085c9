import { type CountMetric, type Metric, parameterValue } from '../metric.js';

/** Counts per class, which may be weighted: rows of the class, rows predicted as it, and rows that are both. */
export interface Margins {
  readonly support: Float64Array;
  readonly predicted: Float64Array;
  readonly hits: Float64Array;
}

/** What a metric needs to know beside counts. */
export interface MarginSettings {
  /** By class. */
  readonly isRare: readonly boolean[];
  /** Of f_beta. */
  readonly beta: number;
}

/** The settings of a table's classes under a sweep's metric. */
export function marginSettings({
  rareClasses,
  classCount,
  metric,
}: {
  readonly rareClasses: readonly number[];
  readonly classCount: number;
  readonly metric?: Metric | undefined;
}): MarginSettings {
  return {
    isRare: Array.from({ length: classCount }, (_, index) => rareClasses.includes(index)),
    beta: parameterValue('f_beta', metric) as number,
  };
}

/** A metric of margins; the same definitions as `metricValues` has for a confusion matrix. */
export function marginMetric(name: CountMetric, margins: Margins, settings: MarginSettings): number {
  return OF_MARGINS[name](margins, settings);
}

type OfMargins = (margins: Margins, settings: MarginSettings) => number;

const OF_MARGINS: { readonly [name in CountMetric]: OfMargins } = {
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
  rare_recall: (margins, { isRare }) => meanRecall(margins, isRare),
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
  cohen_kappa: ({ support, predicted, hits }) => {
    const total = sum(support);
    const chance = dot(support, predicted);
    return ratio(sum(hits) * total - chance, total ** 2 - chance);
  },
  g_mean: ({ support, hits }) => {
    let logs = 0;
    let measured = 0;
    for (let c = 0; c < hits.length; c++) {
      if (support[c] === 0) continue;
      logs += Math.log((hits[c] as number) / (support[c] as number));
      measured++;
    }
    return measured === 0 ? 0 : Math.exp(logs / measured);
  },
  f_beta: ({ support, predicted, hits }, { beta }) => {
    let total = 0;
    let measured = 0;
    for (let c = 0; c < hits.length; c++) {
      if (support[c] === 0) continue;
      const whole = beta ** 2 * (support[c] as number) + (predicted[c] as number);
      total += ((1 + beta ** 2) * (hits[c] as number)) / whole;
      measured++;
    }
    return ratio(total, measured);
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
