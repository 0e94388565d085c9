import type { BeforeAfter, LogitAdjustment } from '../../metrics/decisions/logit-adjustment.js';
import { figure } from '../../wording/numbers.js';
import { baselineWords } from '../baseline-words.js';
import type { SweepFacts } from '../facts/facts.js';
import type { Configuration } from '../ranking/configuration.js';
import type { Findings, PostHocResult } from './findings.js';

/** The effect of changing logits after training, for each configuration whose logits are stored: means over those seeds. */
export function postHocResults(
  { adjustments }: Pick<SweepFacts, 'adjustments'>,
  configurations: readonly Configuration[],
): readonly PostHocResult[] {
  return configurations.flatMap(({ trialId, label, isCrossEntropy, runs }) => {
    const adjusted = runs.flatMap(({ runId }) => adjustments.get(runId) ?? []);
    return adjusted.length === 0 ? [] : [{ trialId, label, isCrossEntropy, ...meanOf(adjusted) }];
  });
}

/** A smaller τ changes nothing that anybody would see. */
export const SMALLEST_TAU = 0.005;

/** A sentence that compares the baseline with adjusted logits and the best other configuration as it was trained. */
export function freeFixVerdict({
  postHoc,
  baseline,
  challenger,
  sweep,
}: Pick<Findings, 'postHoc' | 'baseline' | 'challenger' | 'sweep'>): string | null {
  const adjusted = postHoc.find(({ trialId }) => trialId === baseline?.trialId);
  if (adjusted === undefined || challenger === null) return null;
  if (Math.abs(adjusted.tau) < SMALLEST_TAU)
    return `${baselineWords(sweep).start} gains nothing from adjusted logits on these rows (τ = 0).`;
  const names = ['macro_f1', 'rare_recall'] as const;
  const reached = names.filter((name) => adjusted[name].after >= challenger.metrics[name].mean);
  const verdict =
    reached.length === 2
      ? 'adjusting the logits does as well as training'
      : reached.length === 0
        ? 'training does better than adjusting the logits'
        : `adjusting the logits does as well as training only in ${reached[0]}`;
  return `${baselineWords(sweep).start} with adjusted logits has macro_f1 ${figure(adjusted.macro_f1.after)} and rare_recall ${figure(adjusted.rare_recall.after)}; the best other configuration, ${challenger.label}, has ${figure(challenger.metrics.macro_f1.mean)} and ${figure(challenger.metrics.rare_recall.mean)}. Going by these means, ${verdict}.`;
}

function meanOf(
  runs: readonly LogitAdjustment[],
): Omit<PostHocResult, 'trialId' | 'label' | 'isCrossEntropy'> {
  const mean = (pick: (run: LogitAdjustment) => number): number =>
    runs.reduce((sum, run) => sum + pick(run), 0) / runs.length;
  const both = (name: 'macro_f1' | 'rare_recall' | 'log_loss'): BeforeAfter => ({
    before: mean((run) => run[name].before),
    after: mean((run) => run[name].after),
  });
  return {
    seeds: runs.length,
    tau: mean(({ tau }) => tau),
    temperature: mean(({ temperature }) => temperature),
    macro_f1: both('macro_f1'),
    rare_recall: both('rare_recall'),
    log_loss: both('log_loss'),
  };
}
