import type { Metric } from '../../metric.js';
import { GOAL_SIGNS, TIES_BY } from '../../metrics/selection.js';
import type { Cohort, ScoredTrial, SeedScore } from '../search.js';

/** What a trial is judged by, larger is better; NaN where nothing is known. */
export type TrialMeasure = (trial: ScoredTrial) => number;

/** The mean of a metric over the seeds that have it. */
export function meanOf(
  { name, goal }: Metric,
  of: (score: SeedScore) => SeedScore['validation'] = ({ validation }) => validation,
): TrialMeasure {
  return ({ scores }) => {
    const values = scores.map((score) => of(score)[name]).filter((value) => !Number.isNaN(value));
    return (GOAL_SIGNS[goal] * values.reduce((sum, value) => sum + value, 0)) / values.length;
  };
}

export const rareRecall: TrialMeasure = meanOf({ name: TIES_BY, goal: 'maximize' });

/**
 * The trials that have a value, best first; equals by another measure, rare recall unless it is given, then by id, so that the order of
 * the cohort does not count.
 */
export function bestFirst(
  cohort: Cohort,
  measure: TrialMeasure,
  tiesBy = rareRecall,
): readonly ScoredTrial[] {
  return cohort
    .map((trial) => ({ trial, value: measure(trial), next: tiesBy(trial) || 0 }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value || b.next - a.next || (a.trial.trialId < b.trial.trialId ? -1 : 1))
    .map(({ trial }) => trial);
}

/** So many trials from the fronts of several orders: each in turn gives as many as its share says that are not chosen yet. */
export function inTurn(
  orders: readonly { readonly order: readonly ScoredTrial[]; readonly share: number }[],
  most: number,
): readonly ScoredTrial[] {
  const chosen = new Set<ScoredTrial>();
  const left = orders.map(({ order, share }) => ({ share, next: order.values() }));
  for (let before = -1; chosen.size > before; ) {
    before = chosen.size;
    for (const { share, next } of left) takeNew(next, chosen, Math.min(most, chosen.size + share));
  }
  return [...chosen];
}

/** Adds what comes next until so many are there, or nothing comes any more. */
function takeNew(next: Iterator<ScoredTrial>, chosen: Set<ScoredTrial>, until: number): void {
  while (chosen.size < until) {
    const { value, done } = next.next();
    if (done === true) return;
    chosen.add(value);
  }
}

/** The ids of some trials, each once, in the order of the cohort. */
export function idsOf(cohort: Cohort, chosen: readonly ScoredTrial[]): readonly string[] {
  const ids = new Set(chosen.map(({ trialId }) => trialId));
  return cohort.map(({ trialId }) => trialId).filter((id) => ids.has(id));
}
