import { type CountMetric, type Metric, type MetricValues, parameterValue } from '../metric.js';
import type { ClassMetrics } from '../sweep.js';
import { marginals } from './confusion.js';
import { expectedCost } from './expected-cost.js';
import { NO_PROBABILITIES, type ProbabilityScores } from './probability-metrics.js';

/** What the metrics of a split are computed from. */
export interface Classified {
  /** classes × classes, row-major: true class by row, predicted by column. */
  readonly confusion: Uint32Array;
  readonly rareClasses: readonly number[];
  /** Mean cross-entropy in nats; it does not follow from a confusion matrix. */
  readonly logLoss: number;
  /** Without them the metrics of probabilities are NaN. */
  readonly scores?: ProbabilityScores | undefined;
  /** The sweep's metric, which may have a parameter or costs. */
  readonly metric?: Metric | undefined;
}

/** Precision, recall, F1 and support of every class; 0 where a denominator is 0, as scikit-learn's zero_division=0. */
export function classMetrics(confusion: Uint32Array): ClassMetrics[] {
  return classesOf(marginals(confusion));
}

type Marginals = ReturnType<typeof marginals>;

function classesOf({ truth, predicted, hits }: Marginals): ClassMetrics[] {
  const classes: ClassMetrics[] = [];
  for (let index = 0; index < hits.length; index++) {
    const hit = hits[index] as number;
    const support = truth[index] as number;
    const claimed = predicted[index] as number;
    classes.push({
      precision: ratio(hit, claimed),
      recall: ratio(hit, support),
      f1: ratio(2 * hit, claimed + support),
      support,
    });
  }
  return classes;
}

/**
 * Every metric of a split, named and defined as in scikit-learn. Means over classes, and the worst class, are over classes that
 * have rows in the split: the others cannot be measured, but rows that are predicted as one of them still count as mistakes.
 */
export function metricValues(classified: Classified): MetricValues {
  return splitMetrics(classified).metrics;
}

/** Every metric of a split, and those of its classes. */
export function splitMetrics({ confusion, rareClasses, logLoss, scores, metric }: Classified): {
  readonly metrics: MetricValues;
  readonly classes: readonly ClassMetrics[];
} {
  const counts = marginals(confusion);
  const classes = classesOf(counts);
  const measured = classes.filter(({ support }) => support > 0);
  const recalls = measured.map(({ recall }) => recall);
  const rare = classes
    .filter(({ support }, index) => support > 0 && rareClasses.includes(index))
    .map(({ recall }) => recall);
  const beta = parameterValue('f_beta', metric) as number;
  const counted: { readonly [name in CountMetric]: number } = {
    macro_f1: mean(measured.map(({ f1 }) => f1)),
    rare_recall: mean(rare),
    worst_recall: recalls.length === 0 ? 0 : Math.min(...recalls),
    balanced_accuracy: mean(recalls),
    accuracy: ratio(sum(counts.hits), counts.total),
    mcc: matthews(counts),
    cohen_kappa: kappa(counts),
    g_mean: geometricMean(recalls),
    f_beta: mean(measured.map((own) => fBeta(own, beta))),
  };
  const metrics = {
    ...counted,
    log_loss: logLoss,
    ...(scores?.metrics ?? NO_PROBABILITIES),
    expected_cost: expectedCost(confusion, metric?.costs),
  };
  return { metrics, classes: classes.map((own, at) => withRanking(own, scores?.rankings[at])) };
}

function withRanking(own: ClassMetrics, ranking: ClassMetrics['ranking']): ClassMetrics {
  return ranking === undefined ? own : { ...own, ranking };
}

/** (1 + β²) · precision · recall / (β² · precision + recall) */
function fBeta({ precision, recall }: ClassMetrics, beta: number): number {
  return ratio((1 + beta ** 2) * precision * recall, beta ** 2 * precision + recall);
}

/** Cohen's kappa (1960): accuracy beyond that of chance; 0 where chance alone is always right. */
function kappa({ truth, predicted, hits, total }: Marginals): number {
  const chance = products(truth, predicted);
  return ratio(sum(hits) * total - chance, total ** 2 - chance);
}

/** 0 as soon as one value is; imbalanced-learn's geometric_mean_score with `correction=0`. */
function geometricMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.exp(mean(values.map(Math.log)));
}

/** Matthews correlation, many classes (Gorodkin 2004); 0 where all rows have one true or one predicted class. */
function matthews({ truth, predicted, hits, total }: Marginals): number {
  const spread = (counts: Float64Array) => total ** 2 - products(counts, counts);
  const shared = sum(hits) * total - products(truth, predicted);
  return ratio(shared, Math.sqrt(spread(truth) * spread(predicted)));
}

/** Σ aᵢ · bᵢ */
function products(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let index = 0; index < a.length; index++) total += (a[index] as number) * (b[index] as number);
  return total;
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sum(values: Float64Array | readonly number[]): number {
  let total = 0;
  for (let index = 0; index < values.length; index++) total += values[index] as number;
  return total;
}

function mean(values: readonly number[]): number {
  return ratio(sum(values), values.length);
}
