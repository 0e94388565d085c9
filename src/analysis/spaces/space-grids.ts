import type { Metric } from '../../metric.js';
import type { TrialEstimates } from '../../metrics/estimates/estimate-trials.js';
import { type AxisPart, axisParts } from '../axis-parts.js';
import type { TrialRow } from '../facts/facts.js';
import { axisImportance } from '../findings/axis-importance.js';
import type { KnobLevels, SpaceGrid } from '../findings/findings.js';
import { gridMaps } from '../findings/grid-maps.js';
import { knobLevels } from '../findings/knob-levels.js';
import type { Configuration } from '../ranking/configuration.js';
import { ofSpace } from './space-names.js';

/** Configurations of all spaces, and their estimates in the same order. */
interface Grids {
  readonly configurations: readonly Configuration[];
  /** Those that the search dropped. */
  readonly dropped: readonly TrialRow[];
  readonly estimates: TrialEstimates;
  readonly metric: Metric;
}

/** What the grid of each space shows. A knob of one space is compared with nothing in another. */
export function spaceGrids(
  names: readonly (string | null)[],
  { configurations, dropped, estimates, metric }: Grids,
): readonly SpaceGrid[] {
  return names.map((space) => {
    const places = configurations.flatMap((own, at) => (own.space === space ? [at] : []));
    const own = places.map((at) => configurations[at] as Configuration);
    const parts = axisParts(own.filter(({ addedBaseline }) => !addedBaseline).map(({ point }) => point));
    const axes = knobLevels(own).map((axis) => inParts(axis, parts));
    const importance = axisImportance(
      configurations,
      { ...estimates, dropped: ofSpace(dropped, space).length },
      { metric, space, parts },
    );
    return { space, axes, importance, maps: gridMaps(own, axes, importance) };
  });
}

function inParts(axis: KnobLevels, partsOf: ReadonlyMap<string, readonly AxisPart[]>): KnobLevels {
  const parts = partsOf.get(axis.knob);
  return parts === undefined ? axis : { ...axis, labels: parts.map(({ label }) => label), parts };
}
