import { METRICS, type Metric, type MetricName } from '../../metric.js';
import { GOAL_SIGNS, TIES_BY } from '../../metrics/selection.js';
import { type RandomStream, randomStream } from '../../random.js';
import { type Distribution, isRange, valuesOf } from '../../spec/distribution.js';
import type { Space, SweepSpec } from '../../spec/sweep-spec.js';
import type { SpacePoint } from '../../sweep.js';
import type { Cohort, Sampler, ScoredTrial } from '../search.js';
import { axisValue } from './axis-value.js';
import { generationsSampler, type Numbers } from './drawn.js';
import { byFronts, type Objectives } from './fronts.js';
import { drawnAxesOf, isWanted, keyOf, type Located, locatedIn, pointOf } from './located.js';
import { sobolPoints } from './sobol.js';

/** Configurations that are drawn before results are looked at, and those of each generation after them. */
export const NSGA2_SIZES = { first: 20, generation: 10 };
/** Configurations that new ones descend from. */
const POPULATION = 20;
/** How often a child has two parents, and how near it is to them: Deb's indices of distributions. */
const CROSSOVER = 0.9;
const NEARNESS = { crossover: 15, mutation: 20 };
/** After so many children that are known or not wanted, configurations are drawn; after as many of these there are no others. */
const MOST_CHILDREN = 100;
const MOST_DRAWS = 10_000;

/**
 * NSGA-II (Deb et al. 2002) over all spaces, for the objectives of the aims. The first cohort is Sobol's; then each generation
 * descends from the population: the best by fronts among the population before and the generation that it had.
 */
export function nsga2Sampler(spec: SweepSpec): Sampler {
  return generationsSampler(spec, sobolPoints, NSGA2_SIZES, (history, numbers) =>
    generation(spec, history, numbers),
  );
}

/** What configurations are judged by: the metric, and all that the aims name; one alone has rare recall beside it. @internal */
export function objectivesOf({ metric, choose }: Pick<SweepSpec, 'metric' | 'choose'>): readonly Metric[] {
  const named: readonly Metric[] = [metric, ...choose.map((aim) => aim.metric)];
  const constraints = choose.flatMap((aim) => aim.constraints.map((own) => own.metric));
  const names = new Set<MetricName>([...named.map(({ name }) => name), ...constraints]);
  if (names.size === 1) names.add(TIES_BY);
  return [...names].map(
    (name): Metric => named.find((own) => own.name === name) ?? { name, goal: METRICS[name].goal },
  );
}

function generation(
  spec: SweepSpec,
  history: readonly Cohort[],
  { start, count }: Numbers,
): readonly SpacePoint[] {
  const parents = population(spec, history).map((trial) => locatedIn(spec.spaces, trial));
  const seen = new Set(history.flat().map(({ space, point }) => keyOf(spec.spaces, { ...point, space })));
  const points: SpacePoint[] = [];
  for (let at = 0; at < count; at++) {
    const stream = randomStream(spec.searchSeed, 'search', start + at, 3);
    const point = newPoint(spec, parents, stream, seen);
    if (point === undefined) break;
    seen.add(keyOf(spec.spaces, point));
    points.push(point);
  }
  return points;
}

/** The best first. */
function population(spec: SweepSpec, history: readonly Cohort[]): readonly ScoredTrial[] {
  const objectives = objectivesOf(spec);
  let parents: readonly ScoredTrial[] = [];
  for (const cohort of history) {
    const all = [...parents, ...cohort];
    const order = byFronts(all.map((trial) => reached(trial, objectives)));
    parents = order.slice(0, POPULATION).map((at) => all[at] as ScoredTrial);
  }
  return parents;
}

/** Means over the seeds; a trial without a score is worse than any. */
function reached({ scores }: ScoredTrial, objectives: readonly Metric[]): Objectives {
  const means = objectives.map(({ name, goal }) => {
    const sum = scores.reduce((total, { validation }) => total + validation[name], 0);
    return (GOAL_SIGNS[goal] * sum) / scores.length;
  });
  return means.map((mean) => (means.every(Number.isFinite) ? mean : Number.NEGATIVE_INFINITY));
}

function newPoint(
  spec: SweepSpec,
  parents: readonly Located[],
  stream: RandomStream,
  seen: ReadonlySet<string>,
): SpacePoint | undefined {
  for (let tried = 0; tried < MOST_CHILDREN + MOST_DRAWS; tried++) {
    const isChild = tried < MOST_CHILDREN && parents.length > 0;
    const point = pointOf(isChild ? child(spec.spaces, parents, stream) : drawnIn(spec.spaces, stream));
    if (isWanted(spec, point) && !seen.has(keyOf(spec.spaces, point))) return point;
  }
  return undefined;
}

/** Of two parents of one space, each the better of two; sometimes from anywhere in a space, where there are several. */
function child(spaces: readonly Space[], parents: readonly Located[], stream: RandomStream): Located {
  const one = better(parents, stream);
  const axes = drawnAxesOf(one.space);
  const share = 1 / (axes.length + Number(spaces.length > 1));
  if (spaces.length > 1 && stream.uniform() < share) return drawnIn(spaces, stream);
  const other = better(
    parents.filter(({ space }) => space === one.space),
    stream,
  );
  const isCrossed = stream.uniform() < CROSSOVER;
  return {
    space: one.space,
    coordinates: axes.map(({ distribution }, at) => {
      const [own, its] = [one.coordinates[at] as number, other.coordinates[at] as number];
      const crossed = isCrossed && stream.uniform() < 0.5 ? between(own, its, distribution, stream) : own;
      return stream.uniform() < share ? mutated(crossed, distribution, stream) : crossed;
    }),
  };
}

/** The better of two, which may be the same; parents are in order. */
function better(parents: readonly Located[], stream: RandomStream): Located {
  return parents[Math.min(stream.integer(parents.length), stream.integer(parents.length))] as Located;
}

/** Simulated binary crossover of numbers; of a list the value of one of both. */
function between(own: number, its: number, distribution: Distribution, stream: RandomStream): number {
  if (!isRange(distribution)) return its;
  const share = stream.uniform();
  const power = 1 / (NEARNESS.crossover + 1);
  const spread = share < 0.5 ? (2 * share) ** power : (2 * (1 - share)) ** -power;
  return inside((own + its) / 2 + (spread * (its - own)) / 2);
}

/** Polynomial mutation of numbers; of a list any value. */
function mutated(own: number, distribution: Distribution, stream: RandomStream): number {
  if (!isRange(distribution)) return drawnAt(distribution, stream);
  const share = stream.uniform();
  const power = 1 / (NEARNESS.mutation + 1);
  const step = share < 0.5 ? (2 * share) ** power - 1 : 1 - (2 * (1 - share)) ** power;
  return inside(own + step);
}

function inside(coordinate: number): number {
  return Math.min(1 - 2 ** -33, Math.max(0, coordinate));
}

function drawnIn(spaces: readonly Space[], stream: RandomStream): Located {
  const space = spaces[stream.integer(spaces.length)] as Space;
  return { space, coordinates: drawnAxesOf(space).map(({ distribution }) => drawnAt(distribution, stream)) };
}

function drawnAt(distribution: Distribution, stream: RandomStream): number {
  const share = stream.uniform();
  return isRange(distribution) ? share : valuesOf(distribution).indexOf(axisValue(distribution, share));
}
