import type { Metric } from '../../metric.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { Cohort } from '../search.js';
import type { Stopper } from '../stopper.js';
import { rungsAt } from './epoch-rungs.js';
import { bestFirst, idsOf, meanOf, type TrialMeasure } from './leading.js';

export interface MedianRule {
  readonly grace: number;
  readonly every: number;
  readonly maxEpochs: number;
}

/**
 * Drops what has been in no epoch as good as half of the cohort was on average until now: the median rule of Golovin et al. 2017,
 * "Google Vizier: a service for black-box optimization".
 */
export function medianStopper(metric: Metric, { grace, every, maxEpochs }: MedianRule): Stopper {
  const epochs = Array.from({ length: Math.ceil(maxEpochs / every) }, (_, at) => grace + at * every);
  const best = meanOf(metric);
  return {
    rungs: rungsAt(epochs, maxEpochs),
    judge(cohort) {
      const limit = lowerMedian(cohort, runningMean(metric));
      const ranked = bestFirst(cohort, best);
      // A finished run is scored on rows that did not choose its epoch, and may be below its own curve.
      return idsOf(
        cohort,
        ranked.filter((trial, at) => at === 0 || best(trial) >= limit),
      );
    },
  };
}

/** The mean over the epochs until now, of all seeds; the score of runs whose epochs are unknown. */
function runningMean({ name, goal }: Metric): TrialMeasure {
  return ({ scores }) => {
    const values = scores
      .flatMap(({ epochs = [], validation }) => (epochs.length > 0 ? epochs : [validation]))
      .map((metrics) => metrics[name])
      .filter((value) => !Number.isNaN(value));
    return (GOAL_SIGNS[goal] * values.reduce((sum, value) => sum + value, 0)) / values.length;
  };
}

/** Of an even number the lower of the two in the middle. */
function lowerMedian(cohort: Cohort, measure: TrialMeasure): number {
  const values = cohort.map(measure).filter((value) => !Number.isNaN(value));
  return values.sort((a, b) => a - b)[(values.length - 1) >> 1] ?? Number.NEGATIVE_INFINITY;
}
