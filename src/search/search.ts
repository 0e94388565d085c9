import type { ParameterPoint } from '../sweep.js';

/** Proposes the configurations of a sweep. */
export interface Sampler {
  /** How many points there are, known before any is drawn. */
  readonly size: number;
  /** The points, lazily and in an order that only the spec decides. */
  points(): Iterable<ParameterPoint>;
}
