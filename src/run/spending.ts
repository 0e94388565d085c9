import { UserError } from '../errors.js';
import { knobValue } from '../knobs/knob-value.js';
import type { SweepPlan } from '../plan/plan.js';
import type { Budget } from '../spec/settings/budget.js';
import type { Run, Trial } from '../sweep.js';
import type { GroupQueue } from './groups/claim-runs.js';

/** What a search may still train. */
export interface Spending {
  /**
   * The runs that the budget pays for until an epoch, in whole configurations; what it has paid for is free. Which ones depends on the
   * plan and on what the search asks for alone, whether they have a result or not.
   */
  afford(runs: readonly Run[], until?: number): readonly Run[];
  /** Whether no run may begin any more. */
  isTimeUp(): boolean;
  /** Has no more groups when the time is up. */
  limited(groups: GroupQueue): GroupQueue;
}

interface SpendingOptions {
  readonly budget: Budget | null;
  readonly trialOf: (trialId: string) => Trial;
  /** The time was up in an earlier launch. */
  readonly wasTimeUp: boolean;
}

/** Counts what a search spends; its minutes begin now. */
export function createSpending({ budget, trialOf, wasTimeUp }: SpendingOptions): Spending {
  const { minutes, runs: mostRuns, epochs: mostEpochs } = budget ?? {};
  const deadline = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000;
  const isTimeUp = (): boolean => wasTimeUp || performance.now() >= deadline;
  /** Epochs by run id. */
  const paid = new Map<string, number>();
  const spent = { runs: 0, epochs: 0 };
  const pay = (trial: Trial, runs: readonly Run[], until: number): boolean => {
    const fresh = runs.filter(({ runId }) => !paid.has(runId));
    const wanted = mostEpochs === undefined ? 0 : Math.min(epochsOf(trial), until);
    const epochs = runs.reduce((sum, { runId }) => sum + Math.max(0, wanted - (paid.get(runId) ?? 0)), 0);
    if (spent.runs + fresh.length > (mostRuns ?? Number.POSITIVE_INFINITY)) return false;
    if (spent.epochs + epochs > (mostEpochs ?? Number.POSITIVE_INFINITY)) return false;
    spent.runs += fresh.length;
    spent.epochs += epochs;
    for (const { runId } of runs) paid.set(runId, Math.max(wanted, paid.get(runId) ?? 0));
    return true;
  };
  return {
    afford(runs, until = Number.POSITIVE_INFINITY) {
      if (mostRuns === undefined && mostEpochs === undefined) return runs;
      const ofTrial = byTrial(runs);
      const trials = withBaselinesAmong([...ofTrial.keys()].map(trialOf));
      const end = trials.findIndex((trial) => !pay(trial, ofTrial.get(trial.trialId) ?? [], until));
      const left = new Set((end < 0 ? [] : trials.slice(end)).map(({ trialId }) => trialId));
      return runs.filter(({ trialId }) => !left.has(trialId));
    },
    isTimeUp,
    limited: (groups) => ({
      get ready() {
        return isTimeUp() ? 0 : groups.ready;
      },
      next: async () => (isTimeUp() ? undefined : groups.next()),
    }),
  };
}

/**
 * The runs of a plan that its runs and epochs pay for, known before anything is trained; all of them where what is trained depends on
 * what configurations reach.
 */
export function paidRuns({
  spec,
  trials,
  runs,
}: Pick<SweepPlan, 'spec' | 'trials' | 'runs'>): readonly Run[] {
  if (spec.stop.type !== 'none') return runs;
  const ofId = new Map(trials.map((trial) => [trial.trialId, trial]));
  const trialOf = (trialId: string): Trial => ofId.get(trialId) as Trial;
  return createSpending({ budget: spec.budget, trialOf, wasTimeUp: false }).afford(runs);
}

/** Runs by the id of their trial, both in the order given. */
export function byTrial(runs: readonly Run[]): ReadonlyMap<string, readonly Run[]> {
  const ofTrial = new Map<string, Run[]>();
  for (const run of runs) {
    const own = ofTrial.get(run.trialId);
    if (own === undefined) ofTrial.set(run.trialId, [run]);
    else own.push(run);
  }
  return ofTrial;
}

/** In the order of the plan, but added baselines, which end it, spread evenly among the others: a part of them has its baselines. */
export function withBaselinesAmong(trials: readonly Trial[]): readonly Trial[] {
  const baselines = trials.filter(({ addedBaseline }) => addedBaseline);
  const others = trials.filter(({ addedBaseline }) => !addedBaseline);
  const placed = [
    ...baselines.map((trial, at) => ({ trial, place: at / baselines.length })),
    ...others.map((trial, at) => ({ trial, place: at / others.length })),
  ];
  return placed.toSorted((a, b) => a.place - b.place).map(({ trial }) => trial);
}

/** How many epochs a run may have. */
function epochsOf({ config }: Trial): number {
  const epochs = knobValue(config, 'epochs');
  if (typeof epochs === 'number') return epochs;
  throw new UserError('a budget in epochs needs to know how many epochs a run has', {
    fix: 'Give the program a parameter `epochs`, or write a budget in `runs` or `minutes`.',
  });
}
