import type { Metric } from '../../metric.js';
import { estimatesAt } from '../../metrics/estimates/comparisons.js';
import type { Estimate, TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import type { Interval } from '../../sweep.js';
import type { TrialRow } from '../facts/facts.js';
import type { Configuration, Difference } from '../ranking/configuration.js';
import { againstBaseline } from '../ranking/standings.js';
import type { SweepEstimates } from '../ranking/sweep-estimates.js';
import { ofSpace } from './space-names.js';

/** What one of several spaces of a sweep reaches. */
export interface SpaceStanding {
  readonly space: string;
  readonly model: Configuration['config']['model'];
  /** Its configurations with a finished run. */
  readonly configurations: number;
  /** Those of them that are tied with the best of all spaces. */
  readonly tied: number;
  readonly best: Configuration;
  /** Its own cross-entropy configuration that ranks highest. */
  readonly baseline: Configuration | null;
  /** Its best minus its own cross-entropy in the ranking metric; null where these are one. */
  readonly gain: Difference | null;
  /** Its best minus the best of all spaces in the ranking metric; 95 %, simultaneous over all configurations. Null for the best. */
  readonly fromBest: { readonly mean: number; readonly interval: Interval } | null;
}

/** What spaces are judged by; configurations, best first, and estimates have the same order. */
export interface RankedSpaces {
  readonly configurations: readonly Configuration[];
  /** Those of all spaces that the search dropped. */
  readonly dropped: readonly TrialRow[];
  readonly estimates: Pick<SweepEstimates, 'ranked' | 'of'>;
  readonly metric: Metric;
  readonly equivalent: (name: Metric['name']) => number;
}

/** Every space that has a finished run, in the order of the names; none for a sweep without a list of spaces. */
export function spaceStandings(
  names: readonly (string | null)[],
  ranked: RankedSpaces,
): readonly SpaceStanding[] {
  return names.flatMap((name) => (name === null ? [] : standingOf(name, ranked)));
}

function standingOf(
  space: string,
  { configurations, dropped, estimates, metric, equivalent }: RankedSpaces,
): readonly SpaceStanding[] {
  const places = configurations.flatMap((own, at) => (own.space === space ? [at] : []));
  const own = places.map((at) => configurations[at] as Configuration);
  const [best] = own;
  if (best === undefined) return [];
  const candidates = own.flatMap(({ isCrossEntropy }, at) => (isCrossEntropy ? [at] : []));
  const baseline = candidates[0] ?? -1;
  const droppedHere = ofSpace(dropped, space).length;
  const estimatesHere = (all: TrialEstimates): TrialEstimates => ({
    ...all,
    ...estimatesAt(all, places),
    ofLoneRows: places.map((at) => all.ofLoneRows[at] as number),
    biases: places.map((at) => all.biases[at] as number),
    estimates: () => places.map((at) => all.estimates()[at] as Estimate),
    dropped: droppedHere,
  });
  const chosen = {
    ranked: estimatesHere(estimates.ranked),
    of: new Map([...estimates.of].map(([name, all]) => [name, estimatesHere(all)])),
  };
  const hasGain = baseline > 0;
  return [
    {
      space,
      model: best.config.model,
      configurations: own.length,
      tied: own.filter(({ isTied }) => isTied).length,
      best,
      baseline: own[baseline] ?? null,
      gain: hasGain
        ? againstBaseline(chosen, { metric, baseline, candidates, equivalent })(metric.name)(0)
        : null,
      fromBest: fromBest(best, configurations[0] as Configuration),
    },
  ];
}

function fromBest(own: Configuration, best: Configuration): SpaceStanding['fromBest'] {
  if (own.behindBest === null) return null;
  const mean = own.ranked.mean - best.ranked.mean;
  // One seed does not show how much seeds differ.
  const isKnown = own.seeds.length > 1 && best.seeds.length > 1;
  const half = isKnown ? own.behindBest.critical * own.behindBest.error : Number.NaN;
  return { mean, interval: { low: mean - half, high: mean + half } };
}
