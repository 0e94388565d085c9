import { GOAL_SIGNS } from '../../metrics/selection.js';
import { randomStream } from '../../random.js';
import { type Distribution, isRange, valuesOf } from '../../spec/distribution.js';
import type { Space, SweepSpec } from '../../spec/sweep-spec.js';
import type { SpacePoint } from '../../sweep.js';
import type { Cohort, Sampler, ScoredTrial } from '../search.js';
import { generationsSampler, type Numbers } from './drawn.js';
import { drawnAxesOf, isWanted, keyOf, type Located, locatedIn, pointOf } from './located.js';
import { ParzenEstimator, type ParzenSpace, type Prior } from './parzen.js';
import { sobolPoints } from './sobol.js';

/** Configurations that are drawn before results are looked at, and those of each generation after them. */
export const TPE_SIZES = { first: 10, generation: 5 };
/** The best of them, at most, that new ones are near to: Optuna's. */
const BEST_SHARE = 0.1;
const MOST_BEST = 25;
/** Draws of which the most promising is proposed. */
const CANDIDATES = 24;
/** If none of that many rounds has a new one, there is none. */
const MOST_ROUNDS = 200;

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011), multivariate and over all spaces. The first cohort is Sobol's; then each
 * generation has the draws from the density of the best configurations at which that of the others is lowest in comparison. What a
 * generation has proposed already counts among the others, so that it spreads.
 */
export function tpeSampler(spec: SweepSpec): Sampler {
  const parzenSpaces = spec.spaces.map(parzenSpace);
  return generationsSampler(spec, sobolPoints, TPE_SIZES, (history, numbers) =>
    generation({ spec, parzenSpaces, history, ...numbers }),
  );
}

interface Generation extends Numbers {
  readonly spec: SweepSpec;
  readonly parzenSpaces: readonly ParzenSpace[];
  readonly history: readonly Cohort[];
}

function generation({ spec, parzenSpaces, history, count, start }: Generation): readonly SpacePoint[] {
  const ranked = bestFirst(history.flat(), spec);
  const located = ranked.map((trial) => locatedIn(spec.spaces, trial));
  const best = Math.min(MOST_BEST, Math.ceil(BEST_SHARE * ranked.length));
  const good = new ParzenEstimator(parzenSpaces, located.slice(0, best));
  const others = located.slice(best);
  const seen = new Set(ranked.map(({ space, point }) => keyOf(spec.spaces, { ...point, space })));
  const points: SpacePoint[] = [];
  for (let at = 0; at < count; at++) {
    const bad = new ParzenEstimator(parzenSpaces, others);
    const stream = randomStream(spec.searchSeed, 'search', start + at, 2);
    const isNew = (point: SpacePoint): boolean =>
      isWanted(spec, point) && !seen.has(keyOf(spec.spaces, point));
    const found = mostPromising(
      () => good.draw(stream),
      (own) => good.density(own) / bad.density(own),
      isNew,
    );
    if (found === undefined) break;
    const { point, own } = found;
    seen.add(keyOf(spec.spaces, point));
    others.push(own);
    points.push(point);
  }
  return points;
}

/** Trials without a score come last. */
function bestFirst(trials: readonly ScoredTrial[], { metric }: SweepSpec): readonly ScoredTrial[] {
  const scoreOf = ({ scores }: ScoredTrial): number => {
    const sum = scores.reduce((total, { validation }) => total + validation[metric.name], 0);
    const mean = (GOAL_SIGNS[metric.goal] * sum) / scores.length;
    return Number.isFinite(mean) ? mean : Number.NEGATIVE_INFINITY;
  };
  const values = new Map(trials.map((trial) => [trial, scoreOf(trial)]));
  const value = (trial: ScoredTrial): number => values.get(trial) as number;
  return trials.toSorted((a, b) => Number(value(b) > value(a)) - Number(value(b) < value(a)));
}

function mostPromising(
  draw: () => Located,
  promise: (own: Located) => number,
  isNew: (point: SpacePoint) => boolean,
): { readonly own: Located; readonly point: SpacePoint } | undefined {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const drawn = Array.from({ length: CANDIDATES }, draw).map((own) => ({ own, point: pointOf(own) }));
    const fresh = drawn.filter(({ point }) => isNew(point));
    const promises = fresh.map(({ own }) => promise(own));
    const top = promises.indexOf(Math.max(...promises));
    if (fresh.length > 0) return fresh[Math.max(0, top)];
  }
  return undefined;
}

function parzenSpace(space: Space): ParzenSpace {
  return { space, priors: drawnAxesOf(space).map(({ distribution }) => priorOf(distribution)) };
}

function priorOf(distribution: Distribution): Prior {
  if (isRange(distribution)) return null;
  if (distribution.type === 'categorical') return distribution.probabilities;
  const values = valuesOf(distribution);
  return values.map(() => 1 / values.length);
}
