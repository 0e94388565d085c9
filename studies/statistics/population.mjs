// Populations with known truth: a classifier's prediction for a row is a draw from its class's row of a matrix.

/** Classes, the rare ones among them, and every class's recall without the luck of a seed. */
function population({ support, rare, recalls }) {
  return {
    support,
    rare,
    recalls,
    classes: support.length,
    /** True class of every row, class by class. */
    labels: Uint16Array.from(support.flatMap((rows, label) => Array(rows).fill(label))),
  };
}

const falling = (from, to, count) =>
  Array.from({ length: count }, (_, at) => from - ((from - to) * at) / Math.max(1, count - 1));

export const POPULATIONS = {
  /** 12 classes; the last four are rare, with 20 validation rows each; recall falls from 0.9 to 0.55. */
  usual: population({
    support: [400, 250, 160, 100, 80, 60, 40, 30, 20, 20, 20, 20],
    rare: [8, 9, 10, 11],
    recalls: falling(0.9, 0.55, 12),
  }),
  /** Two large classes, and rare ones of 6 rows down to one. */
  few: population({
    support: [200, 100, 6, 5, 4, 3, 2, 1],
    rare: [2, 3, 4, 5, 6, 7],
    recalls: [0.9, 0.85, 0.7, 0.6, 0.5, 0.4, 0.5, 0.3],
  }),
  /** One rare class of four rows, which is hardly ever found. */
  lone: population({ support: [200, 100, 4], rare: [2], recalls: [0.9, 0.8, 0.15] }),
  /** 60 classes of one row, 15 of them rare. */
  ones: population({
    support: Array(60).fill(1),
    rare: Array.from({ length: 15 }, (_, at) => 45 + at),
    recalls: falling(0.5, 0.1, 60),
  }),
  /** 20 classes of three rows, five of them rare, most of them found. */
  threes: population({
    support: Array(20).fill(3),
    rare: [15, 16, 17, 18, 19],
    recalls: falling(0.97, 0.75, 20),
  }),
};

/** The matrix of a run whose recalls are shifted, class by class; mistakes lean towards large classes. */
export function confusionTruth({ support, recalls }, shifts) {
  return support.map((_, label) => {
    const recall = Math.min(0.99, Math.max(0.01, recalls[label] + shifts[label]));
    const pull = support.map((rows, other) => (other === label ? 0 : Math.sqrt(rows)));
    const total = pull.reduce((sum, weight) => sum + weight, 0);
    return pull.map((weight, other) => (other === label ? recall : ((1 - recall) * weight) / total));
  });
}

/** The metrics that the matrix gives on rows in the population's proportions. */
export function trueMetrics({ support, rare }, truth) {
  const predicted = support.map((_, other) =>
    truth.reduce((sum, row, label) => sum + row[other] * support[label], 0),
  );
  const recalls = truth.map((row, label) => row[label]);
  const f1 = recalls.map(
    (recall, label) => (2 * recall * support[label]) / (support[label] + predicted[label]),
  );
  return {
    macro_f1: mean(f1),
    rare_recall: mean(rare.map((label) => recalls[label])),
    worst_recall: Math.min(...recalls),
  };
}

/**
 * A run's predictions. Each row has luck of its own (`rowStream`) that runs share to the degree `shared` (0 … 1), because
 * similar models find the same rows easy or hard: a Gaussian copula of the row's draw and the run's.
 */
export function predict({ labels, classes }, truth, { shared, rowStream, stream }) {
  const cumulative = truth.map((row) => {
    let sum = 0;
    return row.map((value) => (sum += value));
  });
  return Uint16Array.from(labels, (label) => {
    const z = Math.sqrt(shared) * rowStream.normal() + Math.sqrt(1 - shared) * stream.normal();
    return pick(cumulative[label], label, normalCdf(z), classes);
  });
}

/** The true class comes first in the order of luck, so that lucky rows are right. */
function pick(cumulative, label, u, classes) {
  const recall = cumulative[label] - (cumulative[label - 1] ?? 0);
  if (u < recall) return label;
  const rest = u - recall;
  const before = cumulative[label - 1] ?? 0;
  const target = rest < before ? rest : rest + recall;
  const at = cumulative.findIndex((edge, other) => other !== label && target < edge);
  return at < 0 ? (label === classes - 1 ? classes - 2 : classes - 1) : at;
}

/** Zelen & Severo's approximation, off by less than 1e-7. */
function normalCdf(z) {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    0.3989422804014327 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Whether an interval holds the truth. */
export function covers({ low, high }, truth) {
  return low <= truth && truth <= high;
}

export function percent(count, of) {
  return `${((100 * count) / of).toFixed(1)} %`;
}
