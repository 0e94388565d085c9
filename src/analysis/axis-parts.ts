import type { ParameterPoint } from '../sweep.js';
import { canonicalJson } from '../wording/canonical-json.js';

/** Part of an axis whose numbers were drawn. */
export interface AxisPart {
  readonly label: string;
  /** Its smallest and its largest number, and the one in the middle. */
  readonly low: number;
  readonly high: number;
  readonly middle: number;
}

/** An axis with more numbers than this, and fewer than so many configurations for each, was drawn. */
const MOST_LISTED = 8;
const FEWEST_REPEATS = 4;
const FEWEST_PARTS = 2;
const MOST_PARTS = 6;

/** The axes of a space whose numbers were drawn, from the points of its configurations; a full grid has none. */
export function drawnAxes(points: readonly ParameterPoint[]): ReadonlySet<string> {
  const knobs = [...new Set(points.flatMap((point) => Object.keys(point)))];
  const counts = knobs.map((knob) => new Set(points.map((point) => canonicalJson(point[knob] ?? null))).size);
  const isFull = counts.reduce((product, count) => product * count, 1) === points.length;
  const isDrawn = (knob: string, at: number): boolean => {
    const having = points.filter((point) => knob in point);
    return (
      having.every((point) => typeof point[knob] === 'number') &&
      (counts[at] as number) > MOST_LISTED &&
      having.length < FEWEST_REPEATS * (counts[at] as number)
    );
  };
  return new Set(isFull ? [] : knobs.filter(isDrawn));
}

/** The drawn axes in parts with about as many configurations each, rising; the more configurations, the more parts. */
export function axisParts(points: readonly ParameterPoint[]): ReadonlyMap<string, readonly AxisPart[]> {
  return new Map(
    [...drawnAxes(points)].map((knob) => {
      const values = points.flatMap((point) => (knob in point ? [Number(point[knob])] : []));
      const count = Math.floor(Math.sqrt(values.length) / 1.5);
      return [knob, partsOf(values, Math.max(FEWEST_PARTS, Math.min(MOST_PARTS, count)))];
    }),
  );
}

/** Equal numbers are in one part. */
function partsOf(values: readonly number[], count: number): readonly AxisPart[] {
  const sorted = values.toSorted((a, b) => a - b);
  const starts = Array.from({ length: count }, (_, at) =>
    sorted.indexOf(sorted[Math.floor((at * sorted.length) / count)] as number),
  );
  return [...new Set(starts)].map((start, at, all) => {
    const own = sorted.slice(start, all[at + 1]);
    const [low, high] = [own[0] as number, own.at(-1) as number];
    const middle = own[Math.floor(own.length / 2)] as number;
    return { label: low === high ? String(low) : `${low} to ${high}`, low, high, middle };
  });
}

/** The part that a number lies in, or the nearest one below it. */
export function partOf(parts: readonly AxisPart[], value: number): AxisPart {
  return parts.findLast(({ low }) => value >= low) ?? (parts[0] as AxisPart);
}
