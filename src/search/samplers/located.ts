import { type Distribution, isRange, valuesOf } from '../../spec/distribution.js';
import type { Axis, Space, SweepSpec } from '../../spec/sweep-spec.js';
import type { ParameterPoint, SpacePoint } from '../../sweep.js';
import { canonicalJson } from '../../wording/canonical-json.js';
import { configAt, fulfils, inSpace } from '../configurations.js';
import type { ScoredTrial } from '../search.js';
import { axisValue } from './axis-value.js';
import { isTaken } from './drawn.js';

/** A configuration in the coordinates of its space: of a range a share in [0, 1], of a list the place of the value. */
export interface Located {
  readonly space: Space;
  readonly coordinates: readonly number[];
}

/** The axes of a space that are no constants. */
export function drawnAxesOf({ axes }: Space): readonly Axis[] {
  return axes.filter(({ distribution }) => distribution.type !== 'constant');
}

/** The point at some coordinates. */
export function pointOf({ space, coordinates }: Located): SpacePoint {
  let next = 0;
  const entries = space.axes.map(({ knob, distribution }) => {
    const at = distribution.type === 'constant' ? 0 : (coordinates[next++] as number);
    return [knob, isRange(distribution) ? axisValue(distribution, at) : valuesOf(distribution)[at]] as const;
  });
  return inSpace(Object.fromEntries(entries), space.name);
}

/** A configuration in coordinates; values that an axis does not have, as those of a baseline, are at its nearest. */
export function locatedIn(
  spaces: readonly Space[],
  { space: name = undefined, point }: Pick<ScoredTrial, 'space' | 'point'>,
): Located {
  const space = spaceOf(spaces, name);
  return {
    space,
    coordinates: drawnAxesOf(space).map(({ knob, distribution }) => coordinateOf(distribution, point[knob])),
  };
}

/** The middle of the coordinates that give a number, which rises with them. */
function coordinateOf(distribution: Distribution, value: unknown): number {
  if (!isRange(distribution)) {
    const texts = valuesOf(distribution).map((own) => JSON.stringify(own));
    return Math.max(0, texts.indexOf(JSON.stringify(value)));
  }
  const first = (isPast: (own: number) => boolean): number => {
    let [low, high] = [0, 1];
    for (let step = 0; step < 40; step++) {
      const middle = (low + high) / 2;
      if (isPast(Number(axisValue(distribution, middle)))) high = middle;
      else low = middle;
    }
    return high;
  };
  return (first((own) => own >= Number(value)) + first((own) => own > Number(value))) / 2;
}

function spaceOf(spaces: readonly Space[], name: string | undefined): Space {
  return spaces.find((own) => own.name === (name ?? null)) as Space;
}

/** The same for points that train the same. */
export function keyOf(spaces: readonly Space[], { space: name, ...point }: SpacePoint): string {
  return canonicalJson([name ?? null, configAt(spaceOf(spaces, name).base, point)]);
}

/** Whether the knobs take a point, and the spec's condition holds. */
export function isWanted({ spaces, where }: SweepSpec, { space: name, ...point }: SpacePoint): boolean {
  const { axes, base } = spaceOf(spaces, name);
  return isTaken(axes, point as ParameterPoint) && fulfils(where, configAt(base, point), name ?? null);
}
