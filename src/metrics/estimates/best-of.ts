import { compareWith, estimatesAt, type JointEstimates, verdictOf } from './comparisons.js';
import { exactMean } from './exact-mean.js';

/** Per draw, which of the members is the best; `estimates` are larger is better. */
export function bestMembers(estimates: JointEstimates, members: readonly number[]): Int32Array {
  const draws = estimates.deviations[0]?.length ?? 0;
  const best = new Int32Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let most = Number.NEGATIVE_INFINITY;
    for (const member of members) {
      const value = valueIn(estimates, member, draw);
      if (value > most) {
        most = value;
        best[draw] = member;
      }
    }
  }
  return best;
}

/**
 * The same estimates with a reference that was chosen as the best of several: in each draw it has the value of the one that is
 * the best in that draw, so that luck in the choice is part of its noise. The deviations keep their bias on purpose: the chosen
 * one looks too good.
 */
export function withChosen(estimates: JointEstimates, reference: number, best: Int32Array): JointEstimates {
  const { means, deviations } = estimates;
  const instead = (draw: number): number => {
    const member = best[draw] as number;
    const ahead = (means[member] as number) - (means[reference] as number);
    return ((deviations[member] as Float64Array)[draw] as number) + ahead;
  };
  return {
    ...estimates,
    deviations: deviations.map((own, trial) =>
      trial === reference ? own.map((_, draw) => instead(draw)) : own,
    ),
  };
}

/** Those of the members that are not beyond chance worse than the best of them, one of `members`. */
export function mayBeBest(
  estimates: JointEstimates,
  members: readonly number[],
  best: number,
): readonly number[] {
  const comparison = compareWith(estimatesAt(estimates, members), members.indexOf(best));
  return members.filter((_, at) => verdictOf(comparison, at) >= 0);
}

/**
 * What the best of several has more in `estimates` than its due, on average, if all of them are equally good in `chosenBy`, larger is
 * better, where it was the best. They may differ more, and then it has less.
 */
export function luckOfBest(
  estimates: JointEstimates,
  chosenBy: JointEstimates,
  members: readonly number[],
): number {
  if (members.length < 2) return 0;
  const best = bestMembers({ ...chosenBy, means: chosenBy.means.map(() => 0) }, members);
  const values = Array.from(
    best,
    (member, draw) => (estimates.deviations[member] as Float64Array)[draw] as number,
  );
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length === 0 ? 0 : exactMean(known);
}

/** Per trial, the share of draws in which no other is better in one of two metrics and as good in the other. */
export function undominatedShares(first: JointEstimates, second: JointEstimates): readonly number[] {
  const trials = first.means.length;
  const draws = first.deviations[0]?.length ?? 0;
  const counts = new Float64Array(trials);
  const [x, y] = [new Float64Array(trials), new Float64Array(trials)];
  const order = Int32Array.from({ length: trials }, (_, trial) => trial);
  for (let draw = 0; draw < draws; draw++) {
    for (let trial = 0; trial < trials; trial++) {
      x[trial] = valueIn(first, trial, draw);
      y[trial] = valueIn(second, trial, draw);
    }
    order.sort((a, b) => (x[b] as number) - (x[a] as number) || (y[b] as number) - (y[a] as number));
    countFront({ x, y, order, counts });
  }
  return [...counts].map((count) => (draws === 0 ? 0 : count / draws));
}

interface Sweep {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Trials by falling x, then by falling y. */
  readonly order: Int32Array;
  readonly counts: Float64Array;
}

/** Adds one to the count of each that is undominated: equals do not dominate each other. */
function countFront({ x, y, order, counts }: Sweep): void {
  let highest = Number.NaN;
  let at = Number.NaN;
  for (const trial of order) {
    const [ownX, ownY] = [x[trial] as number, y[trial] as number];
    // The first is higher than none.
    const isHigher = !(ownY <= highest);
    if (isHigher || (ownY === highest && ownX === at)) counts[trial] = (counts[trial] as number) + 1;
    if (isHigher) {
      highest = ownY;
      at = ownX;
    }
  }
}

/** What is not known is worse than any number. */
function valueIn({ means, deviations }: JointEstimates, trial: number, draw: number): number {
  const value = (means[trial] as number) + ((deviations[trial] as Float64Array)[draw] as number);
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
