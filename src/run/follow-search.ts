import { type TrialPlan, withPoints } from '../plan/plan.js';
import { decideRung } from '../search/decide-rung.js';
import type { Decision, RungDecision } from '../search/decision.js';
import type { Cohort, ScoredTrial } from '../search/search.js';
import type { Search } from '../search/search-of.js';
import type { Rung } from '../search/stopper.js';
import type { Run, Trial } from '../sweep.js';
import type { LikelyRuns } from './groups/train-open-runs.js';
import { likelyRuns } from './likely-runs.js';
import { type KnownScores, runsBehind, runsOf, scoredCohort } from './scored-cohort.js';

/** The part of a sweep that followSearch needs. */
export interface SearchSteps<Plan extends TrialPlan> {
  readonly search: Search;
  /** The first cohort, baselines included. */
  readonly plan: Plan;
  /** Decisions of earlier launches, in order. */
  readonly recorded: readonly Decision[];
  /** Records a decision before anything is trained because of it. */
  readonly record: (decision: Decision, step: number) => Promise<void>;
  /** Receives the plan with the trials of another cohort. */
  readonly extend: (plan: Plan) => Promise<void>;
  /** Trains runs to their end, or to a rung; returns whether all of them are there, which is false after a request to stop. */
  readonly train: (runs: readonly Run[], to?: RungRuns) => Promise<boolean>;
  /** Runs of the trials that a rung drops, which are not trained any further; those that have a result keep it. */
  readonly prune: (decision: RungDecision, runs: readonly Run[]) => Promise<void>;
  /** What is known of these runs; their epochs only if they are wanted. */
  readonly scores: (runs: readonly Run[], wanted: 'epochs' | 'results') => Promise<KnownScores>;
}

/** What training to a rung is asked for. */
export interface RungRuns {
  /** Undefined for a rung that is no epoch. */
  readonly epochs: number | undefined;
  /** The runs that are not there yet. */
  readonly behind: readonly Run[];
  readonly likely: LikelyRuns;
}

/** Trains cohort after cohort, rung by rung, as the sampler and the stopper decide, until the search is done or stopped. */
export async function followSearch<Plan extends TrialPlan>(steps: SearchSteps<Plan>): Promise<void> {
  const { sampler } = steps.search;
  const decide = decisions(steps);
  const history: Cohort[] = [];
  let { plan } = steps;
  let trials = plan.trials;
  while (true) {
    const cohort = await climb(steps, plan, trials, decide);
    if (cohort === undefined || !sampler.learns) return;
    history.push(cohort);
    const decision = await decide(async () => proposal(sampler.propose(history)));
    if (decision.type !== 'cohort') return;
    const known = new Set(plan.trials.map(({ trialId }) => trialId));
    plan = withPoints(plan, decision.points);
    trials = plan.trials.filter(({ trialId }) => !known.has(trialId));
    await steps.extend(plan);
  }
}

/** A plan with the cohorts that earlier launches decided on. */
export function withRecorded<Plan extends TrialPlan>(plan: Plan, recorded: readonly Decision[]): Plan {
  return recorded.reduce(
    (whole, decision) => (decision.type === 'cohort' ? withPoints(whole, decision.points) : whole),
    plan,
  );
}

type Decide = (ask: () => Promise<Decision>) => Promise<Decision>;

/** Uses the recorded decision of each step; without one, asks the search and records its decision. */
function decisions({ recorded, record }: Pick<SearchSteps<TrialPlan>, 'recorded' | 'record'>): Decide {
  let step = 0;
  return async (ask) => {
    const at = step++;
    const known = recorded[at];
    if (known !== undefined) return known;
    const decision = await ask();
    await record(decision, at);
    return decision;
  };
}

const proposal = (points: ReturnType<Search['sampler']['propose']>): Decision =>
  points === 'done' ? { type: 'done' } : { type: 'cohort', points };

/**
 * Trains a cohort rung by rung; returns it, each trial with the scores that it ended with, or undefined after a request to stop. Only
 * samplers that learn need those scores.
 */
async function climb<Plan extends TrialPlan>(
  steps: SearchSteps<Plan>,
  plan: Plan,
  cohort: readonly Trial[],
  decide: Decide,
): Promise<Cohort | undefined> {
  const { stopper, sampler } = steps.search;
  const wanted = stopper.rungs.some(({ epochs }) => epochs !== undefined) ? 'epochs' : 'results';
  const scored = async (trials: readonly Trial[], rung: Rung): Promise<Cohort> =>
    scoredCohort(plan, trials, await steps.scores(runsOf(plan, trials, rung.seeds), wanted), rung);
  const ended: ScoredTrial[] = [];
  let going = cohort;
  for (const [at, rung] of stopper.rungs.entries()) {
    if (going.length === 0) break;
    const runs = runsOf(plan, going, rung.seeds);
    const behind = runsBehind(runs, await steps.scores(runs, wanted), rung.epochs);
    const position = { plan, stopper, at, going };
    const likely = async () => likelyRuns(position, await steps.scores(runsOf(plan, position.going), wanted));
    if (!(await steps.train(runs, { epochs: rung.epochs, behind, likely }))) return undefined;
    const judged = await scored(going, rung);
    const decision = await decide(async () => decideRung(stopper, judged, rung, plan.spec.metric));
    if (decision.type !== 'rung') throw new Error('a search of another kind has recorded its decisions here');
    const ids = new Set(decision.going);
    const dropped = going.filter(({ trialId }) => !ids.has(trialId));
    await steps.prune(decision, runsOf(plan, dropped));
    ended.push(...judged.filter(({ trialId }) => !ids.has(trialId)));
    going = going.filter(({ trialId }) => ids.has(trialId));
  }
  if (!(await steps.train(runsOf(plan, going)))) return undefined;
  if (!sampler.learns) return [];
  const whole = await scored(going, { seeds: plan.spec.seeds.length });
  const byId = new Map([...ended, ...whole].map((trial) => [trial.trialId, trial]));
  return cohort.flatMap(({ trialId }) => byId.get(trialId) ?? []);
}
