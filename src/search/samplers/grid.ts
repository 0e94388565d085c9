import { valuesOf } from '../../spec/distribution.js';
import type { Axis } from '../../spec/sweep-spec.js';
import type { ParameterPoint } from '../../sweep.js';
import type { Sampler } from '../search.js';

/** Every combination of the axes' values, in one cohort; the last axis changes fastest. */
export function gridSampler(axes: readonly Axis[]): Sampler {
  const mostPoints = gridSize(axes);
  return {
    mostPoints,
    learns: false,
    propose: ({ length }) =>
      length > 0 ? 'done' : Array.from({ length: mostPoints }, (_, index) => pointAt(axes, index)),
  };
}

/** The number of combinations. */
export function gridSize(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * valuesOf(axis.distribution).length, 1);
}

function pointAt(axes: readonly Axis[], index: number): ParameterPoint {
  const entries: [string, unknown][] = [];
  let rest = index;
  for (const axis of [...axes].reverse()) {
    const values = valuesOf(axis.distribution);
    entries.push([axis.knob, values[rest % values.length]]);
    rest = Math.floor(rest / values.length);
  }
  return Object.fromEntries(entries.reverse()) as ParameterPoint;
}
