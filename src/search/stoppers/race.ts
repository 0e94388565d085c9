import { isCostMetric } from '../../metric.js';
import type { Aim } from '../../spec/aims.js';
import type { Cohort, ScoredTrial } from '../search.js';
import { bestFirst, inTurn, meanOf } from './leading.js';
import { mayKeep } from './may-keep.js';
import { upperLimits } from './paired-limits.js';

/** What trials want to be chosen for, and how many of each round of places it fills. */
export interface Contest extends Pick<Aim, 'metric' | 'constraints'> {
  readonly share: number;
}

/** What a race is about. */
export interface Race {
  /** In the order in which they fill places. */
  readonly contests: readonly Contest[];
  /** Differences within ± this decide nothing. */
  readonly equivalent: number;
  readonly baseline: ScoredTrial | undefined;
  /** That there are for the next seed. */
  readonly places: number;
}

/** Who gets the next seed. */
export interface RaceStanding {
  readonly going: readonly ScoredTrial[];
  /** None of them can surpass the best of a contest by more than what is equivalent. */
  readonly isDecided: boolean;
}

/**
 * Who can still win a contest: not shown to break its constraints, nor to be worse than the best that keeps them, by paired differences
 * over common seeds. Contests fill the places in turn, each from its best on.
 */
export function raceOf(cohort: Cohort, { contests, equivalent, baseline, places }: Race): RaceStanding {
  const fields = contests.map(({ metric, constraints, share }) => {
    const eligible = cohort.filter((trial) =>
      constraints.every((constraint) => mayKeep(trial, constraint, { cohort, baseline })),
    );
    const ranked = bestFirst(eligible, meanOf(metric));
    const limitOf = upperLimits(cohort, metric, ranked[0]);
    const margin = isCostMetric(metric.name) ? 0 : equivalent;
    return {
      share,
      order: ranked.filter((trial, at) => at === 0 || !(limitOf(trial) < 0)),
      mayWin: (trial: ScoredTrial) => trial !== ranked[0] && limitOf(trial) > margin,
    };
  });
  const going = inTurn(fields, places);
  const isOpen = fields.some(({ order, mayWin }) =>
    order.some((trial) => going.includes(trial) && mayWin(trial)),
  );
  return { going, isDecided: !isOpen };
}
