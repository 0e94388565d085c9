import type { Axis } from '../spec/sweep-spec.js';
import type { ParameterPoint } from '../sweep.js';
import type { Sampler } from './search.js';

/** Every combination of the axes' values; the last axis turns fastest. */
export function gridSampler(axes: readonly Axis[]): Sampler {
  const size = axes.reduce((product, axis) => product * axis.values.length, 1);
  return {
    size,
    *points() {
      for (let index = 0; index < size; index++) yield pointAt(axes, index);
    },
  };
}

function pointAt(axes: readonly Axis[], index: number): ParameterPoint {
  const entries: [string, unknown][] = [];
  let rest = index;
  for (const axis of [...axes].reverse()) {
    entries.push([axis.knob, axis.values[rest % axis.values.length]]);
    rest = Math.floor(rest / axis.values.length);
  }
  return Object.fromEntries(entries.reverse()) as ParameterPoint;
}
