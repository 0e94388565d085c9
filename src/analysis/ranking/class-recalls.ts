import { wilsonInterval } from '../../metrics/estimates/intervals.js';
import type { RunRow, SweepDetail, SweepReader } from '../../store/store.js';
import type { ClassRecall, Recall } from '../report.js';

/** Recall per class of the baseline and of the best other configuration, with Wilson intervals on the class's rows. */
export function classRecalls(
  reader: SweepReader,
  { dataset }: SweepDetail,
  shown: { readonly baseline: readonly RunRow[] | null; readonly challenger: readonly RunRow[] | null },
): readonly ClassRecall[] {
  const of = (runs: readonly RunRow[] | null) =>
    runs === null
      ? null
      : meanRecalls(
          reader,
          runs.map((run) => run.runId),
        );
  const [baseline, challenger] = [of(shown.baseline), of(shown.challenger)];
  return dataset.classNames.map((name, index) => {
    const validationRows = dataset.support.validation[index] ?? 0;
    const recall = (means: readonly (number | null)[] | null): Recall | null => {
      const mean = means?.[index] ?? null;
      return mean === null ? null : { mean, interval: wilsonInterval(mean, validationRows) };
    };
    return {
      name,
      rare: dataset.rareClasses.includes(index),
      trainRows: dataset.support.train[index] ?? 0,
      validationRows,
      baseline: recall(baseline),
      challenger: recall(challenger),
    };
  });
}

/** Recall of every class on the validation rows, mean over runs; null of a class without any. */
export function meanRecalls(reader: SweepReader, runIds: readonly string[]): readonly (number | null)[] {
  const perRun = [...reader.classMetrics(runIds, 'validation').values()];
  return (perRun[0] ?? []).map(({ support }, index) =>
    support === 0 ? null : perRun.reduce((sum, run) => sum + (run[index]?.recall ?? 0), 0) / perRun.length,
  );
}
