import { isDeepStrictEqual } from 'node:util';
import type { TrialPlan } from '../../plan/plan.js';
import { BUDGET_DECISIONS, type BudgetEnd } from '../../search/budget-end.js';
import type { RecordedDecision, SweepWriter } from '../../store/store.js';
import type { PlannedRun } from '../groups/follow-group.js';

/** How budgets have ended a search. */
export interface BudgetEnds {
  /** The minutes of this budget have ended it in an earlier launch. */
  readonly isTimeUp: boolean;
  /** Records that the budget of a plan has ended the search, with what is left; `most` configurations are all. */
  record(plan: TrialPlan, left: readonly PlannedRun[], most: number): Promise<BudgetEnd | undefined>;
}

/** Whether the minutes of a plan's budget have ended its search, by what is recorded of budgets. */
export function isTimeUpIn(
  decisions: readonly RecordedDecision[],
  { spec: { budget } }: Pick<TrialPlan, 'spec'>,
  search: string,
): boolean {
  return (
    budget?.minutes !== undefined &&
    endsIn(decisions).some((end) => end.search === search && isDeepStrictEqual(end.budget, budget))
  );
}

/** Reads the ends that earlier launches recorded for a search. */
export async function readBudgetEnds(
  writer: SweepWriter,
  { spec }: TrialPlan,
  search: string,
): Promise<BudgetEnds> {
  const { budget, name: sweep } = spec;
  const all = await writer.decisions(sweep, BUDGET_DECISIONS);
  return {
    isTimeUp: isTimeUpIn(all, { spec }, search),
    async record({ trials }, left, most) {
      if (budget === null) return undefined;
      const trained = trials.length - new Set(left.map(({ trial }) => trial.trialId)).size;
      const decision: BudgetEnd = {
        type: 'budget',
        search,
        budget,
        trained,
        of: Math.max(trials.length, most),
      };
      if (!isDeepStrictEqual(endsIn(all).at(-1), decision)) {
        const step = all.length;
        await writer.record([{ type: 'decision', sweep, search: BUDGET_DECISIONS, step, decision }]);
      }
      return decision;
    },
  };
}

function endsIn(decisions: readonly RecordedDecision[]): readonly BudgetEnd[] {
  return decisions.map(({ decision }) => decision as BudgetEnd);
}
