import type { MetricName } from '../../metric.js';
import type { Aim } from '../../spec/aims.js';
import type { Cohort, ScoredTrial } from '../search.js';
import { bestFirst, inTurn, meanOf, type TrialMeasure } from './leading.js';
import { mayKeep } from './may-keep.js';
import { upperLimits } from './paired-limits.js';

/** What trials want to be chosen for, and how many of each round of places it fills. */
export interface Contest extends Pick<Aim, 'metric' | 'constraints'> {
  readonly share: number;
  /** Decides between those that are equal in its metric. */
  readonly tiesBy: TrialMeasure;
  /** Who takes part, if not all do. */
  readonly among?: Cohort | undefined;
}

/** What a race is about. */
export interface RaceRule {
  /** In the order in which they fill places. */
  readonly contests: readonly Contest[];
  /** Differences of a metric within ± this decide nothing. */
  readonly equivalentOf: (name: MetricName) => number;
  readonly baseline: ScoredTrial | undefined;
  /** That there are for the next seed, unless there are more contests. */
  readonly places: number;
}

/** Who gets the next seed. */
export interface RaceStanding {
  readonly going: readonly ScoredTrial[];
  /** None of them can surpass the best of a contest by more than what is equivalent. */
  readonly isDecided: boolean;
}

/**
 * Who can still win a contest: not shown to break its constraints, nor to be at most equivalent to the best that keeps them, by paired
 * differences over common seeds. The best of each contest has a place; the contests fill the others in turn, one of them at least.
 */
export function raceStanding(
  cohort: Cohort,
  { contests, equivalentOf, baseline, places }: RaceRule,
): RaceStanding {
  const fields = contests.map(({ metric, constraints, share, tiesBy, among = cohort }) => {
    const eligible = among.filter((trial) =>
      constraints.every((constraint) => mayKeep(trial, constraint, { cohort, baseline })),
    );
    const [best, ...others] = bestFirst(eligible, meanOf(metric), tiesBy);
    const limitOf = upperLimits(cohort, metric, best);
    const margin = equivalentOf(metric.name);
    return { best, share, order: others.filter((trial) => !(limitOf(trial) <= margin)) };
  });
  const leaders = [...new Set(fields.flatMap(({ best = [] }) => best))];
  const orders = [{ order: leaders, share: leaders.length }, ...fields];
  const going = inTurn(orders, Math.max(places, leaders.length + 1));
  return { going, isDecided: going.every((trial) => leaders.includes(trial)) };
}
