import { type Budget, budgetText } from '../spec/settings/budget.js';
import { counted } from '../wording/counted.js';

/** How decisions of the budget are recorded beside those of searches, whose names are ids. */
export const BUDGET_DECISIONS = 'budget';

/** The end of a search whose budget was spent, as it is recorded. */
export interface BudgetEnd {
  readonly type: 'budget';
  /** The id of the search. */
  readonly search: string;
  readonly budget: Budget;
  /** Configurations with all of their seeds, and those that a rung has dropped. */
  readonly trained: number;
  /** Configurations that the search would have had at most. */
  readonly of: number;
}

/** `The budget of 200 runs ended the search after 66 of 120 configurations`. */
export function budgetEndText({ budget, trained, of }: Omit<BudgetEnd, 'type' | 'search'>): string {
  return `The budget of ${budgetText(budget)} ended the search after ${trained} of ${counted(of, 'configuration')}`;
}
