import { wilsonInterval } from '../../metrics/estimates/intervals.js';
import type { ClassScores, RankingFacts, RunRow } from '../facts/facts.js';
import { measuredRows } from '../facts/seed-rows.js';
import type { ClassRecall, Recall } from './ranking.js';

/** Recall per class of the baseline and of the best other configuration, with Wilson intervals on the class's rows. */
export function classRecalls(
  { sweep: { dataset }, classScores }: Pick<RankingFacts, 'sweep' | 'classScores'>,
  shown: { readonly baseline: readonly RunRow[] | null; readonly challenger: readonly RunRow[] | null },
): readonly ClassRecall[] {
  const of = (runs: readonly RunRow[] | null) => (runs === null ? null : classMeans(classScores, runs));
  const [baseline, challenger] = [of(shown.baseline), of(shown.challenger)];
  const [baselineRows, challengerRows] = [shown.baseline, shown.challenger].map((runs) =>
    measuredRows(dataset, runs ?? []),
  );
  return dataset.classNames.map((name, index) => {
    const validationRows = dataset.support.validation[index] ?? 0;
    const recall = (
      means: readonly (number | null)[] | null,
      rows: readonly number[] | undefined,
    ): Recall | null => {
      const mean = means?.[index] ?? null;
      return mean === null ? null : { mean, interval: wilsonInterval(mean, rows?.[index] ?? 0) };
    };
    const recalls = {
      baseline: recall(baseline, baselineRows),
      challenger: recall(challenger, challengerRows),
    };
    return {
      name,
      rare: dataset.rareClasses.includes(index),
      trainRows: dataset.support.train[index] ?? 0,
      validationRows,
      ...recalls,
      change: changeOf(recalls),
    };
  });
}

function changeOf({ baseline, challenger }: Pick<ClassRecall, 'baseline' | 'challenger'>): number | null {
  return baseline === null || challenger === null ? null : challenger.mean - baseline.mean;
}

/** Recall of every class on the validation rows, mean over runs; null for a class without rows. */
export function classMeans(scores: ClassScores, runs: readonly RunRow[]): readonly (number | null)[] {
  const own = new Set(runs.map(({ runId }) => runId));
  const perRun = [...scores].flatMap(([runId, classes]) => (own.has(runId) ? [classes] : []));
  return (perRun[0] ?? []).map(({ support }, index) =>
    support === 0 ? null : perRun.reduce((sum, run) => sum + (run[index]?.recall ?? 0), 0) / perRun.length,
  );
}
