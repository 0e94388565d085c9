// What is true of a replay table, by all of its seeds.
import { compareWith, rankInterval } from '../../dist/metrics/estimates/comparisons.js';
import { estimateFromSeeds } from '../../dist/metrics/estimates/estimate-trials.js';
import { t975 } from '../../dist/metrics/estimates/seed-statistics.js';
import { GOAL_SIGNS } from '../../dist/metrics/selection.js';

const DRAWS = 1000;

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The value that chooses: the mean of a metric over the runs of a trial. */
export const meanValue = ({ runs }, { name }) => mean(runs.map(({ validation }) => validation[name]));

/** The best trial by its mean over its runs. */
export function bestOf(trials, metric) {
  const sign = GOAL_SIGNS[metric.goal];
  return trials.reduce((best, trial) =>
    sign * (meanValue(trial, metric) - meanValue(best, metric)) > 0 ? trial : best,
  );
}

/** Values of a metric by seed, for each trial; larger is better. */
export const seedValues = (trials, { name, goal }) =>
  trials.map(
    ({ runs }) => new Map(runs.map(({ seed, validation }) => [seed, GOAL_SIGNS[goal] * validation[name]])),
  );

/**
 * Per trial id `{regret, isTied, isNear}` by all seeds. `isTied` is a report's word: not shown to be worse than any other, 95 %
 * for all trials at once, on these rows. `isNear` is stricter: not shown to be worse than the best mean by a test of its own.
 */
export function truthOf({ trials, metric }) {
  const estimates = estimateFromSeeds(metric.name, seedValues(trials, metric), { draws: DRAWS, seed: 0 });
  const best = estimates.means.indexOf(Math.max(...estimates.means));
  const { differences, errors } = compareWith(estimates, best);
  const critical = t975(trials[best].runs.length - 1);
  return new Map(
    trials.map(({ trialId }, at) => [
      trialId,
      {
        regret: -differences[at],
        isTied: rankInterval(estimates, at).low === 1,
        isNear: -differences[at] <= critical * errors[at],
      },
    ]),
  );
}
