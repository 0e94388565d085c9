import { METRICS, type Metric, type MetricName } from '../../metric.js';
import { isBetter, TIES_BY } from '../../metrics/selection.js';
import { type Aim, aimMetrics, type Constraint } from '../../spec/aims.js';
import type { Configuration } from '../ranking/configuration.js';
import type { AgainstBaseline } from '../ranking/standings.js';
import type { SweepEstimates } from '../ranking/sweep-estimates.js';
import type { Chosen, Differences } from './choice.js';
import type { ExpectedValues } from './expected-values.js';
import type { WorstLosses } from './worst-losses.js';

/** What a choice is made from; configurations and estimates have the same order. */
export interface Candidates {
  readonly configurations: readonly Configuration[];
  readonly baseline: Configuration | null;
  readonly estimates: Pick<SweepEstimates, 'of'>;
  /** What decides among the first configurations; the means do by default. */
  readonly expected?: ExpectedValues;
  /** Null without a baseline. */
  readonly against: AgainstBaseline | null;
  /** For models that are trained on these training rows, which margins are about. Null without a baseline. */
  readonly losses: WorstLosses | null;
}

/** For each aim the configuration of which the best is expected, among those that surely keep the aim's constraints. */
export function choose(aims: readonly Aim[], candidates: Candidates): readonly Chosen[] {
  return aims.map((aim) => chooseFor(aim, candidates));
}

function chooseFor(aim: Aim, candidates: Candidates): Chosen {
  const { configurations, baseline, against, estimates } = candidates;
  const limits = aim.constraints.map((constraint) => keeps(constraint, candidates));
  const isAllowed = (at: number): boolean => limits.every((isKept) => isKept(at));
  const chosen = bestAt(aim.metric, candidates, isAllowed);
  const highest = bestMeanAt(aim.metric, candidates, isAllowed);
  const measured = configurations[highest];
  const mean = (at: number): number => meanOf(estimates, aim.metric.name, at);
  const differencesOf = (at: number): Differences | null =>
    at < 0 || configurations[at] === baseline || against === null
      ? null
      : new Map(aimMetrics(aim).map((name) => [name, against(name)(at)]));
  const free = bestAt(aim.metric, candidates, () => true);
  const [other, differences] = [configurations[free], differencesOf(free)];
  return {
    aim,
    configuration: configurations[chosen] ?? null,
    differences: differencesOf(chosen),
    luckier:
      measured === undefined || highest === chosen
        ? null
        : { configuration: measured, mean: mean(highest), than: mean(chosen) },
    unconstrained:
      mean(free) === mean(chosen) || other === undefined || differences === null
        ? null
        : { configuration: other, differences },
  };
}

/** The position of which the best is expected among those that are allowed, of equal means the one that ranks first; −1 if there is none. */
function bestAt(metric: Metric, candidates: Candidates, isAllowed: (at: number) => boolean): number {
  const measured = bestMeanAt(metric, candidates, isAllowed);
  const expected = candidates.expected?.(metric.name) ?? [];
  const best = expected.reduce(
    (before, value, at) =>
      isAllowed(at) && isBetter(metric, value, expected[before] ?? Number.NaN) ? at : before,
    measured,
  );
  const [mean, than] = [best, measured].map((at) => meanOf(candidates.estimates, metric.name, at));
  return mean === than ? measured : best;
}

/** The position with the best mean, ties by rare recall. */
function bestMeanAt(
  metric: Metric,
  { configurations, estimates }: Candidates,
  isAllowed: (at: number) => boolean,
): number {
  const mean = (name: MetricName, at: number): number => meanOf(estimates, name, at);
  let best = -1;
  configurations.forEach((_, at) => {
    if (!isAllowed(at)) return;
    const [value, before] = [mean(metric.name, at), mean(metric.name, best)];
    const isTie = value === before && mean(TIES_BY, at) > mean(TIES_BY, best);
    if (isBetter(metric, value, before) || isTie) best = at;
  });
  return best;
}

/**
 * Whether a configuration surely keeps a constraint. The one of which the best is expected keeps every margin:
 * no other is likely to lose less (docs/statistics.md).
 */
function keeps(constraint: Constraint, candidates: Candidates): (at: number) => boolean {
  const { configurations, baseline, estimates, losses } = candidates;
  if ('margin' in constraint) {
    const lossOf = losses?.(constraint.metric);
    const { goal } = METRICS[constraint.metric];
    const best = bestAt({ name: constraint.metric, goal }, candidates, () => true);
    return (at) => {
      if (at === best || configurations[at] === baseline) return true;
      return lossOf !== undefined && lossOf(at) <= constraint.margin;
    };
  }
  return (at) => {
    const interval = estimates.of.get(constraint.metric)?.estimates()[at]?.interval;
    if (interval === undefined) return false;
    return constraint.relation === '>='
      ? interval.low >= constraint.value
      : interval.high <= constraint.value;
  };
}

function meanOf(estimates: Candidates['estimates'], metric: MetricName, at: number): number {
  return estimates.of.get(metric)?.means[at] ?? Number.NaN;
}
