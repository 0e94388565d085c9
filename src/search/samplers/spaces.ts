import type { Space } from '../../spec/sweep-spec.js';
import type { ParameterPoint, SpacePoint } from '../../sweep.js';
import type { Sampler } from '../search.js';
import { gridSampler } from './grid.js';

/** The grids of all spaces, one after another, in one cohort. */
export function gridsSampler(spaces: readonly Space[]): Sampler {
  const samplers = spaces.map(({ name, axes }) => ({ name, sampler: gridSampler(axes) }));
  return {
    mostPoints: samplers.reduce((sum, { sampler }) => sum + sampler.mostPoints, 0),
    learns: false,
    propose: (history) => {
      const points = samplers.flatMap(({ name, sampler }) => {
        const proposed = sampler.propose(history);
        return proposed === 'done' ? [] : proposed.map((point) => inSpace(point, name));
      });
      return points.length === 0 ? 'done' : points;
    },
  };
}

/** A point with the name of its space. */
export function inSpace(point: ParameterPoint, space: string | null): SpacePoint {
  return space === null ? point : { space, ...point };
}
