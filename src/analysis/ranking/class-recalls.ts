import { wilsonInterval } from '../../metrics/estimates/intervals.js';
import type { ClassScores, RankingFacts, RunRow } from '../facts/facts.js';
import { measuredRows } from '../facts/seed-rows.js';
import type { ClassRecall, Shown } from './ranking.js';

/** Recall per class of the shown configurations, with Wilson intervals on the class's rows. */
export function classRecalls(
  {
    sweep: { dataset },
    classScores,
    predictions,
  }: Pick<RankingFacts, 'sweep' | 'classScores' | 'predictions'>,
  shown: readonly Shown[],
): readonly ClassRecall[] {
  const means = shown.map(({ configuration }) => classMeans(classScores, configuration.runs));
  const rows = shown.map(({ configuration }) => measuredRows(dataset, configuration.runs, predictions));
  return dataset.classNames.map((name, index) => {
    const validationRows = dataset.support.validation[index] ?? 0;
    return {
      name,
      rare: dataset.rareClasses.includes(index),
      trainRows: dataset.support.train[index] ?? 0,
      validationRows,
      recalls: means.map((own, at) => {
        const mean = own[index] ?? null;
        return mean === null ? null : { mean, interval: wilsonInterval(mean, rows[at]?.[index] ?? 0) };
      }),
    };
  });
}

/** Recall of every class on the validation rows, mean over runs; null for a class without rows. */
export function classMeans(scores: ClassScores, runs: readonly RunRow[]): readonly (number | null)[] {
  const own = new Set(runs.map(({ runId }) => runId));
  const perRun = [...scores].flatMap(([runId, classes]) => (own.has(runId) ? [classes] : []));
  return (perRun[0] ?? []).map(({ support }, index) =>
    support === 0 ? null : perRun.reduce((sum, run) => sum + (run[index]?.recall ?? 0), 0) / perRun.length,
  );
}
