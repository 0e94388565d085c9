import { METRICS, type MetricName } from '../../metric.js';
import {
  type ExpectedDifference,
  expectedDifferences,
} from '../../metrics/estimates/expected-differences.js';
import { Z_95 } from '../../metrics/estimates/intervals.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { Configuration } from '../ranking/configuration.js';
import type { AgainstBaseline } from '../ranking/standings.js';
import type { ValidationEstimates } from '../ranking/sweep-estimates.js';
import { similarConfigurations } from './similar-configurations.js';

/** By metric, the largest loss against the baseline that cannot be ruled out for the configuration at a place. NaN where it is not known. */
export type WorstLosses = (name: MetricName) => (at: number) => number;

/** What each configuration itself may lose, within `z` standard errors, as in a test of non-inferiority. */
export function ownLosses(against: AgainstBaseline, z: number): WorstLosses {
  return (name) => {
    const difference = against(name);
    return (at) => worstLoss(name, difference(at), z);
  };
}

/** What losses are told from. */
export interface LossEvidence {
  readonly configurations: readonly Configuration[];
  readonly baseline: Configuration;
  readonly estimates: Pick<ValidationEstimates, 'ranked' | 'trainedHere'>;
  /** For models that are trained on these training rows, as are `trainedHere`. */
  readonly margins: AgainstBaseline;
}

/**
 * What each configuration may lose with 95 % confidence, given what similar ones lose: of many configurations that all lose too much, some
 * look by luck as if they did not, and of many that lose little, few rows can show it of none alone. A loss that is measured cannot be ruled
 * out. Where nothing can be said of similar ones, where those that the search dropped would be missing, and where there are several spaces, which
 * may differ more in one than in another, it is what each itself may lose.
 */
export function expectedLosses(evidence: LossEvidence): WorstLosses {
  const own = ownLosses(evidence.margins, Z_95);
  if ((evidence.estimates.ranked.dropped ?? 0) > 0) return own;
  const known = new Map<MetricName, ReturnType<WorstLosses>>();
  return (name) => {
    const losses = known.get(name) ?? lossesBySimilar(name, evidence) ?? own(name);
    known.set(name, losses);
    return losses;
  };
}

/** Null where nothing can be said of similar ones. */
function lossesBySimilar(
  name: MetricName,
  { configurations, baseline, estimates, margins }: LossEvidence,
): ReturnType<WorstLosses> | null {
  const here = estimates.trainedHere.get(name);
  if (here === undefined) return null;
  const [space, ...others] = similarConfigurations(
    configurations.filter((other) => other !== baseline),
    here,
  );
  if (space === undefined || others.length > 0) return null;
  const at = baseline.rank - 1;
  const reference = { mean: here.means[at] as number, deviations: here.deviations[at] as Float64Array };
  const expected = expectedDifferences(space, reference);
  if (expected === null) return null;
  const measured = margins(name);
  const losses = new Map([[at, 0]]);
  space.places.forEach((place, trial) => {
    const likely = worstLoss(name, expected[trial] as ExpectedDifference, Z_95);
    losses.set(place, Math.max(worstLoss(name, measured(place), 0), likely));
  });
  return (place) => losses.get(place) ?? Number.NaN;
}

function worstLoss(name: MetricName, { mean, error }: ExpectedDifference, z: number): number {
  return z * error - GOAL_SIGNS[METRICS[name].goal] * mean;
}
