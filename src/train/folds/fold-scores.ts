import type { SharedDataset } from '../../data/dataset.js';
import {
  type CountMetric,
  isCostMetric,
  isCountMetric,
  type Metric,
  type ProbabilityMetric,
} from '../../metric.js';
import {
  type MarginSettings,
  type Margins,
  marginMetric,
  marginSettings,
} from '../../metrics/margin-metrics.js';
import { probabilityMetric } from '../../metrics/probability-metrics.js';
import { softmaxColumns } from '../../metrics/softmax.js';
import type { RunJob } from '../trainer.js';
import { validationFolds } from './validation-folds.js';

/** What a model says of the validation rows. */
export interface RowsOutcome {
  readonly predictions: Uint16Array;
  /** Sum over the rows of each part of `FoldedRows.parts`. */
  readonly crossEntropies: readonly number[];
  /** rows × classes, row-major; empty unless the run's metric needs probabilities. */
  readonly logits: Float32Array;
}

/** The validation rows of a run in folds, each of which is scored at the epoch that the rows outside it chose. */
export interface FoldedRows {
  /** Positions of the validation rows in each fold. */
  readonly folds: readonly Int32Array[];
  /** The parts in which `scoresOutside` needs the rows to be evaluated. */
  readonly parts: readonly Int32Array[];
  /** What chooses epochs, on all validation rows outside each fold; NaN where it cannot be measured there. */
  readonly scoresOutside: (outcome: RowsOutcome) => readonly number[];
}

/** Decides which epoch is the best, and when patience ends. */
export function epochMetric({ config, metric }: Pick<RunJob, 'config' | 'metric'>): Metric {
  return config.select === 'log_loss' ? { name: 'log_loss', goal: 'minimize' } : metric;
}

/** Folds the validation rows for a run. */
export function foldRows(
  job: Pick<RunJob, 'seed' | 'config' | 'metric'>,
  dataset: SharedDataset,
): FoldedRows {
  const { seed } = job;
  const metric = epochMetric(job);
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
  const whole = [split.validation.map((_row, position) => position)];
  if (isCostMetric(name)) {
    const sums = costSums(metric, folds, targets);
    return { folds, parts: whole, scoresOutside: (evaluation) => meansOutside(sums(evaluation), folds) };
  }
  if (!isCountMetric(name))
    return { folds, parts: whole, scoresOutside: rankingsOutside(metric, folds, targets) };
  const settings = marginSettings({ rareClasses, classCount: classNames.length, metric });
  const support = folds.map((positions) => countRows(positions, targets, classNames.length));
  return {
    folds,
    parts: whole,
    scoresOutside: ({ predictions }) => {
      const hits = predictions.map((prediction, at) => (prediction === targets[at] ? prediction : MISS));
      const inside = folds.map((positions, fold) => ({
        support: support[fold] as Float64Array,
        predicted: countRows(positions, predictions, classNames.length),
        hits: countRows(positions, hits, classNames.length),
      }));
      const all = noRows(classNames.length);
      for (const margins of inside) add(all, margins, 1, all);
      const outside = noRows(classNames.length);
      return inside.map((margins) => {
        add(all, margins, -1, outside);
        return measure(name, outside, settings);
      });
    },
  };
}

/** What the mistakes in each fold cost. */
function costSums(
  { costs }: Metric,
  folds: readonly Int32Array[],
  targets: Int32Array,
): (evaluation: RowsOutcome) => readonly number[] {
  const costOf = (at: number, { predictions }: RowsOutcome): number =>
    costs?.[targets[at] as number]?.[predictions[at] as number] ?? Number.NaN;
  return (evaluation) =>
    folds.map((positions) => positions.reduce((sum, at) => sum + costOf(at, evaluation), 0));
}

/** Of sums over the rows of each fold; the log-loss and costs need no more than them. */
function meansOutside(sums: readonly number[], folds: readonly Int32Array[]): readonly number[] {
  return folds.map((_, fold) => {
    const others = folds.flatMap(({ length }, other) => (other === fold ? [] : [{ length, other }]));
    const rows = others.reduce((sum, { length }) => sum + length, 0);
    return others.reduce((sum, { other }) => sum + (sums[other] as number), 0) / rows;
  });
}

/** Metrics of probabilities rank all rows together, so each is measured again on the rows outside each fold. */
function rankingsOutside(
  metric: Metric,
  folds: readonly Int32Array[],
  targets: Int32Array,
): FoldedRows['scoresOutside'] {
  const name = metric.name as ProbabilityMetric;
  const outside = folds.map((positions) => {
    const inside = new Set(positions);
    const rows = Int32Array.from(targets.keys()).filter((row) => !inside.has(row));
    return { rows, targets: rows.map((row) => targets[row] as number) };
  });
  return ({ logits }) => {
    const classes = logits.length / targets.length;
    const columns = softmaxColumns(logits, classes);
    return outside.map((own) => {
      const ofRows = columnsOfRows(columns, own.rows, targets.length);
      return probabilityMetric(name, { columns: ofRows, targets: own.targets, classes }, metric);
    });
  };
}

/** Of columns of so many rows, those of some of them. */
function columnsOfRows(columns: Float64Array, rows: Int32Array, rowCount: number): Float64Array {
  const own = new Float64Array((columns.length / rowCount) * rows.length);
  for (let start = 0, at = 0; start < columns.length; start += rowCount) {
    for (let place = 0; place < rows.length; place++, at++) {
      own[at] = columns[start + (rows[place] as number)] as number;
    }
  }
  return own;
}

/** In place of the class of a row that is predicted wrongly. */
const MISS = 0xffff;

/** Rows of each class among those at the positions. */
function countRows(positions: Int32Array, classOf: Int32Array | Uint16Array, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (let index = 0; index < positions.length; index++) {
    const cls = classOf[positions[index] as number] as number;
    if (cls < classes) counts[cls] = (counts[cls] as number) + 1;
  }
  return counts;
}

function noRows(classes: number): Margins {
  const none = () => new Float64Array(classes);
  return { support: none(), predicted: none(), hits: none() };
}

/** Writes a + sign · b to `out`. */
function add(a: Margins, b: Margins, sign: 1 | -1, out: Margins): void {
  for (const name of ['support', 'predicted', 'hits'] as const) {
    const [from, other, to] = [a[name], b[name], out[name]];
    for (let cls = 0; cls < to.length; cls++) {
      to[cls] = (from[cls] as number) + sign * (other[cls] as number);
    }
  }
}

function measure(metric: CountMetric, margins: Margins, settings: MarginSettings): number {
  const measured = margins.support.some(
    (rows, cls) => rows > 0 && (metric !== 'rare_recall' || settings.isRare[cls] === true),
  );
  return measured ? marginMetric(metric, margins, settings) : Number.NaN;
}
