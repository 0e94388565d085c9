import type { Findings } from '../findings/findings.js';
import type { Configuration } from '../ranking/configuration.js';
import { present } from '../ranking/trial-results.js';
import type { Advice } from './advice.js';
import { divergenceAdvice } from './advice-divergence.js';
import { gridAdvice } from './advice-grid.js';
import { majorityAdvice } from './advice-majority.js';
import { rareClassAdvice } from './advice-rare-classes.js';
import { seedAdvice, withSeeds } from './advice-seeds.js';
import { normalisationAdvice, trainingAdvice } from './advice-training.js';
import { treesAdvice } from './advice-trees.js';
import { changesGrid, narrows, takesBaselineOut } from './spec-change.js';
import type { SweepHistory } from './sweep-history.js';

/**
 * What to try next, most important first; if runs of the best configuration diverged, or none has finished, only how to fix that.
 * There is a history for each space, with advice of its own.
 */
export function advise(findings: Findings, histories: readonly SweepHistory[]): readonly Advice[] {
  const pieces = withoutRepeats(
    histories.flatMap((history) =>
      spaceAdvice(findings, history).map((piece) => keepingBaseline(history, piece)),
    ),
  );
  const { best } = findings;
  const own = histories.find(({ space }) => space === best?.space);
  if (best === null || own === undefined || hasDiverged(own, best)) return pieces;
  const changing = withoutConflicts(pieces);
  const changes = changing.flatMap((piece) => piece.changes);
  const told = [...changing, ...seedAdvice(findings, best, { seeds: own.seeds, changes })];
  const isAsBefore = told.flatMap((piece) => piece.changes).every((change) => narrows(histories, change));
  return isAsBefore ? withSeeds(told, findings, own.seeds) : told;
}

/** Advice on one space; only on what diverged in one that has nothing of the best. */
function spaceAdvice(findings: Findings, history: SweepHistory): readonly Advice[] {
  const { space } = history;
  if (space === null) return gridAdvices(findings, history, findings.best);
  const chosen = findings.choices.filter(({ configuration }) => configuration?.space === space);
  const [best = null] = findings.configurations.filter((own) => own.space === space);
  const isWanted = best?.isTied === true || chosen.length > 0;
  const own = { ...findings, choices: chosen };
  return gridAdvices(own, history, isWanted ? best : null).map((piece) => inSpace(piece, space));
}

function gridAdvices(
  findings: Findings,
  history: SweepHistory,
  first: Configuration | null,
): readonly Advice[] {
  const best = hasDiverged(history, first) ? null : first;
  const chosen = findings.choices.map(({ configuration }) => configuration);
  const wanted = best === null ? [] : present([best, ...chosen.filter((own) => !hasDiverged(history, own))]);
  const diverged = divergenceAdvice(history, wanted);
  if (best === null) return diverged.length === 0 ? [] : [...diverged, ...normalisationAdvice(findings)];
  const pieces = [
    ...diverged,
    ...normalisationAdvice(findings),
    ...majorityAdvice(findings, findings.best ?? best),
    ...treesAdvice(findings, history, best),
    ...trainingAdvice(findings, history, best),
    ...rareClassAdvice(findings, history, best),
    ...gridAdvice(findings, history, best),
  ];
  return pieces.filter(({ changes }) => changes.every((change) => changesGrid(history, change)));
}

/** Nobody can make changes that take the baseline out while the spec names it. */
function keepingBaseline(history: SweepHistory, piece: Advice): Advice {
  if (!piece.changes.some((change) => takesBaselineOut(history, change))) return piece;
  const action = `${piece.action} The spec's \`baseline:\` has it: name another one first.`;
  return { ...piece, action, changes: [] };
}

/** What is said of the whole sweep, whatever the space. */
const OF_SWEEP: ReadonlySet<string> = new Set(['not-normalised', 'below-majority', 'logit-adjustment']);

function inSpace(piece: Advice, space: string): Advice {
  if (OF_SWEEP.has(piece.id)) return piece;
  const changes = piece.changes.map((change) => ({ ...change, space }));
  return { ...piece, title: `${space}: ${piece.title}`, changes };
}

/** What is said of the whole sweep is said once. */
function withoutRepeats(advice: readonly Advice[]): readonly Advice[] {
  return advice.filter(
    ({ id }, at) => !OF_SWEEP.has(id) || advice.findIndex((other) => other.id === id) === at,
  );
}

/** Its mean covers only the seeds that did not diverge, so its rank means nothing. */
function hasDiverged({ outcomes }: SweepHistory, configuration: Configuration | null): boolean {
  return outcomes.some(({ trialId, diverged }) => trialId === configuration?.trialId && diverged > 0);
}

/** Only one change of each place: a second one waits until the first has been tried. */
function withoutConflicts(advice: readonly Advice[]): readonly Advice[] {
  const taken = new Set<string>();
  return advice.filter(({ changes }) => {
    const paths = changes.map(({ space = '', path }) => [space, ...path].join('.'));
    if (paths.some((path) => taken.has(path))) return false;
    for (const path of paths) taken.add(path);
    return true;
  });
}
