import type { DecisionEffect, DecisionScores } from '../../metrics/decisions/decisions.js';
import type { BeforeAfter } from '../../metrics/decisions/logit-adjustment.js';
import type { AtThreshold } from '../../metrics/decisions/stated-limits.js';
import { sum } from '../../wording/numbers.js';
import type { RunScores, SweepFacts } from '../facts/facts.js';
import type { Configuration } from '../ranking/configuration.js';
import type { DecisionView, ThresholdView } from './findings.js';

/** What deciding in other ways gains for configurations whose logits are stored: means over those seeds. */
export function decisionViews(
  facts: Pick<SweepFacts, 'scores'>,
  shown: readonly Configuration[],
): readonly DecisionView[] {
  return shown.flatMap(({ trialId, label, isCrossEntropy, runs }) => {
    const effects = scoresOf(facts, runs).map(({ decisions }) => decisions);
    return (effects[0] ?? []).map(({ decision }, at) => {
      const own = effects.flatMap((ofRun) => ofRun[at] ?? []);
      return { trialId, label, isCrossEntropy, seeds: own.length, decision, ...meanEffect(own) };
    });
  });
}

/** What thresholds for a stated limit find, means over seeds. */
export function thresholdViews(
  facts: Pick<SweepFacts, 'scores' | 'sweep'>,
  shown: readonly Configuration[],
): readonly ThresholdView[] {
  return shown.flatMap(({ trialId, label, isCrossEntropy, runs }) => {
    const perRun = scoresOf(facts, runs).map(({ thresholds }) => thresholds);
    return (perRun[0] ?? []).map(({ classIndex, limit, value }, at) => {
      const own = perRun.flatMap((thresholds) => thresholds[at] ?? []);
      const tests = own.flatMap(({ test }) => test ?? []);
      return {
        trialId,
        label,
        isCrossEntropy,
        seeds: own.length,
        className: facts.sweep.dataset.classNames[classIndex] ?? String(classIndex),
        limit,
        value,
        threshold: mean(own.map(({ threshold }) => threshold)),
        validation: meanOutcome(own.map(({ validation }) => validation)),
        test: tests.length < own.length ? null : meanOutcome(tests),
      };
    });
  });
}

function scoresOf({ scores }: Pick<SweepFacts, 'scores'>, runs: Configuration['runs']): readonly RunScores[] {
  return runs.flatMap(({ runId }) => scores.get(runId) ?? []);
}

function meanEffect(own: readonly DecisionEffect[]): Pick<DecisionView, 'validation' | 'test'> {
  const tests = own.flatMap(({ test }) => test ?? []);
  return {
    validation: meanScores(own.map(({ validation }) => validation)),
    test: tests.length < own.length ? null : meanScores(tests),
  };
}

function meanScores(own: readonly DecisionScores[]): DecisionScores {
  const both = (name: keyof DecisionScores): BeforeAfter | null => {
    const known = own.flatMap((scores) => scores[name] ?? []);
    return known.length === 0
      ? null
      : { before: mean(known.map(({ before }) => before)), after: mean(known.map(({ after }) => after)) };
  };
  return {
    macro_f1: both('macro_f1'),
    rare_recall: both('rare_recall'),
    log_loss: both('log_loss'),
    expected_cost: both('expected_cost'),
  };
}

/** Precision is the mean over the seeds that predict the class at all. */
function meanOutcome(own: readonly AtThreshold[]): AtThreshold {
  const known = (name: keyof AtThreshold) =>
    own.map((one) => one[name]).filter((value) => !Number.isNaN(value));
  return { recall: mean(known('recall')), precision: mean(known('precision')), fpr: mean(known('fpr')) };
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
