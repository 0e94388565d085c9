import type { MetricName } from '../../metric.js';
import { estimatesAt } from '../../metrics/estimates/comparisons.js';
import { expectedMeans } from '../../metrics/estimates/expected-means.js';
import type { Configuration } from '../ranking/configuration.js';
import type { SweepEstimates } from '../ranking/sweep-estimates.js';
import { spaceNames } from '../spaces/space-names.js';

/** What each configuration is expected to reach in a metric, in the order of the estimates. */
export type ExpectedValues = (name: MetricName) => readonly number[];

/** Expected given what similar configurations of the same space reached; what is asked again is not computed again. */
export function expectedValues(
  configurations: readonly Configuration[],
  estimates: Pick<SweepEstimates, 'of'>,
): ExpectedValues {
  const spaces = spaceNames(configurations).map((name) => {
    const places = [...configurations.keys()].filter((at) => configurations[at]?.space === name);
    return { places, distance: distanceOf(places.map((at) => configurations[at] as Configuration)) };
  });
  const known = new Map<MetricName, readonly number[]>();
  const expected = (name: MetricName): readonly number[] => {
    const own = estimates.of.get(name);
    const values = configurations.map(() => Number.NaN);
    if (own === undefined) return values;
    for (const { places, distance } of spaces) {
      const means = expectedMeans({ ...estimatesAt(own, places), distance });
      places.forEach((at, place) => {
        values[at] = means[place] as number;
      });
    }
    return values;
  };
  return (name) => {
    const values = known.get(name) ?? expected(name);
    known.set(name, values);
    return values;
  };
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
  return {
    levels: texts.map((text) => all.indexOf(text)),
    step: isOrdered ? 1 / Math.max(1, all.length - 1) : 1,
  };
}
