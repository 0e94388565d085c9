import type { SweepSpec } from '../spec/sweep-spec.js';
import { gridsSampler } from './samplers/spaces.js';
import type { Sampler } from './search.js';
import type { Stopper } from './stopper.js';
import { noStopper } from './stoppers/none.js';

/** The sampler that proposes the trials of a sweep, and the stopper that drops them. */
export interface Search {
  readonly sampler: Sampler;
  readonly stopper: Stopper;
}

const SAMPLERS: { readonly [method in SweepSpec['method']]: (spec: SweepSpec) => Sampler } = {
  grid: ({ spaces }) => gridsSampler(spaces),
};

/** The search of a spec. */
export function searchOf(spec: SweepSpec): Search {
  return { sampler: SAMPLERS[spec.method](spec), stopper: noStopper };
}
