interface MetricRow {
  readonly goal: 'maximize' | 'minimize';
  /** What it follows from: the predicted classes alone, the probabilities of the classes, or predicted classes and a sweep's costs. */
  readonly from: 'predictions' | 'probabilities' | 'costs';
  /** The values that it can have. */
  readonly range: readonly [lowest: number, highest: number];
  readonly text: string;
  /** A setting of the metric; null as default: what the data give. */
  readonly parameter?: { readonly name: MetricParameter; readonly initial: number | null };
}

/** Settings of metrics, as a spec names them. */
export type MetricParameter = 'beta' | 'precision' | 'fpr' | 'k';

const SHARE = [0, 1] as const;
const COEFFICIENT = [-1, 1] as const;
const UP = { goal: 'maximize', from: 'predictions', range: SHARE } as const;
const OF_SCORES = { goal: 'maximize', from: 'probabilities', range: SHARE } as const;
const IN_BINARY = 'of two classes, of the smaller one';

/** Every metric of a split. Results have a column for each that they keep, in this order; new ones come last. */
export const METRICS = {
  macro_f1: { ...UP, text: 'unweighted mean of the F1 of all classes' },
  rare_recall: { ...UP, text: 'mean recall of the rare classes' },
  worst_recall: { ...UP, text: 'recall of the worst class' },
  balanced_accuracy: { ...UP, text: 'mean recall of all classes' },
  accuracy: { ...UP, text: 'share of rows predicted correctly' },
  mcc: { ...UP, range: COEFFICIENT, text: "Matthews' correlation coefficient" },
  log_loss: {
    goal: 'minimize',
    from: 'probabilities',
    range: [0, Number.POSITIVE_INFINITY],
    text: 'mean negative log-likelihood of the true class',
  },
  cohen_kappa: { ...UP, range: COEFFICIENT, text: "Cohen's kappa, agreement beyond chance" },
  g_mean: { ...UP, text: 'geometric mean of the recall of all classes' },
  f_beta: {
    ...UP,
    text: 'unweighted mean of the F-beta of all classes, `beta` 2 unless the sweep’s metric says otherwise',
    parameter: { name: 'beta', initial: 2 },
  },
  average_precision: {
    ...OF_SCORES,
    text: `average precision, the area under the precision-recall curve: mean over classes, each against the rest; ${IN_BINARY}`,
  },
  roc_auc: {
    ...OF_SCORES,
    text: 'area under the ROC curve: mean over classes, each against the rest',
  },
  brier: {
    goal: 'minimize',
    from: 'probabilities',
    range: [0, 2],
    text: 'Brier score: mean over rows of the squared distance of the probabilities to the true class, 0 to 2; of two classes half of it, 0 to 1',
  },
  ece: {
    goal: 'minimize',
    from: 'probabilities',
    range: SHARE,
    text: 'expected calibration error of the top probability, 15 equally wide bins',
  },
  recall_at_precision: {
    ...OF_SCORES,
    text: `highest recall at a threshold with at least this \`precision\`, 0.9 unless the sweep’s metric says otherwise: mean over classes; ${IN_BINARY}`,
    parameter: { name: 'precision', initial: 0.9 },
  },
  recall_at_fpr: {
    ...OF_SCORES,
    text: `highest recall at a threshold with at most this false positive rate \`fpr\`, 0.01 unless the sweep’s metric says otherwise: mean over classes; ${IN_BINARY}`,
    parameter: { name: 'fpr', initial: 0.01 },
  },
  precision_at_k: {
    ...OF_SCORES,
    text: `precision among the \`k\` rows with the highest probability of a class, as many as it has rows unless the sweep’s metric says otherwise: mean over classes; ${IN_BINARY}`,
    parameter: { name: 'k', initial: null },
  },
  expected_cost: {
    goal: 'minimize',
    from: 'costs',
    range: [0, Number.POSITIVE_INFINITY],
    text: 'mean cost of a row, by the `costs` of the spec: no value without them',
  },
} as const satisfies { readonly [name: string]: MetricRow };

export type MetricName = keyof typeof METRICS;
export type MetricValues = { readonly [name in MetricName]: number };

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

/** The metrics that every table shows; the others are shown where a sweep is ranked by one, or where they are asked for. */
export const USUAL_METRICS = [
  'macro_f1',
  'rare_recall',
  'worst_recall',
  'balanced_accuracy',
  'accuracy',
  'mcc',
  'log_loss',
] as const satisfies readonly MetricName[];

/** The metrics that follow from counts of predictions alone. */
export type CountMetric = {
  [Name in MetricName]: (typeof METRICS)[Name]['from'] extends 'predictions' ? Name : never;
}[MetricName];

/** Metrics that depend on what a sweep says that mistakes cost. */
export type CostMetric = {
  [Name in MetricName]: (typeof METRICS)[Name]['from'] extends 'costs' ? Name : never;
}[MetricName];

/** Metrics of predicted classes: a report draws their rows again. */
export type DrawnMetric = CountMetric | CostMetric;

/** Metrics of probabilities: their rows are drawn when a run is measured, because a report has predicted classes alone. */
export type ScoredMetric = Exclude<MetricName, DrawnMetric>;

/** Metrics of probabilities that predictions alone do not give. */
export type ProbabilityMetric = Exclude<MetricName, DrawnMetric | 'log_loss'>;

/** Metrics that are part of a result. The others follow from it, and change when a sweep's costs do. */
export type KeptMetric = Exclude<MetricName, CostMetric>;

export const KEPT_METRICS = METRIC_NAMES.filter((name): name is KeptMetric => !isCostMetric(name));

/** Whether a metric follows from predictions. */
export function isCountMetric(name: MetricName): name is CountMetric {
  return METRICS[name].from === 'predictions';
}

/** Whether a metric needs probabilities; log_loss has a value without them. */
export function isProbabilityMetric(name: MetricName): name is ProbabilityMetric {
  return METRICS[name].from === 'probabilities' && name !== 'log_loss';
}

/** Whether a metric follows from predicted classes. */
export function isDrawnMetric(name: MetricName): name is DrawnMetric {
  return !isScoredMetric(name);
}

/** Whether a metric follows from probabilities, log_loss too. */
export function isScoredMetric(name: MetricName): name is ScoredMetric {
  return METRICS[name].from === 'probabilities';
}

/** Whether a metric needs the costs of a sweep. */
export function isCostMetric(name: MetricName): name is CostMetric {
  return METRICS[name].from === 'costs';
}

/** What it costs to predict a class: by true class, then by predicted class. */
export type CostMatrix = readonly (readonly number[])[];

/** What ranks configurations and chooses epochs. */
export interface Metric {
  readonly name: MetricName;
  readonly goal: 'maximize' | 'minimize';
  /** The value of its parameter; absent where that is the default, so that identities do not change when a metric gets one. */
  readonly parameter?: number;
  /** What it counts with, of a metric of costs in a plan: other costs choose other epochs, so identities cover them. */
  readonly costs?: CostMatrix;
}

/** The metric of a sweep that has these costs. */
export function withCosts({ costs: _, ...metric }: Metric, costs: CostMatrix | null): Metric {
  return isCostMetric(metric.name) && costs !== null ? { ...metric, costs } : metric;
}

/** The parameter of a metric; undefined if it has none. */
export function parameterOf(name: MetricName): MetricRow['parameter'] {
  return (METRICS[name] as MetricRow).parameter;
}

/** The value of a metric's parameter where a sweep's metric is `metric`: only its own parameter differs from the default. */
export function parameterValue(name: MetricName, metric: Metric | undefined): number | undefined {
  const own = metric?.name === name ? metric.parameter : undefined;
  return own ?? parameterOf(name)?.initial ?? undefined;
}

/** `recall_at_precision (precision 0.95)`. */
export function metricLabel({ name, parameter }: Metric): string {
  return parameter === undefined ? name : `${name} (${parameterOf(name)?.name} ${parameter})`;
}

/** The metrics to show for a sweep: the usual ones, and its own. */
export function shownMetrics(own: readonly MetricName[]): readonly MetricName[] {
  return [...new Set<MetricName>([...USUAL_METRICS, ...own])];
}

/** What a table of two classes is also judged by: how well rows of the smaller one are ranked, whatever the threshold. */
export const TWO_CLASS_METRICS = [
  'average_precision',
  'recall_at_precision',
] as const satisfies readonly MetricName[];

/** The metrics that a ranking shows beside the usual ones, without its own. */
export function metricsBeside(classCount: number, { name }: Metric): readonly MetricName[] {
  return classCount === 2 ? TWO_CLASS_METRICS.filter((beside) => beside !== name) : [];
}
