import { isOfModel } from '../../knobs/idle-knobs.js';
import { figure, withInterval } from '../../wording/numbers.js';
import { baselineWords } from '../baseline-words.js';
import type { Findings } from '../findings/findings.js';
import { SMALLEST_TAU } from '../findings/post-hoc.js';
import type { Configuration } from '../ranking/configuration.js';
import type { Advice } from './advice.js';
import { axisChange } from './spec-change.js';
import { gridValues, isUntried, type SweepHistory } from './sweep-history.js';

/** Below this, more rare rows are missed than found. */
const LOW_RECALL = 0.5;

/** Advice on rare classes that are still badly recognised, and on whether they needed other training at all. */
export function rareClassAdvice(
  findings: Findings,
  history: SweepHistory,
  best: Configuration,
): readonly Advice[] {
  const choice = rareChoice(findings);
  const low =
    choice === null
      ? lowRecall(history, findingMost(findings, best), 'The configuration that finds most of them')
      : lowRecall(history, choice, 'The choice for them');
  return [...low, ...freeFix(findings)];
}

/** Of the space of the best one, that with the highest rare recall. */
function findingMost({ configurations }: Findings, best: Configuration): Configuration {
  const recall = ({ estimates }: Configuration): number => estimates.rare_recall.mean;
  return configurations
    .filter(({ space }) => space === best.space)
    .reduce((most, own) => (recall(own) > recall(most) ? own : most), best);
}

/** The configuration that was chosen for the rare classes, if that is an aim. */
function rareChoice({ choices }: Findings): Configuration | null {
  return choices.find(({ aim }) => aim.metric.name === 'rare_recall')?.configuration ?? null;
}

/** Names one remedy at a time, so that its own effect is seen: class weights first, γ last. */
function lowRecall(history: SweepHistory, chosen: Configuration, named: string): readonly Advice[] {
  const remedy = untriedRemedy(history, chosen);
  if (!(chosen.estimates.rare_recall.mean < LOW_RECALL) || remedy === undefined) return [];
  const { words, knob, value } = remedy;
  // One configuration that was trained alone knows nothing of others.
  const others = history.outcomes.length > 1 ? ', which none of these configurations has' : '';
  return [
    {
      id: 'rare-recall-low',
      title: 'Most rows of the rare classes are missed',
      evidence: `${named}, ${chosen.label}, has a rare recall of ${withInterval(chosen.estimates.rare_recall)}.`,
      action: `Try ${words}${others}.`,
      changes: [axisChange(knob, [...gridValues(history, knob), value])],
    },
  ];
}

interface Remedy {
  readonly words: string;
  readonly knob: string;
  readonly value: unknown;
}

function untriedRemedy(history: SweepHistory, { config }: Configuration): Remedy | undefined {
  const isOnlyTried = (knob: string, value: unknown): boolean =>
    [...(history.tried.get(knob) ?? [])].every((tried) => tried === JSON.stringify(value));
  if (isOfModel('alpha', config) && isUntried(history, 'alpha', 'balanced'))
    return { words: 'α balanced', knob: 'alpha', value: 'balanced' };
  if (isOfModel('sampler', config) && isOnlyTried('sampler', 'shuffle'))
    return { words: 'the weighted sampler', knob: 'sampler', value: 'weighted' };
  if (isOfModel('gamma', config) && isOnlyTried('gamma', 0))
    return { words: 'γ = 2', knob: 'gamma', value: 2 };
  return undefined;
}

/** The baseline with adjusted logits that does as well as the best other configuration. */
function freeFix({ postHoc, challenger, baseline, sweep }: Findings): readonly Advice[] {
  const adjusted = postHoc.find(({ trialId }) => trialId === baseline?.trialId);
  if (adjusted === undefined || challenger === null || Math.abs(adjusted.tau) < SMALLEST_TAU) return [];
  const [macro, rare] = [challenger.metrics.macro_f1.mean, challenger.metrics.rare_recall.mean];
  if (adjusted.macro_f1.after < macro || adjusted.rare_recall.after < rare) return [];
  const words = baselineWords(sweep);
  return [
    {
      id: 'logit-adjustment',
      title: `${words.start} with adjusted logits does as well, without another run`,
      evidence: `With τ = ${figure(adjusted.tau, 2)} ${words.noun} (${adjusted.label}) has macro_f1 ${figure(adjusted.macro_f1.after)} and rare_recall ${figure(adjusted.rare_recall.after)}; the best other configuration (${challenger.label}) has ${figure(macro)} and ${figure(rare)}.`,
      action: 'Predict the arg-max of z − τ · log π, where π is each class’s share of the training rows.',
      changes: [],
    },
  ];
}
