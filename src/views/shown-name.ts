import { baselineWords } from '../analysis/baseline-words.js';
import type { SweepReport } from '../analysis/report.js';

interface Named {
  readonly trialId: string;
  readonly isCrossEntropy: boolean;
}

/** What one of the shown configurations is called: the best of the others need not be chosen for anything. */
export function shownName(
  { trialId, isCrossEntropy }: Named,
  { choices, sweep }: Pick<SweepReport, 'choices' | 'sweep'>,
): string {
  if (isCrossEntropy) return baselineWords(sweep).noun;
  return choices.some(({ configuration }) => configuration?.trialId === trialId)
    ? 'the choice'
    : 'the best other';
}
