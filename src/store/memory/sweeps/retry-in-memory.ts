import { type FailedRun, firstStepWithout } from '../../../search/decision.js';
import { type MemoryRun, type MemoryState, type MemorySweep, plannedRun } from '../memory-state.js';
import { requireFreeSweep } from './change-sweep.js';

/** Sets failed runs back to waiting, and withdraws what was decided without them. */
export function retryFailedInMemory(state: MemoryState, name: string): number {
  const sweep = state.sweeps.get(name);
  if (sweep === undefined) return 0;
  const runs = [...sweep.runs].map((runId) => plannedRun(state, runId));
  const failed = runs.filter((run) => run.state === 'failed');
  const judged = failed.map((own) => ({ trialId: own.run.trialId, place: placeOf(own, runs) }));
  const stale = staleDecisions(sweep, judged);
  if (stale.length > 0) requireFreeSweep(state, name);
  for (const { steps, from } of stale) {
    for (const step of [...steps.keys()].filter((at) => at >= from)) steps.delete(step);
  }
  for (const run of failed) Object.assign(run, { state: 'waiting', failures: 0 });
  return failed.length;
}

/** Runs are in the order of the plan, those of a trial in that of the seeds. */
function placeOf(own: MemoryRun, runs: readonly MemoryRun[]): number {
  return runs.filter(({ run }) => run.trialId === own.run.trialId).indexOf(own);
}

function staleDecisions({ decisions }: MemorySweep, failed: readonly FailedRun[]) {
  return [...decisions.values()].flatMap((steps) => {
    const inOrder = [...steps].sort(([a], [b]) => a - b);
    const from = firstStepWithout(
      inOrder.map(([step, decision]) => ({ step, decision })),
      failed,
    );
    return from === undefined ? [] : [{ steps, from }];
  });
}
