import { classSupport, type Dataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { fingerprintKnobs } from '../knobs/data-knobs.js';
import { LATER_KNOBS } from '../knobs/deciding-knobs.js';
import { settled } from '../knobs/idle-knobs.js';
import type { KnobName } from '../knobs/knobs.js';
import { isLossKnob, PLAIN_LOSS } from '../knobs/plain-loss.js';
import { resolveAlpha } from '../loss/alpha.js';
import { withCosts } from '../metric.js';
import { isForProgram, type ProgramConfig } from '../program.js';
import { gridSampler, gridSize } from '../search/samplers/grid.js';
import { inSpace } from '../search/samplers/spaces.js';
import { searchOf } from '../search/search-of.js';
import { locate, locateKnob } from '../spec/locate.js';
import { type Axis, knobValues, type Space, type SweepSpec } from '../spec/sweep-spec.js';
import type {
  AlphaScheme,
  AnyConfig,
  CostMatrix,
  ParameterPoint,
  Run,
  SpacePoint,
  Trial,
  TrialConfig,
} from '../sweep.js';
import { counted } from '../wording/counted.js';
import { sum } from '../wording/numbers.js';
import { costsOf } from './costs.js';
import { engineText } from './engines.js';
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
  /** Of the rows as commands read them. */
  readonly rawDigest?: string | undefined;
  /** The ids of the trainers, each once, as one text. */
  readonly engine: string;
  /** The id of the trainer of each of the spaces. */
  readonly engines: readonly string[];
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
  const baselines = sum(
    spec.spaces.map((space) => {
      const others = baselineAxes(space);
      return others === null ? 0 : gridSize(others);
    }),
  );
  return (searchOf(spec).sampler.mostPoints + baselines) * spec.seeds.length;
}

/**
 * Expands a spec into trials and runs with their content-addressed ids, the cross-entropy baselines of every space included;
 * `engines` are the ids of the trainers of the spaces, in their order.
 * Throws UserError for a class weight that names no class, and for more runs than can be listed.
 */
export function planSweep(given: SweepSpec, dataset: Dataset, ...engines: readonly string[]): SweepPlan {
  if (engines.length !== given.spaces.length) {
    throw new RangeError(`the spec has ${counted(given.spaces.length, 'space')}, each with a trainer`);
  }
  const planned = plannedRunCount(given);
  if (planned > LARGEST_SWEEP_RUNS) {
    throw new UserError(
      `the grid has ${planned.toLocaleString('en')} runs; at most ${LARGEST_SWEEP_RUNS.toLocaleString('en')} can be planned`,
      {
        where: locate(given, gridPath(given)),
        fix: 'Remove values from the axes or use fewer seeds.',
      },
    );
  }
  refuseUnknownClasses(given, dataset);
  const costs = costsOf(given, dataset.classNames);
  const spec = { ...given, metric: withCosts(given.metric, costs) };
  const empty = {
    spec,
    dataset: dataset.fingerprint,
    ...(dataset.rawDigest !== undefined && { rawDigest: dataset.rawDigest }),
    engine: engineText(engines),
    engines,
    trials: [],
    runs: [],
  };
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
  points: readonly SpacePoint[],
  from: 'sampler' | 'baseline' = 'sampler',
): Plan {
  const { spec, dataset, rawDigest, engines } = plan;
  const trials = new Map(plan.trials.map((trial) => [trial.trialId, trial]));
  const runs = [...plan.runs];
  const known = fingerprintKnobs(spec.data ?? {});
  for (const { space: name, ...point } of points) {
    const at = spec.spaces.findIndex((space) => space.name === (name ?? null));
    const [space, engine] = [spec.spaces[at], engines[at]];
    if (space === undefined || engine === undefined) throw new RangeError(`there is no space "${name}"`);
    const config = configAt(space.base, point);
    const raw = config.model === 'command' && rawDigest !== undefined ? { rawDigest } : {};
    const trialId = trialIdOf({ config, dataset, ...raw, known, metric: spec.metric, engine });
    if (trials.has(trialId)) continue;
    const placed = { ...(name !== undefined && { space: name }), point, config };
    trials.set(trialId, { trialId, engine, ...placed, addedBaseline: from === 'baseline' });
    for (const seed of spec.seeds) runs.push({ runId: runIdOf(trialId, seed), trialId, seed });
  }
  return { ...plan, trials: [...trials.values()], runs };
}

function configAt(base: AnyConfig, point: ParameterPoint): AnyConfig {
  const config: object = { ...base, ...point };
  return isForProgram(base) ? (config as ProgramConfig) : settled(config as TrialConfig);
}

/** Cross-entropy at every combination of a space's axes that are not the loss's, unless its grid has it already. */
function baselinePoints({ spaces, baseline }: SweepSpec): readonly SpacePoint[] {
  if (baseline !== null) return [];
  return spaces.flatMap((space) => {
    const others = baselineAxes(space);
    const points = others === null ? 'done' : gridSampler(others).propose([]);
    // A later knob that the spec leaves plain goes without saying, as before it came.
    const said = plainLossOf(space).filter(
      ([knob, value]) =>
        !LATER_KNOBS.includes(knob) || knobValues(space, knob).some((other) => other !== value),
    );
    if (points === 'done') return [];
    return points.map((point) => inSpace({ ...Object.fromEntries(said), ...point }, space.name));
  });
}

/** The axes that are not the loss's; null where the grid has cross-entropy already, or where a program takes no loss. */
function baselineAxes(space: Space): readonly Axis[] | null {
  const isInGrid = plainLossOf(space).every(([knob, value]) => knobValues(space, knob).includes(value));
  return isInGrid ? null : space.axes.filter(({ knob }) => !isLossKnob(knob));
}

/** The knobs of plain cross-entropy that configurations of a space have; none for a program that takes neither γ nor α. */
function plainLossOf(space: Space): readonly (readonly [KnobName, unknown])[] {
  const plain = [...PLAIN_LOSS];
  if (!isForProgram(space.base)) return plain;
  const taken = plain.filter(([knob]) => knobValues(space, knob).length > 0);
  return taken.some(([knob]) => knob === 'gamma' || knob === 'alpha') ? taken : [];
}

/** The part of a spec that makes its grid. */
export function gridPath({ spaces }: SweepSpec): readonly string[] {
  return [spaces.some(({ name }) => name !== null) ? 'spaces' : 'parameters'];
}

/** Class weights can only be checked against the data's classes. */
function refuseUnknownClasses(spec: SweepSpec, dataset: Dataset): void {
  if (spec.data === null) return;
  const support = classSupport(dataset, 'train');
  spec.spaces.forEach((space, at) => {
    (knobValues(space, 'alpha') as readonly AlphaScheme[]).forEach((scheme, index) => {
      try {
        resolveAlpha(scheme, { classNames: dataset.classNames, trainSupport: support });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const where = locateKnob(spec, {
          space: space.name === null ? null : at,
          knob: 'alpha',
          value: index,
        });
        throw new UserError(error.message, { where, fix: error.fix });
      }
    });
  });
}
