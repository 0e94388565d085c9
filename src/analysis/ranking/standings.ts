import { METRICS, type Metric, type MetricName } from '../../metric.js';
import {
  bestMembers,
  luckOfBest,
  mayBeBest,
  undominatedShares,
  withChosen,
} from '../../metrics/estimates/best-of.js';
import {
  bestProbabilities,
  compareWith,
  type ReferenceComparison,
  rankInterval,
} from '../../metrics/estimates/comparisons.js';
import type { TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { Interval } from '../../sweep.js';
import type { Configuration, Difference } from './configuration.js';
import { differenceFrom } from './difference.js';
import type { SweepEstimates } from './sweep-estimates.js';

/** The work grows with the square of this number; further configurations are ranked by their means alone. */
const MOST_COMPARED = 1000;
/** Limit of the work in pairs × draws; beyond it fewer draws are used. */
const MOST_PAIR_DRAWS = 4e8;
/** Limit of the values that Pareto fronts are drawn from. */
const MOST_FRONT_VALUES = 1e6;
const FEWEST_DRAWS = 200;

/** What the estimates say about one configuration among the others. */
export type Standing = Pick<
  Configuration,
  | 'bestProbability'
  | 'rankInterval'
  | 'behindBest'
  | 'isTied'
  | 'undominated'
  | 'isParetoOptimal'
  | 'versusBaseline'
>;

/** What trials are compared with. */
export interface Reference {
  readonly metric: Metric;
  /** Position of the baseline among the trials, or −1. */
  readonly baseline: number;
  /** Positions of all that it was chosen from: its own alone where it was chosen on other rows. */
  readonly candidates: readonly number[];
  /** By metric, which differences are equivalent. */
  readonly equivalent: (name: MetricName) => number;
}

/** Standings of all trials, best first, with their estimates in the same order; `against` is null without a baseline. */
export function standings(
  estimates: SweepEstimates,
  { metric, baseline }: Pick<Reference, 'metric' | 'baseline'>,
  against: AgainstBaseline | null,
): readonly Standing[] {
  const ranked = largerIsBetter(estimates.ranked, metric);
  const ranks = rankIntervals(ranked);
  const probabilities = bestProbabilities(ranked);
  const undominated = undominatedShares(thinned(estimates.macro_f1), thinned(estimates.rare_recall));
  const best = ranked.means.length === 0 ? null : compareWith(ranked, 0);
  const versus = against && versusBaseline(against, metric.name);
  return ranks.map((rankInterval, trial) => ({
    bestProbability: probabilities[trial] ?? 0,
    rankInterval,
    behindBest:
      trial === 0 || best === null ? null : { error: best.errors[trial] as number, critical: best.critical },
    isTied: rankInterval.low === 1,
    undominated: undominated[trial] ?? 0,
    isParetoOptimal: (undominated[trial] ?? 0) >= 0.5,
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

function rankIntervals({ means, deviations, isReplicated, dropped }: TrialEstimates): readonly Interval[] {
  // Those without the metric rank last, and are tied with none that have it.
  const known = means.filter((mean) => !Number.isNaN(mean)).length;
  const compared = Math.min(known === 0 ? means.length : known, MOST_COMPARED);
  const draws = Math.floor(MOST_PAIR_DRAWS / compared ** 2);
  const family = {
    means: means.slice(0, compared),
    deviations: deviations.slice(0, compared).map((own) => own.subarray(0, draws)),
    isReplicated: isReplicated.slice(0, compared),
    dropped,
  };
  return means.map((_, trial) =>
    trial < compared ? rankInterval(family, trial) : { low: compared + 1, high: means.length },
  );
}

/** Fewer draws where there are many trials. */
function thinned({ means, deviations, ...rest }: TrialEstimates): TrialEstimates {
  const draws = Math.max(FEWEST_DRAWS, Math.floor(MOST_FRONT_VALUES / means.length));
  return { ...rest, means, deviations: deviations.map((own) => own.subarray(0, draws)) };
}

/** Each trial minus the baseline in a metric, with intervals simultaneous over the trials. */
export type AgainstBaseline = (name: MetricName) => (trial: number) => Difference;

/**
 * Compares trials with the baseline; what is asked again is not computed again. `of` are the estimates of each metric; those of the
 * sweep by default.
 */
export function againstBaseline(
  estimates: Pick<SweepEstimates, 'ranked' | 'of'>,
  { metric, baseline, candidates, equivalent }: Reference,
  of: SweepEstimates['of'] = estimates.of,
): AgainstBaseline {
  const ranked = largerIsBetter(estimates.ranked, metric);
  const choiceAmong = (members: readonly number[]) =>
    members.length > 1 && members.includes(baseline)
      ? { best: bestMembers(ranked, members), rivals: mayBeBest(ranked, members, baseline) }
      : null;
  const choiceOfAll = choiceAmong(candidates);
  const compare = (own: TrialEstimates): ReferenceComparison => {
    // One that lacks a metric cannot stand for the baseline in it.
    const measured = candidates.filter((at) => !Number.isNaN(own.means[at]));
    const choice = measured.length === candidates.length ? choiceOfAll : choiceAmong(measured);
    return choice === null
      ? compareWith(own, baseline)
      : compareWith(withChosen(own, baseline, choice.best), baseline, luckOfBest(own, ranked, choice.rivals));
  };
  const known = new Map<MetricName, ReferenceComparison>();
  const comparisonIn = (name: MetricName): ReferenceComparison => {
    const comparison = known.get(name) ?? compare(of.get(name) as TrialEstimates);
    known.set(name, comparison);
    return comparison;
  };
  return (name) => {
    const comparison = comparisonIn(name);
    const sign = GOAL_SIGNS[METRICS[name].goal];
    return (trial) => differenceFrom(comparison, trial, { sign, equivalent: equivalent(name) });
  };
}

/** The differences that every report shows. */
function versusBaseline(
  against: AgainstBaseline,
  metric: MetricName,
): (trial: number) => NonNullable<Configuration['versusBaseline']> {
  const [ranked, macroF1, rareRecall] = [against(metric), against('macro_f1'), against('rare_recall')];
  return (trial) => ({
    ranked: ranked(trial),
    macro_f1: macroF1(trial),
    rare_recall: rareRecall(trial),
  });
}
