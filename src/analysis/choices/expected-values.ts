import type { MetricName } from '../../metric.js';
import { estimatesAt } from '../../metrics/estimates/comparisons.js';
import { expectedMeans } from '../../metrics/estimates/expected-means.js';
import { LEADING } from '../../metrics/selection.js';
import type { Configuration } from '../ranking/configuration.js';
import type { SweepEstimates } from '../ranking/sweep-estimates.js';
import { ofSpace, spaceNames } from '../spaces/space-names.js';

/** What the first configurations are expected to reach in a metric; null where the means decide. */
export type ExpectedValues = (name: MetricName) => readonly number[] | null;

/**
 * What the configurations with the best means in the ranking metric are expected to reach, given what similar ones of the same space
 * reached. No others, so that what is chosen is among those whose weights are kept.
 */
export function expectedValues(
  configurations: readonly Configuration[],
  { ranked }: Pick<SweepEstimates, 'ranked'>,
  metric: MetricName,
): ExpectedValues {
  // Those without a value rank last.
  const measured = configurations.filter(({ rank }) => Number.isFinite(ranked.means[rank - 1]));
  const spaces = spaceNames(measured).map((space) => {
    const own = ofSpace(measured, space);
    const places = own.map(({ rank }) => rank - 1);
    return { places, ...estimatesAt(ranked, places), distance: distanceOf(own) };
  });
  const expected: number[] = [];
  expectedMeans(spaces).forEach((values, space) => {
    values.forEach((value, place) => {
      expected[spaces[space]?.places[place] as number] = value;
    });
  });
  const leading = expected.slice(0, LEADING);
  return (name) => (name === metric ? leading : null);
}

/** How many knobs apart two configurations are; numbers of a knob by their ranks, of which the first and the last are one knob apart. */
function distanceOf(configurations: readonly Configuration[]): (a: number, b: number) => number {
  const knobs = [...new Set(configurations.flatMap(({ point }) => Object.keys(point)))];
  const columns = knobs.map((knob) => levelsOf(configurations.map(({ point }) => point[knob])));
  return (a, b) =>
    columns.reduce((sum, { levels, step }) => {
      const apart = Math.abs((levels[a] as number) - (levels[b] as number));
      return sum + Math.min(1, apart * step);
    }, 0);
}

/** A level for each value, and how far neighbours are apart: a whole knob where values have no order. */
function levelsOf(values: readonly unknown[]): { readonly levels: readonly number[]; readonly step: number } {
  const isOrdered = values.every((value) => typeof value === 'number');
  const texts = values.map((value) => JSON.stringify(value) ?? '');
  const all = isOrdered ? [...new Set(values)].sort((a, b) => a - b).map(String) : [...new Set(texts)];
  const levelOf = new Map(all.map((text, level) => [text, level]));
  return {
    levels: texts.map((text) => levelOf.get(text) as number),
    step: isOrdered ? 1 / Math.max(1, all.length - 1) : 1,
  };
}
