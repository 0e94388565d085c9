import type { Advice, Configuration, Findings } from './report.js';
import { axisChange } from './spec-change.js';

/** Below this, more rare rows are missed than found. */
const LOW_RECALL = 0.5;

/** Advice on rare classes that stay badly recognised, and on whether training for them was needed at all. */
export function rareClassAdvice(findings: Findings, best: Configuration): readonly Advice[] {
  return [...lowRecall(findings, best), ...freeFix(findings)];
}

function lowRecall({ configurations }: Findings, best: Configuration): readonly Advice[] {
  const { mean, interval } = best.estimates.rare_recall;
  if (!(mean < LOW_RECALL)) return [];
  const tried = (has: (configuration: Configuration) => boolean): boolean => configurations.some(has);
  const schemes = [
    ...new Map(configurations.map(({ config }) => [JSON.stringify(config.alpha), config.alpha])).values(),
  ];
  const gammas = configurations.map(({ config }) => config.gamma).toSorted((a, b) => a - b);
  const untried = [
    ...(tried(({ config }) => config.alpha === 'balanced')
      ? []
      : [{ words: 'α balanced', change: axisChange('alpha', [...schemes, 'balanced']) }]),
    ...(tried(({ config }) => config.sampler !== 'shuffle')
      ? []
      : [{ words: 'the weighted sampler', change: axisChange('sampler', ['shuffle', 'weighted']) }]),
    ...((gammas.at(-1) ?? 0) >= 2 ? [] : [{ words: 'γ = 2', change: axisChange('gamma', [...gammas, 2]) }]),
  ];
  if (untried.length === 0) return [];
  return [
    {
      id: 'rare-recall-low',
      title: 'The best configuration misses most rows of the rare classes',
      evidence: `Its rare recall is ${mean.toFixed(3)} (95 % ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}).`,
      action: `Try what this sweep has not: ${untried.map(({ words }) => words).join(', ')}.`,
      changes: untried.map(({ change }) => change),
    },
  ];
}

/** Cross-entropy with adjusted logits that does as well as the best other configuration. */
function freeFix({ postHoc, challenger, baseline }: Findings): readonly Advice[] {
  const adjusted = postHoc.find(({ trialId }) => trialId === baseline?.trialId);
  if (adjusted === undefined || challenger === null) return [];
  const [macro, rare] = [challenger.metrics.macro_f1.mean, challenger.metrics.rare_recall.mean];
  if (adjusted.macro_f1.after < macro || adjusted.rare_recall.after < rare) return [];
  return [
    {
      id: 'logit-adjustment',
      title: 'Adjusting the logits of cross-entropy does as well, without another run',
      evidence: `With τ = ${adjusted.tau.toFixed(2)} cross-entropy (${adjusted.label}) has macro_f1 ${adjusted.macro_f1.after.toFixed(3)} and rare_recall ${adjusted.rare_recall.after.toFixed(3)}; the best other configuration (${challenger.label}) has ${macro.toFixed(3)} and ${rare.toFixed(3)}.`,
      action: 'Predict arg-max of z − τ · log π, π being the classes’ shares of the training rows.',
      changes: [],
    },
  ];
}
