import { classSupport, type Dataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { KNOB_DEFAULTS } from '../knobs/knobs.js';
import { resolveAlpha } from '../loss/alpha.js';
import { gridSampler, gridSize } from '../search/samplers/grid.js';
import { searchOf } from '../search/search-of.js';
import { valuesOf } from '../spec/distribution.js';
import { locate } from '../spec/locate.js';
import type { Axis, SweepSpec } from '../spec/sweep-spec.js';
import type { ParameterPoint, Run, Trial, TrialConfig } from '../sweep.js';
import { runIdOf, trialIdOf } from './identity.js';
import { planWarnings } from './warnings.js';

/** A sweep over this many runs is launched only when the user says so. */
export const LARGE_SWEEP_RUNS = 100_000;
const LARGEST_SWEEP_RUNS = 10_000_000;

/** What is to be trained, as far as it is known. */
export interface TrialPlan {
  readonly spec: SweepSpec;
  /** Fingerprint of the dataset. */
  readonly dataset: string;
  readonly engine: string;
  readonly trials: readonly Trial[];
  /** Every trial with every seed, in the order of the trials. */
  readonly runs: readonly Run[];
}

/** A sweep, ready to be run: the first cohort of its search, and the baselines. */
export interface SweepPlan extends TrialPlan {
  readonly warnings: readonly string[];
}

/** How many runs the spec asks for, baselines included, without expanding anything. */
export function plannedRunCount(spec: SweepSpec): number {
  const others = baselineAxes(spec);
  const baselines = others === null ? 0 : gridSize(others);
  return (searchOf(spec).sampler.mostPoints + baselines) * spec.seeds.length;
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
        where: locate(spec, ['parameters']),
        fix: 'Take values out of the axes or use fewer seeds.',
      },
    );
  }
  refuseUnknownClasses(spec, dataset);
  const empty = { spec, dataset: dataset.fingerprint, engine, trials: [], runs: [] };
  const first = searchOf(spec).sampler.propose([]);
  const cohort = withPoints(empty, first === 'done' ? [] : first);
  const { trials, runs } = withPoints(cohort, baselinePoints(spec), 'baseline');
  return {
    ...empty,
    trials,
    runs,
    warnings: planWarnings(spec, dataset),
  };
}

/** A plan with the trials of these points, each with every seed; points that are planned already change nothing. */
export function withPoints<Plan extends TrialPlan>(
  plan: Plan,
  points: readonly ParameterPoint[],
  from: 'sampler' | 'baseline' = 'sampler',
): Plan {
  const { spec, dataset, engine } = plan;
  const trials = new Map(plan.trials.map((trial) => [trial.trialId, trial]));
  const runs = [...plan.runs];
  for (const point of points) {
    const config = settled({ ...spec.base, ...point });
    const trialId = trialIdOf({ config, dataset, metric: spec.metric, engine });
    if (trials.has(trialId)) continue;
    trials.set(trialId, { trialId, point, config, addedBaseline: from === 'baseline' });
    for (const seed of spec.seeds) runs.push({ runId: runIdOf(trialId, seed), trialId, seed });
  }
  return { ...plan, trials: [...trials.values()], runs };
}

/** Knobs that training does not look at take their default, so that their values do not train the same thing again. */
function settled(config: TrialConfig): TrialConfig {
  return config.optimizer === 'sgd' ? config : { ...config, momentum: KNOB_DEFAULTS.momentum };
}

/** Cross-entropy (γ = 0, α = 1) at every combination of the axes that are not the loss's, unless the grid has it already. */
function baselinePoints(spec: SweepSpec): readonly ParameterPoint[] {
  const others = baselineAxes(spec);
  const points = others === null ? 'done' : gridSampler(others).propose([]);
  return points === 'done' ? [] : points.map((point) => ({ alpha: 1, gamma: 0, ...point }));
}

/** The axes that are not the loss's; null where the grid has cross-entropy already. */
function baselineAxes(spec: SweepSpec): readonly Axis[] | null {
  const values = (knob: 'alpha' | 'gamma'): readonly unknown[] => {
    const axis = spec.axes.find((candidate) => candidate.knob === knob);
    return axis === undefined ? [spec.base[knob]] : valuesOf(axis.distribution);
  };
  if (values('gamma').includes(0) && values('alpha').includes(1)) return null;
  return spec.axes.filter((axis) => axis.knob !== 'alpha' && axis.knob !== 'gamma');
}

/** Class weights can only be checked against the data's classes. */
function refuseUnknownClasses(spec: SweepSpec, dataset: Dataset): void {
  const support = classSupport(dataset, 'train');
  const axis = spec.axes.findIndex((candidate) => candidate.knob === 'alpha');
  const schemes = axis < 0 ? [spec.base.alpha] : valuesOf((spec.axes[axis] as Axis).distribution);
  schemes.forEach((scheme, index) => {
    try {
      resolveAlpha(scheme as TrialConfig['alpha'], { classNames: dataset.classNames, trainSupport: support });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const where = locate(spec, axis < 0 ? ['train', 'alpha'] : ['parameters', 'alpha', 'values', index]);
      throw new UserError(error.message, { where, fix: error.fix });
    }
  });
}
