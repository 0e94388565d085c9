import {
  type CostMetric,
  KEPT_METRICS,
  type KeptMetric,
  METRIC_NAMES,
  type MetricName,
  type MetricValues,
} from '../../metric.js';
import type { ClassMetrics, ClassRanking, EpochRecord, RunResult, SplitResult } from '../../sweep.js';
import { fromUint16, fromUint32 } from './blobs.js';

/** An epoch as a row; null may stand for NaN. */
export type EpochRow = { readonly [name in MetricName]: number | null } & {
  readonly run_id: string;
  readonly epoch: number;
  readonly train_loss: number | null;
  readonly train_accuracy: number | null;
  readonly validation_loss: number | null;
};

/** A result as rows of the result tables, each with its columns in order, and in key order. */
export function resultRows(result: RunResult) {
  const { runId: run_id, epochs, chosenEpoch, stoppedBy } = result;
  const perSplit = <Row>(cells: (split: SplitResult) => Row) =>
    SPLITS.map((split) => ({ run_id, split, ...cells(result[split]) }));
  return {
    results: [{ run_id, epochs_trained: epochs.length, chosen_epoch: chosenEpoch, stopped_by: stoppedBy }],
    split_metrics: perSplit(({ loss, metrics }) => ({ loss, ...metricCells(metrics, KEPT_METRICS) })),
    epochs: epochs.map((record) => epochRow(run_id, record)),
    class_metrics: classRows(result),
    confusions: perSplit(({ confusion }) => ({ counts: fromUint32(confusion) })),
    predictions: perSplit(({ predictions }) => ({ classes: fromUint16(predictions) })),
  };
}

/** In key order, as checksums need them. */
const SPLITS = ['test', 'validation'] as const;

/** One by one: hundreds of rows per batch would survive the collections of young objects and stay until the next full one. */
function* classRows(result: RunResult) {
  for (const split of SPLITS) {
    for (const [class_index, own] of result[split].classes.entries()) {
      const { precision, recall, f1, support } = own;
      yield {
        run_id: result.runId,
        split,
        class_index,
        precision,
        recall,
        f1,
        support,
        ...rankingCells(own),
      };
    }
  }
}

const RANKING_FIELDS = {
  average_precision: 'averagePrecision',
  roc_auc: 'rocAuc',
  recall_at_precision: 'recallAtPrecision',
  recall_at_fpr: 'recallAtFpr',
  precision_at_k: 'precisionAtK',
} as const satisfies { readonly [column: string]: keyof ClassRanking };

export type RankingColumn = keyof typeof RANKING_FIELDS;
/** The columns of a class's ranking, in their order. */
export const RANKING_COLUMNS = Object.keys(RANKING_FIELDS) as readonly RankingColumn[];

function rankingCells({ ranking }: ClassMetrics): { readonly [column in RankingColumn]: number } {
  const cells = RANKING_COLUMNS.map((column) => [column, ranking?.[RANKING_FIELDS[column]] ?? Number.NaN]);
  return Object.fromEntries(cells) as { [column in RankingColumn]: number };
}

/** The metrics of a class from a row. */
export function classOf(
  row: { readonly [column in RankingColumn | 'precision' | 'recall' | 'f1']: number | null } & {
    readonly support: number;
  },
): ClassMetrics {
  const own = {
    precision: real(row.precision),
    recall: real(row.recall),
    f1: real(row.f1),
    support: row.support,
  };
  if (RANKING_COLUMNS.every((column) => row[column] === null)) return own;
  const fields = RANKING_COLUMNS.map((column) => [RANKING_FIELDS[column], real(row[column])]);
  return { ...own, ranking: Object.fromEntries(fields) as unknown as ClassRanking };
}

/** An epoch as a row. Its costs have a value where they choose the epoch: then they are part of the run's identity. */
export function epochRow(run_id: string, record: EpochRecord) {
  return {
    run_id,
    epoch: record.epoch,
    train_loss: record.trainLoss,
    train_accuracy: record.trainAccuracy,
    validation_loss: record.validationLoss,
    ...metricCells(record.validation, METRIC_NAMES),
  };
}

/** An epoch from a row. */
export function epochOf(row: EpochRow): EpochRecord {
  return {
    epoch: row.epoch,
    trainLoss: real(row.train_loss),
    trainAccuracy: real(row.train_accuracy),
    validationLoss: real(row.validation_loss),
    validation: metricsOf(row),
  };
}

/** Metrics as cells, in the order of the columns. */
function metricCells<Name extends MetricName>(
  metrics: MetricValues,
  names: readonly Name[],
): Pick<MetricValues, Name> {
  return Object.fromEntries(names.map((name) => [name, metrics[name]])) as Pick<MetricValues, Name>;
}

/** Metrics from a row, which has those of costs if it was joined with them. */
export function metricsOf(
  row: { readonly [name in KeptMetric]: number | null } & {
    readonly [name in CostMetric]?: number | null;
  },
): MetricValues {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, real(row[name] ?? null)]),
  ) as unknown as MetricValues;
}

/** A real number from a cell; null stands for NaN. */
export function real(cell: number | null): number {
  return cell ?? Number.NaN;
}
