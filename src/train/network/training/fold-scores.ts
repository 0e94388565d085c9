import type { SharedDataset } from '../../../data/dataset.js';
import { type CountMetric, type Margins, marginMetric } from '../../../metrics/margin-metrics.js';
import type { RunJob } from '../../trainer.js';
import type { PartedEvaluation } from './evaluate-validation.js';
import { validationFolds } from './validation-folds.js';

/** The validation rows of a run in folds, each of which is scored at the epoch that the rows outside it chose. */
export interface FoldedRows {
  /** Positions of the validation rows in each fold. */
  readonly folds: readonly Int32Array[];
  /** The parts in which `scoresOutside` needs the rows to be evaluated. */
  readonly parts: readonly Int32Array[];
  /** The run's metric on all validation rows outside each fold; NaN where it cannot be measured there. */
  readonly scoresOutside: (evaluation: PartedEvaluation) => readonly number[];
}

/** Folds the validation rows for a run. */
export function foldRows(
  { seed, metric }: Pick<RunJob, 'seed' | 'metric'>,
  dataset: SharedDataset,
): FoldedRows {
  const { labels, split, classNames, rareClasses } = dataset;
  const folds = validationFolds(dataset, seed);
  const { name } = metric;
  if (name === 'log_loss') {
    return {
      folds,
      parts: folds,
      scoresOutside: ({ crossEntropies }) => meansOutside(crossEntropies, folds),
    };
  }
  const targets = split.validation.map((row) => labels[row] as number);
  const isRare = classNames.map((_, index) => rareClasses.includes(index));
  return {
    folds,
    parts: [split.validation.map((_row, position) => position)],
    scoresOutside: ({ predictions }) => {
      const inside = folds.map((positions) => countMargins(positions, { targets, predictions, isRare }));
      const all = inside.reduce((sum, margins) => combine(sum, margins, 1), noMargins(classNames.length));
      return inside.map((margins) => measure(name, combine(all, margins, -1), isRare));
    },
  };
}

/** Of sums over the rows of each fold; the log-loss needs no more than them. */
function meansOutside(sums: readonly number[], folds: readonly Int32Array[]): readonly number[] {
  return folds.map((_, fold) => {
    const others = folds.flatMap(({ length }, other) => (other === fold ? [] : [{ length, other }]));
    const rows = others.reduce((sum, { length }) => sum + length, 0);
    return others.reduce((sum, { other }) => sum + (sums[other] as number), 0) / rows;
  });
}

interface Predicted {
  readonly targets: Int32Array;
  readonly predictions: Uint16Array;
  readonly isRare: readonly boolean[];
}

function countMargins(positions: Int32Array, { targets, predictions, isRare }: Predicted): Margins {
  const { support, predicted, hits } = noMargins(isRare.length);
  for (const at of positions) {
    const target = targets[at] as number;
    const prediction = predictions[at] as number;
    support[target] = (support[target] as number) + 1;
    predicted[prediction] = (predicted[prediction] as number) + 1;
    if (target === prediction) hits[target] = (hits[target] as number) + 1;
  }
  return { support, predicted, hits };
}

function noMargins(classes: number): Margins {
  const [support, predicted, hits] = [0, 1, 2].map(() => new Float64Array(classes)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  return { support, predicted, hits };
}

function combine(a: Margins, b: Margins, sign: 1 | -1): Margins {
  const sum = (name: keyof Margins): Float64Array =>
    a[name].map((count, index) => count + sign * (b[name][index] as number));
  return { support: sum('support'), predicted: sum('predicted'), hits: sum('hits') };
}

function measure(metric: CountMetric, margins: Margins, isRare: readonly boolean[]): number {
  const measured = margins.support.some(
    (rows, cls) => rows > 0 && (metric !== 'rare_recall' || isRare[cls] === true),
  );
  return measured ? marginMetric(metric, margins, isRare) : Number.NaN;
}
