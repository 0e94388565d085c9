import { resolve } from 'node:path';
import { classSupport, type Dataset } from '../../data/dataset.js';
import type { SeedSplits } from '../../data/seed-splits.js';
import type { SweepPlan } from '../../plan/plan.js';
import type { SweepRecord } from '../../store/store.js';

/** A plan and its data, as the store records them. */
export function sweepRecord(plan: SweepPlan, dataset: Dataset, splits?: SeedSplits): SweepRecord {
  const { spec, engine, trials, runs, costs } = plan;
  const labelsOf = (rows: Int32Array): Uint16Array =>
    Uint16Array.from(rows, (row) => dataset.labels[row] as number);
  const { fingerprint, rowCount, featureCount, plainFeatureCount, classNames, rareClasses, card } = dataset;
  return {
    name: spec.name,
    description: spec.description,
    specText: spec.text,
    storeLogits: spec.storeLogits,
    keep: spec.keep,
    specFile: resolve(spec.file),
    metric: spec.metric,
    costs,
    baseline: spec.baseline,
    engine,
    trials,
    runs,
    dataset: {
      fingerprint,
      rowCount,
      // A dataset is recorded once for all preparations of its rows.
      featureCount: plainFeatureCount ?? featureCount,
      classNames,
      rareClasses,
      card,
      support: {
        train: [...classSupport(dataset, 'train')],
        validation: [...classSupport(dataset, 'validation')],
        test: [...classSupport(dataset, 'test')],
      },
      validationLabels: splits?.poolLabels ?? labelsOf(dataset.split.validation),
      ...(splits && {
        validationRows: new Map(spec.seeds.map((seed) => [seed, splits.validationRows(seed)])),
      }),
      testLabels: labelsOf(dataset.split.test),
    },
  };
}
