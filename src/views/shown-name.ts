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
  const others = choices.filter(({ configuration }) => configuration?.isCrossEntropy === false);
  const own = others.filter(({ configuration }) => configuration?.trialId === trialId);
  if (own.length === 0) return 'the best other';
  return own.length === others.length
    ? 'the choice'
    : `the choice for ${own.map(({ aim }) => aim.name).join(', ')}`;
}
