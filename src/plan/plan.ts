import { classSupport, type Dataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { LATER_KNOBS } from '../knobs/deciding-knobs.js';
import { settled } from '../knobs/idle-knobs.js';
import { PLAIN_LOSS } from '../knobs/plain-loss.js';
import { resolveAlpha } from '../loss/alpha.js';
import { gridSampler } from '../search/grid-sampler.js';
import type { Sampler } from '../search/search.js';
import { knobValues, type SweepSpec } from '../spec/sweep-spec.js';
import type { ParameterPoint, Run, Trial } from '../sweep.js';
import { runIdOf, trialIdOf } from './identity.js';
import { planWarnings } from './warnings.js';

/** A sweep over this many runs is launched only when the user says so. */
export const LARGE_SWEEP_RUNS = 100_000;
const LARGEST_SWEEP_RUNS = 10_000_000;

/** A sweep, ready to be run. */
export interface SweepPlan {
  readonly spec: SweepSpec;
  readonly engine: string;
  readonly trials: readonly Trial[];
  readonly runs: readonly Run[];
  readonly warnings: readonly string[];
  readonly cost: PlanCost;
}

/** Upper bounds: early stopping makes it less. */
export interface PlanCost {
  readonly runEpochs: number;
  /** Floating-point operations, counted as 6 · training rows · weights per epoch. */
  readonly flops: number;
}

/** How many runs the spec asks for, baselines included, without expanding anything. */
export function plannedRunCount(spec: SweepSpec): number {
  return (gridSampler(spec.axes).size + baselineSampler(spec).size) * spec.seeds.length;
}

/**
 * Expands a spec into trials and runs with their content-addressed ids, the cross-entropy baselines included.
 * Throws UserError for a class weight that names no class, and for more runs than can be listed.
 */
export function planSweep(spec: SweepSpec, dataset: Dataset, engine: string): SweepPlan {
  const planned = plannedRunCount(spec);
  if (planned > LARGEST_SWEEP_RUNS) {
    throw new UserError(
      `the grid has ${planned.toLocaleString('en')} runs; at most ${LARGEST_SWEEP_RUNS.toLocaleString('en')} can be planned`,
      {
        where: spec.locate(['parameters']),
        fix: 'Take values out of the axes or use fewer seeds.',
      },
    );
  }
  refuseUnknownClasses(spec, dataset);
  const trials = expandTrials(spec, dataset, engine);
  const runs = trials.flatMap(({ trialId }) =>
    spec.seeds.map((seed): Run => ({ runId: runIdOf(trialId, seed), trialId, seed })),
  );
  return {
    spec,
    engine,
    trials,
    runs,
    warnings: planWarnings(spec, dataset),
    cost: costOf(trials, spec, dataset),
  };
}

function expandTrials(spec: SweepSpec, dataset: Dataset, engine: string): readonly Trial[] {
  const trials = new Map<string, Trial>();
  const add = (sampler: Sampler, addedBaseline: boolean): void => {
    for (const point of sampler.points()) {
      const config = settled({ ...spec.base, ...point });
      const trialId = trialIdOf({ config, dataset: dataset.fingerprint, metric: spec.metric, engine });
      if (!trials.has(trialId)) trials.set(trialId, { trialId, point, config, addedBaseline });
    }
  };
  add(gridSampler(spec.axes), false);
  add(baselineSampler(spec), true);
  return [...trials.values()];
}

/** Cross-entropy at every combination of the axes that are not the loss's, unless the grid has it already. */
function baselineSampler(spec: SweepSpec): Sampler {
  const plain = [...PLAIN_LOSS];
  const isInGrid = plain.every(([knob, value]) =>
    (knobValues(spec, knob) as readonly unknown[]).includes(value),
  );
  if (isInGrid) return { size: 0, points: () => [] };
  const others = gridSampler(spec.axes.filter(({ knob }) => !PLAIN_LOSS.has(knob)));
  // A later knob that the spec leaves plain goes without saying, as before it came.
  const said = plain.filter(
    ([knob, value]) => !LATER_KNOBS.includes(knob) || knobValues(spec, knob).some((other) => other !== value),
  );
  return {
    size: others.size,
    *points(): Iterable<ParameterPoint> {
      for (const point of others.points()) yield { ...Object.fromEntries(said), ...point };
    },
  };
}

/** Class weights can only be checked against the data's classes. */
function refuseUnknownClasses(spec: SweepSpec, dataset: Dataset): void {
  const support = classSupport(dataset, 'train');
  const isAxis = spec.axes.some(({ knob }) => knob === 'alpha');
  knobValues(spec, 'alpha').forEach((scheme, index) => {
    try {
      resolveAlpha(scheme, { classNames: dataset.classNames, trainSupport: support });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const where = spec.locate(isAxis ? ['parameters', 'alpha', 'values', index] : ['train', 'alpha']);
      throw new UserError(error.message, { where, fix: error.fix });
    }
  });
}

function costOf(trials: readonly Trial[], spec: SweepSpec, dataset: Dataset): PlanCost {
  const rows = dataset.split.train.length;
  let runEpochs = 0;
  let flops = 0;
  for (const { config } of trials) {
    const epochs = config.epochs * spec.seeds.length;
    const widths = [dataset.featureCount, ...config.hidden, dataset.classNames.length];
    const weights = widths.slice(1).reduce((sum, width, layer) => sum + width * (widths[layer] as number), 0);
    runEpochs += epochs;
    flops += 6 * epochs * rows * weights;
  }
  return { runEpochs, flops };
}
