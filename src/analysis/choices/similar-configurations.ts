import { estimatesAt, type JointEstimates } from '../../metrics/estimates/comparisons.js';
import type { SimilarTrials } from '../../metrics/estimates/similar-trials.js';
import type { Configuration } from '../ranking/configuration.js';
import { ofSpace, spaceNames } from '../spaces/space-names.js';

/** Configurations of a space, by their places among the estimates. */
export interface SimilarConfigurations extends SimilarTrials {
  readonly places: readonly number[];
}

/** The configurations that have a value, by their spaces. */
export function similarConfigurations(
  configurations: readonly Configuration[],
  estimates: JointEstimates,
): readonly SimilarConfigurations[] {
  const measured = configurations.filter(({ rank }) => Number.isFinite(estimates.means[rank - 1]));
  return spaceNames(measured).map((space) => {
    const own = ofSpace(measured, space);
    const places = own.map(({ rank }) => rank - 1);
    return { places, ...estimatesAt(estimates, places), distance: distanceOf(own) };
  });
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
