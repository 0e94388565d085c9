import type { Findings } from '../findings/findings.js';
import type { Configuration } from '../ranking/configuration.js';
import { present } from '../ranking/trial-results.js';
import type { Advice } from './advice.js';
import { divergenceAdvice } from './advice-divergence.js';
import { gridAdvice } from './advice-grid.js';
import { majorityAdvice } from './advice-majority.js';
import { rareClassAdvice } from './advice-rare-classes.js';
import { seedAdvice } from './advice-seeds.js';
import { normalisationAdvice, trainingAdvice } from './advice-training.js';
import { changesGrid } from './spec-change.js';
import type { SweepHistory } from './sweep-history.js';

/** What to try next, most important first; if runs of the best configuration diverged, or none has finished, only how to fix that. */
export function advise(findings: Findings, history: SweepHistory): readonly Advice[] {
  const best = hasDiverged(history, findings.best) ? null : findings.best;
  const chosen = findings.choices.map(({ configuration }) => configuration);
  const wanted = best === null ? [] : present([best, ...chosen.filter((own) => !hasDiverged(history, own))]);
  const diverged = divergenceAdvice(history, wanted);
  if (best === null) return diverged.length === 0 ? [] : [...diverged, ...normalisationAdvice(findings)];
  const pieces = [
    ...diverged,
    ...normalisationAdvice(findings),
    ...majorityAdvice(findings, best),
    ...trainingAdvice(findings, history, best),
    ...rareClassAdvice(findings, history, best),
    ...gridAdvice(findings, history, best),
  ];
  const changing = withoutConflicts(
    pieces.filter(({ changes }) => changes.every((change) => changesGrid(history, change))),
  );
  const changes = changing.flatMap((piece) => piece.changes);
  return [...changing, ...seedAdvice(findings, best, { seeds: history.seeds, changes })];
}

/** Its mean covers only the seeds that did not diverge, so its rank means nothing. */
function hasDiverged({ outcomes }: SweepHistory, configuration: Configuration | null): boolean {
  return outcomes.some(({ trialId, diverged }) => trialId === configuration?.trialId && diverged > 0);
}

/** Only one change of each place: a second one waits until the first has been tried. */
function withoutConflicts(advice: readonly Advice[]): readonly Advice[] {
  const taken = new Set<string>();
  return advice.filter(({ changes }) => {
    const paths = changes.map(({ path }) => path.join('.'));
    if (paths.some((path) => taken.has(path))) return false;
    for (const path of paths) taken.add(path);
    return true;
  });
}
