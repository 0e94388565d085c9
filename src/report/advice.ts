import { gridAdvice } from './advice-grid.js';
import { rareClassAdvice } from './advice-rare-classes.js';
import { seedAdvice } from './advice-seeds.js';
import { trainingAdvice } from './advice-training.js';
import type { Advice, Findings } from './report.js';

/** What to try next, most telling first; empty before a run has finished. */
export function advise(findings: Findings): readonly Advice[] {
  const { best } = findings;
  if (best === null) return [];
  return [
    ...trainingAdvice(findings, best),
    ...rareClassAdvice(findings, best),
    ...gridAdvice(findings),
    ...seedAdvice(findings, best),
  ];
}
