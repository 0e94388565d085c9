import { numberIn } from '../../knobs/knob-value.js';
import { isBaseline } from '../../knobs/plain-loss.js';
import { earlyStop, STOP_EARLY, wouldStopEarly } from '../../plan/early-stop.js';
import type { SweepPlan } from '../../plan/plan.js';
import { isForProgram } from '../../program.js';
import { searchOf } from '../../search/search-of.js';
import { type TrainingAmount, usualTraining } from '../../search/usual-training.js';
import { type Budget, budgetText } from '../../spec/settings/budget.js';
import type { StopSetting } from '../../spec/stop-setting.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { Run } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { percent, sum } from '../../wording/numbers.js';

/** What a search that drops configurations trains, as far as epochs are known; for a large grid without one, what one would. */
export function stopLine(plan: SweepPlan): readonly string[] {
  const { spec, runs, trials } = plan;
  const { type } = spec.stop;
  const share = shareOf(usually(plan, spec.stop));
  if (type !== 'none') {
    const [which, provided] = trials.some(({ config }) => isForProgram(config))
      ? ['all', ', if your program pauses']
      : ['these', ''];
    return [
      share === null
        ? `  stop: ${type}; how much it saves is not known: the spec names no epochs`
        : `  stop: ${type}; about ${percent(share)} of ${which} epochs, by made-up learning curves${provided}`,
    ];
  }
  const saved = wouldStopEarly(spec, runs.length) ? shareOf(usually(plan, earlyStop(spec))) : null;
  if (saved === null || saved > 0.5) return [];
  return [
    `  with \`stop: {type: ${STOP_EARLY.type}}\` about ${percent(saved)} of these epochs, by made-up learning curves`,
  ];
}

/** `96 to train`, or `at most 20 to train` where a budget may end the search before. */
export function toTrain(spec: SweepSpec, waiting: number): string {
  const { budget, stop } = spec;
  const isCertain = budget === null || (stop.type === 'none' && !mayEndSooner(budget));
  // What a search that learns will propose is not among them.
  if (isCertain || waiting === 0 || searchOf(spec).sampler.learns) return `${waiting} to train`;
  return `at most ${mostToTrain(spec, waiting)} to train`;
}

/** How many of the runs that wait a budget may pay for. */
export function mostToTrain({ budget }: SweepSpec, waiting: number): number {
  return Math.min(waiting, budget?.runs ?? waiting);
}

/** What the budget is, and how far it goes where that is known; `paid` are the runs that it pays for. */
export function budgetLine(plan: SweepPlan, paid: readonly Run[]): readonly string[] {
  const { budget } = plan.spec;
  return budget === null ? [] : [`  budget: ${budgetText(budget)}; ${budgetReach(plan, budget, paid)}`];
}

function budgetReach(plan: SweepPlan, budget: Budget, paid: readonly Run[]): string {
  const of = plan.trials.length;
  const count = new Set(paid.map(({ trialId }) => trialId)).size;
  if (count === of) return raceReach(plan, budget) ?? 'the search ends when it is spent';
  if (count === 0) return 'it pays for no configuration with all of its seeds; the cost below is of all';
  return `it pays for ${mayEndSooner(budget) ? 'at most ' : ''}${count} of ${counted(of, 'configuration')}, and the cost below is theirs`;
}

/** Whether more than the number of runs and of their epochs can end the search. */
function mayEndSooner({ minutes, patience }: Budget): boolean {
  return minutes !== undefined || patience !== undefined;
}

const UNITS = ['runs', 'epochs'] as const;

/** What a search that drops configurations takes of what its budget counts; null where that is not known. */
function raceReach(plan: SweepPlan, budget: Budget): string | null {
  const { spec } = plan;
  const units = UNITS.filter((unit) => budget[unit] !== undefined);
  const training =
    spec.stop.type === 'none' || searchOf(spec).sampler.learns ? null : usually(plan, spec.stop);
  if (training === null || units.length === 0) return null;
  const { usual, most } = training;
  const amounts = units.map((unit) => `${round(usual[unit])} and at most ${most[unit]} ${unit}`);
  const isShort = units.some((unit) => (budget[unit] ?? 0) < usual[unit]);
  return `a whole search, whose cost is below, usually takes about ${amounts.join(', ')}${isShort ? ', so this one probably ends sooner' : ''}`;
}

/** As a guess is said. */
function round(value: number): number {
  return Number(value.toPrecision(2));
}

/** What a whole search trains. */
interface SearchTraining {
  readonly usual: TrainingAmount;
  readonly most: TrainingAmount;
}

function shareOf(training: SearchTraining | null): number | null {
  return training && training.usual.epochs / training.most.epochs;
}

/** Null where programs alone know their epochs. */
function usually({ spec, trials, runs }: SweepPlan, stop: StopSetting): SearchTraining | null {
  const costed = trials.map(({ trialId, config, addedBaseline }) => ({
    trialId,
    isBaseline: addedBaseline || isBaseline(config, spec.baseline),
    epochs: numberIn(config, 'epochs') ?? Number.NaN,
  }));
  const epochs = sum(costed.map((trial) => trial.epochs * spec.seeds.length));
  if (Number.isNaN(epochs)) return null;
  const usual = usualTraining(searchOf({ ...spec, stop }).stopper, { ...spec, trials: costed });
  return { usual, most: { runs: runs.length, epochs } };
}
