import { LATER_KNOBS } from '../knobs/deciding-knobs.js';
import type { KnobName } from '../knobs/knobs.js';
import { isBaseline, isLossKnob, isOfBaseline, type NamedBaseline, PLAIN_LOSS } from '../knobs/plain-loss.js';
import { isForProgram } from '../program.js';
import { configAt, inSpace } from '../search/configurations.js';
import { gridSampler, gridSize } from '../search/samplers/grid.js';
import { type Axis, knobValues, type Space, type SweepSpec } from '../spec/sweep-spec.js';
import type { SpacePoint } from '../sweep.js';
import { sum } from '../wording/numbers.js';

/** Of so many drawn configurations one has a baseline beside it. */
const DRAWN_PER_BASELINE = 4;

/** How many baselines a spec has at most beside `drawn` configurations of a sampler's first cohort. */
export function mostBaselines(spec: SweepSpec, drawn: number): number {
  if (spec.method !== 'grid') return Math.ceil(drawn / DRAWN_PER_BASELINE) + spec.spaces.length - 1;
  const others = spec.spaces.map((space) => baselineAxes(space, spec));
  return sum(others.map((axes) => (axes === null ? 0 : gridSize(axes))));
}

/**
 * Plain cross-entropy beside the points of a sampler: in a grid at every combination of a space's axes that are not the loss's, unless
 * the grid has it already; else with the other knobs of the first quarter of the points, so that it is tuned too. Of a baseline that
 * the spec names there is the same of drawn points alone: a grid has it.
 */
export function baselinePoints(spec: SweepSpec, points: readonly SpacePoint[]): readonly SpacePoint[] {
  const { spaces, baseline, method } = spec;
  if (method !== 'grid') return spaces.flatMap((space) => drawnBaselines(spec, space, points));
  if (baseline !== null) {
    return spec.where === null ? [] : namedInGrid(spec, baseline);
  }
  return spaces.flatMap((space) => {
    const others = baselineAxes(space, spec);
    const combinations = others === null ? 'done' : gridSampler(others).propose([]);
    if (combinations === 'done') return [];
    return combinations.map((point) => inSpace({ ...saidPlainLoss(space), ...point }, space.name));
  });
}

/** Those of a grid, whatever its condition leaves out. */
function namedInGrid({ spaces }: SweepSpec, baseline: NonNullable<NamedBaseline>): readonly SpacePoint[] {
  return spaces.flatMap(({ axes, base, name }) => {
    const points = gridSampler(axes).propose([]);
    if (points === 'done') return [];
    return points
      .filter((point) => isBaseline(configAt(base, point), baseline))
      .map((point) => inSpace(point, name));
  });
}

/** With the knobs of the first points of a space that are not the baseline's own. */
function drawnBaselines(
  { baseline }: SweepSpec,
  space: Space,
  points: readonly SpacePoint[],
): readonly SpacePoint[] {
  const own = points.filter((point) => (point.space ?? null) === space.name);
  const values = baseline === null ? saidPlainLoss(space) : baseline;
  const isTaken = Object.keys(values).every((name) => knobValues(space, name).length > 0);
  if (!isTaken || plainLossOf(space).length + Object.keys(baseline ?? {}).length === 0) return [];
  return own.slice(0, Math.ceil(own.length / DRAWN_PER_BASELINE)).map(({ space: name, ...point }) => {
    const kept = Object.entries(point).filter(([knob]) => !isOfBaseline(knob, baseline));
    return inSpace({ ...values, ...Object.fromEntries(kept) }, name ?? null);
  });
}

/** The plain loss as a point says it: a later knob that the spec leaves plain goes without saying, as before it came. */
function saidPlainLoss(space: Space): Readonly<Record<string, unknown>> {
  const said = plainLossOf(space).filter(
    ([knob, value]) =>
      !LATER_KNOBS.includes(knob) || knobValues(space, knob).some((other) => other !== value),
  );
  return Object.fromEntries(said);
}

/** The axes that are not the loss's; null where the grid has cross-entropy already, or where a program takes no loss. */
function baselineAxes(space: Space, { where }: SweepSpec): readonly Axis[] | null {
  const plain = plainLossOf(space);
  const isInGrid = plain.every(([knob, value]) => knobValues(space, knob).includes(value));
  const isLeftOut = where !== null && plain.length > 0;
  return isInGrid && !isLeftOut ? null : space.axes.filter(({ knob }) => !isLossKnob(knob));
}

/** The knobs of plain cross-entropy that configurations of a space have; none for a program that takes neither γ nor α. */
function plainLossOf(space: Space): readonly (readonly [KnobName, unknown])[] {
  const plain = [...PLAIN_LOSS];
  if (!isForProgram(space.base)) return plain;
  const taken = plain.filter(([knob]) => knobValues(space, knob).length > 0);
  return taken.some(([knob]) => knob === 'gamma' || knob === 'alpha') ? taken : [];
}
