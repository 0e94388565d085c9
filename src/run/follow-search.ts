import type { MetricValues } from '../metric.js';
import { type TrialPlan, withPoints } from '../plan/plan.js';
import type { Decision } from '../search/decision.js';
import type { Cohort, ScoredTrial } from '../search/search.js';
import type { Search } from '../search/search-of.js';
import type { Run, Trial } from '../sweep.js';

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
  /** Trains runs that have no result yet; returns whether all of them are over, which is false after a request to stop. */
  readonly train: (runs: readonly Run[]) => Promise<boolean>;
  /** Runs that are not trained any further. */
  readonly prune: (runs: readonly Run[]) => Promise<void>;
  /** Validation metrics of the finished runs by run id. */
  readonly scores: () => Promise<ReadonlyMap<string, MetricValues>>;
}

/** Trains cohort after cohort, rung by rung, as the sampler and the stopper decide, until the search is done or stopped. */
export async function followSearch<Plan extends TrialPlan>(steps: SearchSteps<Plan>): Promise<void> {
  const { sampler } = steps.search;
  const decide = decisions(steps);
  const history: Cohort[] = [];
  let { plan } = steps;
  let trials = plan.trials;
  while (await climb(steps, plan, trials, decide)) {
    if (!sampler.learns) return;
    history.push(await scored(steps, plan, trials));
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

/** Trains a cohort rung by rung; returns whether all remaining runs are over. */
async function climb<Plan extends TrialPlan>(
  steps: SearchSteps<Plan>,
  plan: Plan,
  cohort: readonly Trial[],
  decide: Decide,
): Promise<boolean> {
  const { stopper } = steps.search;
  let going = cohort;
  for (const rung of stopper.rungs) {
    if (!(await steps.train(runsOf(plan, going, rung.seeds)))) return false;
    const decision = await decide(async () => {
      const judged = stopper.judge(await scored(steps, plan, going), rung);
      return { type: 'rung', going: judged };
    });
    const ids = new Set(decision.type === 'rung' ? decision.going : []);
    const dropped = going.filter(({ trialId }) => !ids.has(trialId));
    if (dropped.length > 0) await steps.prune(runsOf(plan, dropped).filter(isBeyond(plan, rung.seeds)));
    going = going.filter(({ trialId }) => ids.has(trialId));
  }
  return steps.train(runsOf(plan, going));
}

/** The runs of some trials in the order of the plan, with the first of the seeds or with all. */
function runsOf(plan: TrialPlan, trials: readonly Trial[], seeds = plan.spec.seeds.length): readonly Run[] {
  const ids = new Set(trials.map(({ trialId }) => trialId));
  const wanted = new Set(plan.spec.seeds.slice(0, seeds));
  return plan.runs.filter(({ trialId, seed }) => ids.has(trialId) && wanted.has(seed));
}

function isBeyond({ spec }: TrialPlan, seeds: number): (run: Run) => boolean {
  const trained = new Set(spec.seeds.slice(0, seeds));
  return ({ seed }) => !trained.has(seed);
}

async function scored<Plan extends TrialPlan>(
  steps: SearchSteps<Plan>,
  plan: Plan,
  trials: readonly Trial[],
): Promise<Cohort> {
  const scores = await steps.scores();
  const byTrial = new Map<string, ScoredTrial['scores'][number][]>();
  for (const { runId, trialId, seed } of plan.runs) {
    const validation = scores.get(runId);
    if (validation === undefined) continue;
    const own = byTrial.get(trialId) ?? [];
    own.push({ seed, validation });
    byTrial.set(trialId, own);
  }
  return trials.map(({ trialId, space, point }) => ({
    trialId,
    ...(space !== undefined && { space }),
    point,
    scores: byTrial.get(trialId) ?? [],
  }));
}
