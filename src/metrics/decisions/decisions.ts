import type { CountMetric } from '../../metric.js';
import { marginMetric } from '../margin-metrics.js';
import { bestOffsets } from './class-offsets.js';
import { type BeforeAfter, bestTau, bestTemperature, tauOffsets } from './logit-adjustment.js';
import { halvesByClass, logLoss, marginsUnder, type ScoredRows, settingsOf } from './scored-rows.js';

export const DECISIONS = ['logit adjustment', 'class offsets', 'prior correction', 'temperature'] as const;
export type DecisionName = (typeof DECISIONS)[number];

/** What a decision does to the metrics of some rows; null for those that it is not about. */
export interface DecisionScores {
  readonly macro_f1: BeforeAfter | null;
  readonly rare_recall: BeforeAfter | null;
  /** In nats. */
  readonly log_loss: BeforeAfter | null;
}

/** A way to decide after training, and what it gains. */
export interface DecisionEffect {
  readonly decision: DecisionName;
  /** Each half of the validation rows as the other half decided. */
  readonly validation: DecisionScores;
  /** The test rows as all validation rows decided; null without their logits. */
  readonly test: DecisionScores | null;
}

export interface DecisionRows {
  readonly validation: ScoredRows;
  readonly test: ScoredRows | null;
  /** Undoes what class weights, samplers and adjusted losses did to the classes' shares, in nats; null if there is nothing to undo. */
  readonly priorOffsets: readonly number[] | null;
}

/** softmax(z / T + b) decides. */
interface Change {
  readonly offsets: readonly number[];
  readonly temperature: number;
}

/** Measures every decision; `metric` chooses τ. */
export function decisionEffects(rows: DecisionRows, metric: CountMetric): readonly DecisionEffect[] {
  const none = rows.validation.trainSupport.map(() => 0);
  const shift = (offsets: readonly number[]): Change => ({ offsets, temperature: 1 });
  const { validation, priorOffsets } = rows;
  const effect = (
    decision: DecisionName,
    about: readonly (keyof DecisionScores)[],
    tune: (tuning: readonly number[]) => Change,
  ): DecisionEffect => ({ decision, ...measure(rows, about, tune) });
  return [
    effect('logit adjustment', CHANGED, (tuning) =>
      shift(tauOffsets(validation, bestTau(validation, tuning, metric))),
    ),
    effect('class offsets', CHANGED, (tuning) => shift(bestOffsets(validation, tuning))),
    ...(priorOffsets === null
      ? []
      : [effect('prior correction', [...CHANGED, 'log_loss'], () => shift(priorOffsets))]),
    effect('temperature', ['log_loss'], (tuning) => ({
      offsets: none,
      temperature: bestTemperature(validation, tuning),
    })),
  ];
}

const CHANGED = ['macro_f1', 'rare_recall'] as const;

/** Some rows, and what was decided for them. */
interface Decided {
  readonly shown: readonly number[];
  readonly change: Change;
}

function measure(
  { validation, test }: DecisionRows,
  about: readonly (keyof DecisionScores)[],
  tune: (tuning: readonly number[]) => Change,
): Pick<DecisionEffect, 'validation' | 'test'> {
  const halves = halvesByClass(validation.labels);
  const crossed = halves.map((shown, half) => ({ shown, change: tune(halves[1 - half] as number[]) }));
  const held = test && [{ shown: [...test.labels.keys()], change: tune(halves.flat()) }];
  return {
    validation: scoresOf(validation, crossed, about),
    test: test && held && scoresOf(test, held, about),
  };
}

function scoresOf(
  rows: ScoredRows,
  parts: readonly Decided[],
  about: readonly (keyof DecisionScores)[],
): DecisionScores {
  const settings = settingsOf(rows);
  const none = rows.trainSupport.map(() => 0);
  const all = parts.flatMap(({ shown }) => shown);
  const before = marginsUnder(rows, [{ shown: all, offsets: none }]);
  const after = marginsUnder(
    rows,
    parts.map(({ shown, change }) => ({ shown, offsets: change.offsets })),
  );
  const counted = (name: 'macro_f1' | 'rare_recall'): BeforeAfter | null =>
    about.includes(name)
      ? { before: marginMetric(name, before, settings), after: marginMetric(name, after, settings) }
      : null;
  const loss = (of: readonly Decided[]) =>
    of.reduce(
      (sum, { shown, change }) =>
        sum + shown.length * logLoss(rows, shown, change.temperature, change.offsets),
      0,
    ) / Math.max(1, all.length);
  const unchanged = parts.map(({ shown }) => ({ shown, change: { offsets: none, temperature: 1 } }));
  return {
    macro_f1: counted('macro_f1'),
    rare_recall: counted('rare_recall'),
    log_loss: about.includes('log_loss') ? { before: loss(unchanged), after: loss(parts) } : null,
  };
}
