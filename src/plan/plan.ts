import { classSupport, type Dataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { fingerprintKnobs } from '../knobs/data-knobs.js';
import { LATER_KNOBS } from '../knobs/deciding-knobs.js';
import { settled } from '../knobs/idle-knobs.js';
import { isLossKnob, PLAIN_LOSS } from '../knobs/plain-loss.js';
import { resolveAlpha } from '../loss/alpha.js';
import { withCosts } from '../metric.js';
import { gridSampler, gridSize } from '../search/samplers/grid.js';
import { searchOf } from '../search/search-of.js';
import { locate } from '../spec/locate.js';
import { type Axis, knobValues, type SweepSpec } from '../spec/sweep-spec.js';
import type { CostMatrix, ParameterPoint, Run, Trial } from '../sweep.js';
import { costsOf } from './costs.js';
import { runIdOf, trialIdOf } from './identity.js';
import { planWarnings } from './warnings.js';

/** A sweep over this many runs is launched only when the user says so. */
export const LARGE_SWEEP_RUNS = 100_000;
const LARGEST_SWEEP_RUNS = 10_000_000;

/** What will be trained, as far as it is known. */
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
  /** What mistakes cost; null if the spec does not say. */
  readonly costs: CostMatrix | null;
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
export function planSweep(given: SweepSpec, dataset: Dataset, engine: string): SweepPlan {
  const planned = plannedRunCount(given);
  if (planned > LARGEST_SWEEP_RUNS) {
    throw new UserError(
      `the grid has ${planned.toLocaleString('en')} runs; at most ${LARGEST_SWEEP_RUNS.toLocaleString('en')} can be planned`,
      {
        where: locate(given, ['parameters']),
        fix: 'Remove values from the axes or use fewer seeds.',
      },
    );
  }
  refuseUnknownClasses(given, dataset);
  const costs = costsOf(given, dataset.classNames);
  const spec = { ...given, metric: withCosts(given.metric, costs) };
  const empty = { spec, dataset: dataset.fingerprint, engine, trials: [], runs: [] };
  const first = searchOf(spec).sampler.propose([]);
  const cohort = withPoints(empty, first === 'done' ? [] : first);
  const { trials, runs } = withPoints(cohort, baselinePoints(spec), 'baseline');
  return {
    ...empty,
    trials,
    runs,
    warnings: planWarnings(spec, dataset),
    costs,
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
  const known = fingerprintKnobs(spec.data);
  for (const point of points) {
    const config = settled({ ...spec.base, ...point });
    const trialId = trialIdOf({ config, dataset, known, metric: spec.metric, engine });
    if (trials.has(trialId)) continue;
    trials.set(trialId, { trialId, point, config, addedBaseline: from === 'baseline' });
    for (const seed of spec.seeds) runs.push({ runId: runIdOf(trialId, seed), trialId, seed });
  }
  return { ...plan, trials: [...trials.values()], runs };
}

/** Cross-entropy at every combination of the axes that are not the loss's, unless the grid has it already. */
function baselinePoints(spec: SweepSpec): readonly ParameterPoint[] {
  const others = baselineAxes(spec);
  const points = others === null ? 'done' : gridSampler(others).propose([]);
  // A later knob that the spec leaves plain goes without saying, as before it came.
  const said = [...PLAIN_LOSS].filter(
    ([knob, value]) => !LATER_KNOBS.includes(knob) || knobValues(spec, knob).some((other) => other !== value),
  );
  return points === 'done' ? [] : points.map((point) => ({ ...Object.fromEntries(said), ...point }));
}

/** The axes that are not the loss's; null where the grid has cross-entropy already. */
function baselineAxes(spec: SweepSpec): readonly Axis[] | null {
  const isInGrid = [...PLAIN_LOSS].every(([knob, value]) =>
    (knobValues(spec, knob) as readonly unknown[]).includes(value),
  );
  return isInGrid ? null : spec.axes.filter(({ knob }) => !isLossKnob(knob));
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
      const where = locate(spec, isAxis ? ['parameters', 'alpha', 'values', index] : ['train', 'alpha']);
      throw new UserError(error.message, { where, fix: error.fix });
    }
  });
}
