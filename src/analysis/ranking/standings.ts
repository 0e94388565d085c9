import {
  bestProbabilities,
  compareWith,
  differenceInterval,
  type ReferenceComparison,
  rankInterval,
  verdictOf,
} from '../../metrics/estimates/comparisons.js';
import type { TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import { GOAL_SIGNS, paretoFront } from '../../metrics/selection.js';
import type { Interval, Metric } from '../../sweep.js';
import type { Configuration, Difference } from './configuration.js';
import type { SweepEstimates } from './sweep-estimates.js';
import type { TrialResult } from './trial-results.js';

/** The work grows with the square of this number; further configurations are ranked by their means alone. */
const MOST_COMPARED = 1000;
/** Limit of the work in pairs × draws; beyond it fewer draws are used. */
const MOST_PAIR_DRAWS = 4e8;

/** What the estimates say about one configuration among the others. */
export type Standing = Pick<
  Configuration,
  'bestProbability' | 'rankInterval' | 'isTied' | 'isParetoOptimal' | 'versusBaseline'
>;

/** Standings of all trials, best first, with their estimates in the same order; `baseline` is a position or −1. */
export function standings(
  results: readonly TrialResult[],
  estimates: SweepEstimates,
  { metric, baseline }: { readonly metric: Metric; readonly baseline: number },
): readonly Standing[] {
  const ranked = largerIsBetter(estimates.ranked, metric);
  const ranks = rankIntervals(ranked);
  const probabilities = bestProbabilities(ranked);
  const front = paretoFront(results.map(({ means }) => means));
  const versus = baseline < 0 ? null : versusBaseline(estimates, metric, baseline);
  return ranks.map((rankInterval, trial) => ({
    bestProbability: probabilities[trial] ?? 0,
    rankInterval,
    isTied: rankInterval.low === 1,
    isParetoOptimal: front[trial] === true,
    versusBaseline: trial === baseline ? null : (versus?.(trial) ?? null),
  }));
}

function largerIsBetter(estimates: TrialEstimates, { goal }: Metric): TrialEstimates {
  if (goal === 'maximize') return estimates;
  return {
    ...estimates,
    means: estimates.means.map((mean) => -mean),
    deviations: estimates.deviations.map((draws) => draws.map((deviation) => -deviation)),
  };
}

function rankIntervals({ means, deviations, isReplicated }: TrialEstimates): readonly Interval[] {
  const compared = Math.min(means.length, MOST_COMPARED);
  const draws = Math.floor(MOST_PAIR_DRAWS / compared ** 2);
  const family = {
    means: means.slice(0, compared),
    deviations: deviations.slice(0, compared).map((own) => own.subarray(0, draws)),
    isReplicated: isReplicated.slice(0, compared),
  };
  return means.map((_, trial) =>
    trial < compared ? rankInterval(family, trial) : { low: compared + 1, high: means.length },
  );
}

/** Each trial minus the baseline, with intervals simultaneous over the trials. */
export function versusBaseline(
  estimates: SweepEstimates,
  metric: Metric,
  baseline: number,
): (trial: number) => NonNullable<Configuration['versusBaseline']> {
  const against = {
    ranked: compareWith(estimates.ranked, baseline),
    macro_f1: compareWith(estimates.macro_f1, baseline),
    rare_recall: compareWith(estimates.rare_recall, baseline),
  };
  return (trial) => ({
    ranked: difference(against.ranked, trial, GOAL_SIGNS[metric.goal]),
    macro_f1: difference(against.macro_f1, trial, 1),
    rare_recall: difference(against.rare_recall, trial, 1),
  });
}

function difference(comparison: ReferenceComparison, trial: number, sign: 1 | -1): Difference {
  const verdict = sign * verdictOf(comparison, trial);
  return {
    mean: comparison.differences[trial] as number,
    interval: differenceInterval(comparison, trial),
    verdict: verdict > 0 ? 'better' : verdict < 0 ? 'worse' : 'no evidence',
  };
}
