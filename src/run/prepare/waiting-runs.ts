import { searchIdOf } from '../../plan/identity.js';
import type { SweepPlan } from '../../plan/plan.js';
import { BUDGET_DECISIONS } from '../../search/budget-end.js';
import type { Decision } from '../../search/decision.js';
import type { Run } from '../../sweep.js';
import { isTimeUpIn } from '../record/budget-ends.js';
import { paidRuns } from '../spending.js';
import { ofRecordedSweep } from './earlier-launch.js';

/** What earlier launches of a sweep have decided. */
export interface Decided {
  /** By its search. */
  readonly recorded: readonly Decision[];
  /** The minutes of its budget have ended it. */
  readonly isTimeUp: boolean;
}

/** What a database has of that; nothing where there is none. */
export async function readDecided(db: string, plan: SweepPlan): Promise<Decided> {
  const search = searchIdOf(plan);
  const { name } = plan.spec;
  const decided = await ofRecordedSweep(db, name, async (_sweep, reader) => ({
    recorded: (await reader.decisions(name, search)).map(({ decision }) => decision as Decision),
    isTimeUp: isTimeUpIn(await reader.decisions(name, BUDGET_DECISIONS), plan, search),
  }));
  return decided ?? { recorded: [], isTimeUp: false };
}

/** The open runs that a launch trains: what its search has dropped does not wait, nor what the budget does not pay for. */
export function waitingRuns(
  plan: SweepPlan,
  { recorded, isTimeUp }: Decided,
  isOpen: (runId: string) => boolean,
): readonly Run[] {
  if (isTimeUp) return [];
  const rungs = recorded.filter((decision) => decision.type === 'rung');
  const dropped = new Set(rungs.flatMap((rung) => rung.dropped.map(({ trialId }) => trialId)));
  return paidRuns(plan).filter(({ runId, trialId }) => isOpen(runId) && !dropped.has(trialId));
}
