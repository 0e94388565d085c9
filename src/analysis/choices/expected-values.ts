import type { MetricName } from '../../metric.js';
import { expectedMeans } from '../../metrics/estimates/expected-means.js';
import { LEADING } from '../../metrics/selection.js';
import type { Configuration } from '../ranking/configuration.js';
import type { SweepEstimates } from '../ranking/sweep-estimates.js';
import { similarConfigurations } from './similar-configurations.js';

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
  const spaces = similarConfigurations(configurations, ranked);
  const expected: number[] = [];
  expectedMeans(spaces).forEach((values, space) => {
    values.forEach((value, place) => {
      expected[spaces[space]?.places[place] as number] = value;
    });
  });
  const leading = expected.slice(0, LEADING);
  return (name) => (name === metric ? leading : null);
}
