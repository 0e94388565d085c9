import type { Metric, MetricName } from '../../metric.js';
import { type Aim, isUnconstrained } from '../../spec/aims.js';
import { rungsFrom } from '../../spec/stop/stop-of.js';
import type { Cohort, ScoredTrial } from '../search.js';
import type { Rung, Stopper } from '../stopper.js';
import { rungsAt } from './epoch-rungs.js';
import { bestFirst, idsOf, inTurn, meanOf, rareRecall } from './leading.js';
import { type Contest, raceStanding } from './race.js';

export interface HalvingThenRacing {
  readonly grace: number;
  readonly eta: number;
  readonly maxSeeds: number;
  /** The seeds of the sweep. */
  readonly seeds: number;
  readonly maxEpochs: number;
  readonly metric: Metric;
  readonly aims: readonly Aim[];
  /** Differences of a metric within ± this need no further seed. */
  readonly equivalentOf: (name: MetricName) => number;
}

/** How many get a second seed; all of these figures are chosen by bench/replay. */
const FINALISTS = 10;
const BASELINES = 3;
/** Of three that go on, two lead in the metric, and one in rare recall or for another aim. */
const SHARES = { metric: 2, other: 1 } as const;
/** Fewer seeds hardly tell how much seeds matter. */
const FEWEST_SEEDS = 3;

/**
 * Halves on one seed, then gives further seeds to those that can still be chosen: so many that, with each seed, fewer go on. Ends where no
 * further seed would change a choice by more than what is equivalent.
 *
 * What is slow to learn is dropped early, and of a few baselines that may be the best one, against which all others would look too
 * good. So no baseline is halved, and the baselines have a race of their own for what the others are compared with.
 */
export function halvingThenRacing(rule: HalvingThenRacing): Stopper {
  const { grace, eta, maxEpochs, seeds } = rule;
  const most = Math.min(rule.maxSeeds, seeds);
  const halving = rungsAt(rungsFrom(grace, eta, maxEpochs), maxEpochs);
  // After the last rung all seeds are trained, so whoever wants fewer ends at a rung.
  const racing = Array.from({ length: most < seeds ? most : most - 1 }, (_, at) => ({ seeds: at + 1 }));
  return {
    rungs: [...halving, ...racing],
    judge(cohort, rung) {
      if (rung.seeds >= most && rung.epochs === undefined) return [];
      return rung.seeds === 1 ? halve(cohort, rung, { ...rule, halving }) : race(cohort, rung, rule);
    },
  };
}

interface Halving extends HalvingThenRacing {
  readonly halving: readonly Rung[];
}

/** Those that lead in the metric or in rare recall; and all baselines until their runs end, then the best of them. */
function halve(cohort: Cohort, { epochs }: Rung, rule: Halving): readonly string[] {
  const { eta, halving, metric } = rule;
  const measure = meanOf(metric);
  const later = halving.filter((rung) => epochs !== undefined && (rung.epochs ?? 0) >= epochs).length;
  const fewest = later === halving.length ? 1 : FINALISTS;
  const most = Math.min(Math.ceil(cohort.length / eta), Math.ceil(FINALISTS * eta ** later));
  const leaders = [
    { order: bestFirst(cohort, measure), share: SHARES.metric },
    { order: bestFirst(cohort, rareRecall, measure), share: SHARES.other },
  ];
  const baselines = bestFirst(baselinesOf(cohort), measure);
  return idsOf(cohort, [
    ...inTurn(leaders, Math.max(fewest, most)),
    ...(epochs === undefined ? baselines.slice(0, BASELINES) : baselines),
  ]);
}

/** Those that can still be chosen, or be the best baseline; nobody where that is decided. */
function race(
  cohort: Cohort,
  { seeds }: Rung,
  { metric, aims, equivalentOf }: HalvingThenRacing,
): readonly string[] {
  const baselines = baselinesOf(cohort);
  const { going, isDecided } = raceStanding(cohort, {
    contests: [...contestsOf(metric, aims), contestOf(metric, baselines)],
    equivalentOf,
    baseline: bestFirst(baselines, meanOf(metric))[0],
    places: Math.floor(FINALISTS / seeds),
  });
  if (isDecided && seeds >= FEWEST_SEEDS) return [];
  return idsOf(cohort, going);
}

/** To be the best by the metric, and to be chosen for each other aim. */
function contestsOf(metric: Metric, aims: readonly Aim[]): readonly Contest[] {
  const others = aims.filter((aim) => aim.metric.name !== metric.name || !isUnconstrained(aim));
  return [
    contestOf(metric),
    ...others.map((aim) => ({ ...aim, share: SHARES.other, tiesBy: meanOf(metric) })),
  ];
}

/** To be the best by the metric, of some trials or of all. */
function contestOf(metric: Metric, among?: Cohort): Contest {
  const share = among === undefined ? SHARES.metric : SHARES.other;
  return { metric, constraints: [], share, tiesBy: rareRecall, among };
}

function baselinesOf(cohort: Cohort): readonly ScoredTrial[] {
  return cohort.filter(({ isBaseline }) => isBaseline === true);
}
