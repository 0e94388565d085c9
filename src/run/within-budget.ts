import type { MetricValues } from '../metric.js';
import type { TrialPlan } from '../plan/plan.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { Run, Trial } from '../sweep.js';
import type { SearchSteps } from './follow-search.js';
import { createGains } from './gains.js';
import type { TrainRuns } from './groups/train-open-runs.js';
import type { Spending } from './spending.js';

/** What a budget looks at. */
interface Budgeting {
  readonly spec: SweepSpec;
  readonly spending: Spending;
  readonly trialOf: (trialId: string) => Trial;
  readonly stop: AbortSignal;
  /** Validation metrics of finished runs by run id. */
  readonly scores: () => Promise<ReadonlyMap<string, MetricValues>>;
}

/** Training that trains what the budget pays for, and ends the search, as a request to stop does, when it is spent. */
export function withinBudget(trainAll: TrainRuns, { spec, spending, trialOf, stop, scores }: Budgeting) {
  const gains = createGains(spec, trialOf);
  const done: Run[] = [];
  let isSpent = false;
  const hasNoGain = async (): Promise<boolean> =>
    spec.budget?.patience !== undefined && gains.isPatienceOver(done, await scores());
  // What has come to a rung in an earlier launch costs the same, or every launch would have the budget anew.
  const train: SearchSteps<TrialPlan>['train'] = async (runs, to) => {
    const paid = spending.afford(runs, to?.epochs);
    const behind = new Set(to?.behind ?? runs);
    let isOver = true;
    for (const part of gains.parts(paid)) {
      const left = part.filter((run) => behind.has(run));
      isOver = !(await hasNoGain()) && (await trainAll(left, to?.epochs, to?.likely));
      if (!isOver) break;
      done.push(...part);
    }
    isSpent = !stop.aborted && (paid.length < runs.length || !isOver);
    return isOver && !isSpent;
  };
  return { isSpent: () => isSpent, train };
}
