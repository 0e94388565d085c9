import type { MetricName } from '../metric.js';
import { mostEpochs } from '../spec/stop/stop-of.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import { drawnSampler } from './samplers/drawn.js';
import { nsga2Sampler } from './samplers/nsga2.js';
import { randomPoints } from './samplers/random.js';
import { sobolPoints } from './samplers/sobol.js';
import { gridsSampler } from './samplers/spaces.js';
import { tpeSampler } from './samplers/tpe.js';
import type { Sampler } from './search.js';
import type { Stopper } from './stopper.js';
import { stopperOf } from './stoppers/stopper-of.js';

/** The sampler that proposes the trials of a sweep, and the stopper that drops them. */
export interface Search {
  readonly sampler: Sampler;
  readonly stopper: Stopper;
}

const SAMPLERS: { readonly [method in SweepSpec['method']]: (spec: SweepSpec) => Sampler } = {
  grid: gridsSampler,
  random: (spec) => drawnSampler(spec, randomPoints),
  sobol: (spec) => drawnSampler(spec, sobolPoints),
  tpe: tpeSampler,
  nsga2: nsga2Sampler,
};

/** The search of a spec; `equivalentOf` says how far apart values of a metric may be that count as equal. */
export function searchOf(spec: SweepSpec, equivalentOf = (_: MetricName): number => spec.equivalent): Search {
  const { spaces, seeds, metric, choose } = spec;
  const maxEpochs = mostEpochs(spaces);
  const stopped = { maxEpochs, seeds: seeds.length, metric, aims: choose, equivalentOf };
  return { sampler: SAMPLERS[spec.method](spec), stopper: stopperOf(spec.stop, stopped) };
}
