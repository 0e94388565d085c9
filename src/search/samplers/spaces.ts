import type { SweepSpec } from '../../spec/sweep-spec.js';
import { configAt, fulfils, inSpace } from '../configurations.js';
import type { Sampler } from '../search.js';
import { gridSampler } from './grid.js';

/** The grids of all spaces, one after another, in one cohort, without what the spec's condition leaves out. */
export function gridsSampler({ spaces, where }: Pick<SweepSpec, 'spaces' | 'where'>): Sampler {
  const samplers = spaces.map((space) => ({ space, sampler: gridSampler(space.axes) }));
  return {
    mostPoints: samplers.reduce((sum, { sampler }) => sum + sampler.mostPoints, 0),
    learns: false,
    propose: (history) => {
      const points = samplers.flatMap(({ space: { name, base }, sampler }) => {
        const proposed = sampler.propose(history);
        if (proposed === 'done') return [];
        return proposed
          .filter((point) => fulfils(where, configAt(base, point), name))
          .map((point) => inSpace(point, name));
      });
      return points.length === 0 ? 'done' : points;
    },
  };
}
