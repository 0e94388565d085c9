import { isScoredMetric, type Metric, type MetricName, type ScoredMetric } from '../metric.js';

/** What a configuration must keep to be chosen. */
export type Constraint =
  /** It may lose at most this much against cross-entropy. */
  | { readonly metric: MetricName; readonly margin: number }
  /** A limit of its own value. */
  | { readonly metric: MetricName; readonly relation: '>=' | '<='; readonly value: number };

/** What somebody wants from a configuration. */
export interface Aim {
  readonly name: string;
  readonly metric: Metric;
  readonly constraints: readonly Constraint[];
}

/** Whether nothing limits the choice. The first such aim's is meant where one configuration is wanted. */
export function isUnconstrained({ constraints }: Aim): boolean {
  return constraints.length === 0;
}

/** What a choice for an aim is judged by: its metric first, then those of its constraints, each once. */
export function aimMetrics({ metric, constraints }: Aim): readonly MetricName[] {
  return [...new Set([metric.name, ...constraints.map((own) => own.metric)])];
}

/** The metrics of probabilities that a sweep is ranked by or chosen for: their intervals need draws of rows. */
export function scoredMetrics(metric: Metric, aims: readonly Aim[]): readonly ScoredMetric[] {
  return [...new Set([metric.name, ...aims.flatMap(aimMetrics)])].filter(isScoredMetric);
}

/** Differences within ± this are called equivalent (the region of practical equivalence: Benavoli et al. 2017). */
export const EQUIVALENT = 0.01;
/** Macro-F1 that a choice for the rare classes may lose. */
const MARGIN = 0.03;

/** The best by the ranking metric, and the best for rare classes that costs little macro-F1. */
export function defaultAims(metric: Metric): readonly Aim[] {
  const overall: Aim = { name: 'overall', metric, constraints: [] };
  if (metric.name === 'rare_recall') return [overall];
  return [
    overall,
    {
      name: 'rare classes',
      metric: { name: 'rare_recall', goal: 'maximize' },
      constraints: [{ metric: 'macro_f1', margin: MARGIN }],
    },
  ];
}
