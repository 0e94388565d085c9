import { knobRow } from '../../knobs/knobs.js';
import { isRange, valueCount } from '../../spec/distribution.js';
import { isFree } from '../../spec/programs/own-parameters.js';
import type { Axis, Space, SweepSpec } from '../../spec/sweep-spec.js';
import type { ParameterPoint, SpacePoint } from '../../sweep.js';
import { canonicalJson } from '../../wording/canonical-json.js';
import { configAt, fulfils, inSpace } from '../configurations.js';
import type { Cohort, Sampler } from '../search.js';
import { axisValue } from './axis-value.js';

/** Points of a unit cube by number, each coordinate in [0, 1). */
export type CubePoint = (index: number) => readonly number[];

/** After so many points in a row that are known already or do not count, there are no others. */
const MOST_MISSES = 10_000;

/**
 * Draws the configurations of a sweep in one cohort: point `index` of the cube is one, unless the spec's condition or a knob refuses
 * it, or an earlier one is the same. So a larger number of trials has the same ones first. The first coordinate chooses the space
 * where there are several; the axes of each use the others.
 */
export function drawnSampler(
  spec: SweepSpec,
  pointsOf: (seed: number, dimensions: number) => CubePoint,
): Sampler {
  const { spaces, searchSeed } = spec;
  const trials = spec.trials ?? 0;
  const size = spaces.reduce((sum, { axes }) => sum + sizeOf(axes), 0);
  return {
    mostPoints: Math.min(trials, size),
    learns: false,
    propose: ({ length }) =>
      length > 0
        ? 'done'
        : drawn(spec, { pointAt: pointsOf(searchSeed, dimensionsOf(spaces)), trials, size }),
  };
}

/** How many configurations are drawn before results are looked at, and in each generation after them. */
export interface GenerationSizes {
  readonly first: number;
  readonly generation: number;
}

/** A generation to propose. */
export interface Numbers {
  /** The number of its first configuration. */
  readonly start: number;
  readonly count: number;
}

/** Draws a first cohort, then proposes generations by what the ones before have reached, until there are no other points. */
export function generationsSampler(
  spec: SweepSpec,
  pointsOf: (seed: number, dimensions: number) => CubePoint,
  sizes: GenerationSizes,
  next: (history: readonly Cohort[], numbers: Numbers) => readonly SpacePoint[],
): Sampler {
  const first = drawnSampler({ ...spec, trials: Math.min(spec.trials ?? 0, sizes.first) }, pointsOf);
  const { mostPoints } = drawnSampler(spec, pointsOf);
  return {
    mostPoints,
    learns: true,
    propose(history) {
      if (history.length === 0) return first.propose([]);
      const start = sizes.first + (history.length - 1) * sizes.generation;
      const points = next(history, { start, count: Math.min(sizes.generation, mostPoints - start) });
      return points.length === 0 ? 'done' : points;
    },
  };
}

/** How many coordinates the points of some spaces have. */
function dimensionsOf(spaces: readonly Space[]): number {
  return chooser(spaces) + Math.max(0, ...spaces.map(({ axes }) => axes.filter(isDrawn).length));
}

/** How many coordinates choose the space. */
function chooser(spaces: readonly Space[]): 0 | 1 {
  return spaces.length > 1 ? 1 : 0;
}

function sizeOf(axes: readonly Axis[]): number {
  return axes.reduce((product, { distribution }) => product * valueCount(distribution), 1);
}

function isDrawn({ distribution }: Axis): boolean {
  return distribution.type !== 'constant';
}

interface Draws {
  readonly pointAt: CubePoint;
  readonly trials: number;
  /** The number of combinations. */
  readonly size: number;
}

function drawn({ spaces, where }: SweepSpec, { pointAt, trials, size }: Draws): readonly SpacePoint[] {
  const points: SpacePoint[] = [];
  const seen = new Set<string>();
  const isOver = (misses: number): boolean => misses >= MOST_MISSES || seen.size >= size;
  for (let index = 0, misses = 0; points.length < trials && !isOver(misses); index++) {
    const cube = pointAt(index);
    const space = spaces[chooser(spaces) * Math.floor((cube[0] ?? 0) * spaces.length)] as Space;
    const point = pointIn(space.axes, cube.slice(chooser(spaces)));
    const config = configAt(space.base, point);
    const key = canonicalJson([space.name, config]);
    const isNew = isTaken(space.axes, point) && !seen.has(key) && fulfils(where, config, space.name);
    misses = isNew ? 0 : misses + 1;
    if (!isNew) continue;
    seen.add(key);
    points.push(inSpace(point, space.name));
  }
  return points;
}

function pointIn(axes: readonly Axis[], cube: readonly number[]): ParameterPoint {
  let next = 0;
  return Object.fromEntries(
    axes.map((axis) => {
      const coordinate = isDrawn(axis) ? (cube[next++] ?? 0) : 0;
      return [axis.knob, axisValue(axis.distribution, coordinate)];
    }),
  );
}

/** Whether the knobs take what was drawn: normal numbers may be outside of their range. */
export function isTaken(axes: readonly Axis[], point: ParameterPoint): boolean {
  return axes.every(({ knob, distribution }) => {
    const row = isRange(distribution) && !isFree(knob) ? knobRow(knob) : undefined;
    return row === undefined || row.schema.safeParse(point[knob]).success;
  });
}
