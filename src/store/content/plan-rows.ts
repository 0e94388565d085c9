import type { Trial } from '../../sweep.js';
import { configurationJson } from '../configuration.js';
import type { DatasetRecord, SweepRecord } from '../store.js';
import { fromUint16, fromUint32 } from './blobs.js';

/** A dataset as a row. */
export function datasetRow(dataset: DatasetRecord) {
  return {
    dataset: dataset.fingerprint,
    row_count: dataset.rowCount,
    feature_count: dataset.featureCount,
    validation_labels: fromUint16(dataset.validationLabels),
    test_labels: fromUint16(dataset.testLabels),
  };
}

/** The splits of a dataset's seeds as rows, in key order. */
export function seedSplitRows({ fingerprint, validationRows }: DatasetRecord) {
  return [...(validationRows ?? [])]
    .toSorted(([a], [b]) => a - b)
    .map(([seed, rows]) => ({ dataset: fingerprint, seed, validation_rows: fromUint32(rows) }));
}

/** The classes of a dataset as rows. */
export function datasetClassRows(dataset: DatasetRecord) {
  return dataset.classNames.map((class_name, class_index) => ({
    dataset: dataset.fingerprint,
    class_index,
    class_name,
    is_rare: dataset.rareClasses.includes(class_index) ? 1 : 0,
    train_rows: dataset.support.train[class_index] ?? 0,
    validation_rows: dataset.support.validation[class_index] ?? 0,
    test_rows: dataset.support.test[class_index] ?? 0,
  }));
}

/** A trial of the sweep as a row. */
export function trialRow({ trialId, engine, config }: Trial, { dataset, metric }: SweepRecord) {
  return {
    trial_id: trialId,
    dataset: dataset.fingerprint,
    metric: metric.name,
    goal: metric.goal,
    engine,
    config: configurationJson(config, dataset.card),
    metric_parameter: metric.parameter ?? null,
  };
}
