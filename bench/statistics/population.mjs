// A population with known truth: what a classifier predicts of a class is a draw from that class's row of a matrix.

/** 12 classes; the last four are rare, with 20 validation rows each. */
export const SUPPORT = [400, 250, 160, 100, 80, 60, 40, 30, 20, 20, 20, 20];
export const RARE = [8, 9, 10, 11];
export const CLASSES = SUPPORT.length;

/** True class of every row, class by class. */
export const LABELS = Uint16Array.from(SUPPORT.flatMap((rows, label) => Array(rows).fill(label)));

/** Recall falls from 0.9 of the largest class to 0.55 of the rarest; mistakes lean towards large classes. */
export function confusionTruth(shift = 0) {
  return SUPPORT.map((_, label) => {
    const recall = Math.min(0.98, 0.9 - (0.35 * label) / (CLASSES - 1) + shift);
    const pull = SUPPORT.map((rows, other) => (other === label ? 0 : Math.sqrt(rows)));
    const total = pull.reduce((sum, weight) => sum + weight, 0);
    return pull.map((weight, other) => (other === label ? recall : ((1 - recall) * weight) / total));
  });
}

/** The metrics that the matrix gives on rows in the proportions of SUPPORT. */
export function trueMetrics(truth) {
  const predicted = SUPPORT.map((_, other) =>
    truth.reduce((sum, row, label) => sum + row[other] * SUPPORT[label], 0),
  );
  const recalls = truth.map((row, label) => row[label]);
  const f1 = recalls.map(
    (recall, label) => (2 * recall * SUPPORT[label]) / (SUPPORT[label] + predicted[label]),
  );
  return {
    macro_f1: mean(f1),
    rare_recall: mean(RARE.map((label) => recalls[label])),
    worst_recall: Math.min(...recalls),
  };
}

/**
 * A run's predictions. A row has a luck of its own (`rowStream`) that runs share to the degree `shared` (0 … 1), as easy and
 * hard rows are the same for similar models: a Gaussian copula of the row's draw and the run's.
 */
export function predict(truth, { shared, rowStream, stream }) {
  const cumulative = truth.map((row) =>
    row.map(
      (
        (sum) => (value) =>
          (sum += value)
      )(0),
    ),
  );
  return Uint16Array.from(LABELS, (label) => {
    const z = Math.sqrt(shared) * rowStream.normal() + Math.sqrt(1 - shared) * stream.normal();
    return pick(cumulative[label], label, normalCdf(z));
  });
}

/** The true class comes first in the order of luck, so that lucky rows are right. */
function pick(cumulative, label, u) {
  const recall = cumulative[label] - (cumulative[label - 1] ?? 0);
  if (u < recall) return label;
  const rest = u - recall;
  const before = cumulative[label - 1] ?? 0;
  const target = rest < before ? rest : rest + recall;
  const at = cumulative.findIndex((edge, other) => other !== label && target < edge);
  return at < 0 ? (label === CLASSES - 1 ? CLASSES - 2 : CLASSES - 1) : at;
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
