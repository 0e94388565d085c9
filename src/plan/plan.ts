import { classSupport, type Dataset } from '../data/dataset.js';
import { UserError } from '../errors.js';
import { fingerprintKnobs } from '../knobs/data-knobs.js';
import { resolveAlpha } from '../loss/alpha.js';
import { withCosts } from '../metric.js';
import { configAt } from '../search/configurations.js';
import { searchOf } from '../search/search-of.js';
import { locate, locateKnob } from '../spec/locate.js';
import { knobValues, type SweepSpec } from '../spec/sweep-spec.js';
import type { AlphaScheme, CostMatrix, Run, SpacePoint, Trial } from '../sweep.js';
import { counted } from '../wording/counted.js';
import { withCommas } from '../wording/numbers.js';
import { baselinePoints, mostBaselines } from './baselines.js';
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

/** How many runs the spec asks for at most, baselines included, without expanding all of it. */
export function plannedRunCount(spec: SweepSpec): number {
  const { sampler } = searchOf(spec);
  const { mostPoints } = sampler;
  // Of a search that learns only the first configurations have baselines beside them.
  const first = sampler.learns ? sampler.propose([]) : 'done';
  const drawn = first === 'done' ? mostPoints : first.length;
  return (mostPoints + mostBaselines(spec, drawn)) * spec.seeds.length;
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
      `the sweep has ${withCommas(planned)} runs; at most ${withCommas(LARGEST_SWEEP_RUNS)} can be planned`,
      {
        where: locate(given, sizePath(given)),
        fix: `${fewerTrials(given)}, or use fewer seeds.`,
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
  const { sampler } = searchOf(spec);
  const first = sampler.propose([]);
  if (first === 'done' || first.length === 0) throw nothingLeft(spec);
  const cohort = withPoints(empty, first);
  const { trials, runs } = withPoints(cohort, baselinePoints(spec, first), 'baseline');
  return {
    ...empty,
    trials,
    runs,
    warnings: [...(sampler.learns ? [] : fewPoints(spec, first.length)), ...planWarnings(spec, dataset)],
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

/** How to have fewer configurations. */
export function fewerTrials({ method }: SweepSpec): string {
  return method === 'grid' ? 'Remove values from the axes' : 'Ask for fewer with `trials:`';
}

/** Fewer configurations than were asked for. */
function fewPoints({ trials }: SweepSpec, drawn: number): readonly string[] {
  if (trials === null || drawn >= trials) return [];
  return [
    `trials: ${trials} are asked for, and ${counted(drawn, 'configuration')} ${drawn === 1 ? 'is' : 'are'} all that the axes and conditions have.`,
  ];
}

function nothingLeft(spec: SweepSpec): UserError {
  return new UserError('no configuration fulfils the condition of the spec', {
    where: locate(spec, spec.where === null ? sizePath(spec) : ['where']),
    fix: 'Change `where:`, or give the axes other values.',
  });
}

/** The part of a spec that says how many configurations there are. */
export function sizePath({ spaces, method }: SweepSpec): readonly string[] {
  return method !== 'grid'
    ? ['trials']
    : [spaces.some(({ name }) => name !== null) ? 'spaces' : 'parameters'];
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
