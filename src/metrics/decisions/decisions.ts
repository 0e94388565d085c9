import type { CountMetric } from '../../metric.js';
import type { CostMatrix } from '../../sweep.js';
import { marginMetric } from '../margin-metrics.js';
import { bestOffsets } from './class-offsets.js';
import { decideByCosts, meanCost, type Probabilities } from './least-cost.js';
import { type BeforeAfter, bestTau, bestTemperature, tauOffsets } from './logit-adjustment.js';
import {
  decideByOffsets,
  halvesByClass,
  logLoss,
  marginsOf,
  type ScoredRows,
  settingsOf,
} from './scored-rows.js';

export type DecisionName =
  | 'logit adjustment'
  | 'class offsets'
  | 'prior correction'
  | 'temperature'
  | 'least cost';

/** What a decision does to the metrics of some rows; null for those that it is not about. */
export interface DecisionScores {
  readonly macro_f1: BeforeAfter | null;
  readonly rare_recall: BeforeAfter | null;
  /** In nats. */
  readonly log_loss: BeforeAfter | null;
  /** Mean over rows; null if the spec does not say what mistakes cost. */
  readonly expected_cost: BeforeAfter | null;
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
  readonly costs: CostMatrix | null;
}

/** softmax(z / T + b) decides, by its arg-max or by the least cost. */
export interface TunedDecision extends Probabilities {
  readonly byCost?: boolean;
}

/** A way to decide: what it is about, and what some rows of validation choose for it. */
export interface DecisionWay {
  readonly decision: DecisionName;
  readonly about: readonly (keyof DecisionScores)[];
  readonly tune: (tuning: readonly number[]) => TunedDecision;
}

/** Measures every decision; `metric` chooses τ. */
export function decisionEffects(rows: DecisionRows, metric: CountMetric): readonly DecisionEffect[] {
  return decisionWays(rows, metric).map((way) => ({ decision: way.decision, ...measure(rows, way) }));
}

/** The decisions that there are for these rows. */
export function decisionWays(
  { validation, priorOffsets, costs }: Omit<DecisionRows, 'test'>,
  metric: CountMetric,
): readonly DecisionWay[] {
  const none = validation.trainSupport.map(() => 0);
  const shift = (offsets: readonly number[]): TunedDecision => ({ offsets, temperature: 1 });
  const way = (
    decision: DecisionName,
    about: DecisionWay['about'],
    tune: DecisionWay['tune'],
  ): DecisionWay => ({ decision, about, tune });
  return [
    way('logit adjustment', CHANGED, (tuning) =>
      shift(tauOffsets(validation, bestTau(validation, tuning, metric))),
    ),
    way('class offsets', CHANGED, (tuning) => shift(bestOffsets(validation, tuning))),
    ...(priorOffsets === null
      ? []
      : [way('prior correction', [...CHANGED, 'log_loss'], () => shift(priorOffsets))]),
    way('temperature', ['log_loss'], (tuning) => ({
      offsets: none,
      temperature: bestTemperature(validation, tuning),
    })),
    ...(costs === null
      ? []
      : [
          way('least cost', CHANGED, (tuning) => ({
            offsets: priorOffsets ?? none,
            temperature: priorOffsets === null ? bestTemperature(validation, tuning) : 1,
            byCost: true,
          })),
        ]),
  ];
}

const CHANGED = ['macro_f1', 'rare_recall', 'expected_cost'] as const;

/** Some rows, and what was decided for them. */
interface Decided {
  readonly shown: readonly number[];
  readonly change: TunedDecision;
}

function measure(
  { validation, test, costs }: DecisionRows,
  { about, tune }: DecisionWay,
): Pick<DecisionEffect, 'validation' | 'test'> {
  const halves = halvesByClass(validation.labels);
  const crossed = halves.map((shown, half) => ({ shown, change: tune(halves[1 - half] as number[]) }));
  const held = test && [{ shown: [...test.labels.keys()], change: tune(halves.flat()) }];
  return {
    validation: scoresOf(validation, crossed, { about, costs }),
    test: test && held && scoresOf(test, held, { about, costs }),
  };
}

function scoresOf(
  rows: ScoredRows,
  parts: readonly Decided[],
  { about, costs }: { readonly about: readonly (keyof DecisionScores)[] } & Pick<DecisionRows, 'costs'>,
): DecisionScores {
  const settings = settingsOf(rows);
  const none = rows.trainSupport.map(() => 0);
  const all = parts.flatMap(({ shown }) => shown);
  const decided = rows.predictions.slice();
  for (const { shown, change } of parts) {
    if (change.byCost !== true) decideByOffsets(rows, { shown, offsets: change.offsets }, decided);
    else if (costs !== null) decideByCosts(rows, { ...change, shown, costs }, decided);
  }
  const before = marginsOf(rows, all, rows.predictions);
  const after = marginsOf(rows, all, decided);
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
    expected_cost:
      costs !== null && about.includes('expected_cost')
        ? {
            before: meanCost(rows.labels, rows.predictions, { shown: all, costs }),
            after: meanCost(rows.labels, decided, { shown: all, costs }),
          }
        : null,
  };
}
