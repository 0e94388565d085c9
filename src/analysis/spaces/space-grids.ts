import type { Metric } from '../../metric.js';
import type { TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import { axisImportance } from '../findings/axis-importance.js';
import type { SpaceGrid } from '../findings/findings.js';
import { gridMaps } from '../findings/grid-maps.js';
import { knobLevels } from '../findings/knob-levels.js';
import type { Configuration } from '../ranking/configuration.js';

/** Configurations of all spaces, and their estimates in the same order. */
interface Grids {
  readonly configurations: readonly Configuration[];
  readonly estimates: TrialEstimates;
  readonly metric: Metric;
}

/** What the grid of each space shows. A knob of one space is compared with nothing in another. */
export function spaceGrids(
  names: readonly (string | null)[],
  { configurations, estimates, metric }: Grids,
): readonly SpaceGrid[] {
  return names.map((space) => {
    const places = configurations.flatMap((own, at) => (own.space === space ? [at] : []));
    const own = places.map((at) => configurations[at] as Configuration);
    const axes = knobLevels(own);
    const importance = axisImportance(configurations, estimates, { metric, space });
    return { space, axes, importance, maps: gridMaps(own, axes, importance) };
  });
}
