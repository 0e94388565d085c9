import type { DecisionView, ThresholdView } from '../../analysis/findings/findings.js';
import type { SweepReport } from '../../analysis/report.js';
import type { DecisionScores } from '../../metrics/decisions/decisions.js';
import type { BeforeAfter } from '../../metrics/decisions/logit-adjustment.js';
import { figure, percent } from '../../wording/numbers.js';
import { shownName } from '../shown-name.js';
import type { Section } from './section.js';

/** What deciding in other ways after training gains; null where no logits are stored. */
export function decisionSection(report: SweepReport): Section | null {
  const { decisions } = report;
  if (decisions.length === 0) return null;
  const hasTest = decisions.some(({ test }) => test !== null);
  const scores = scoresIn(decisions);
  const names = [...new Set(decisions.map((view) => shownName(view, report)))];
  return {
    heading: `Decisions after training${names.length > 2 ? '' : `: ${names.join(' and ')}`}`,
    table: {
      columns: [
        ...['configuration', 'decision', ...scores],
        ...(hasTest ? scores.map((name) => `test ${name}`) : []),
      ],
      rows: decisions.map((view) => [
        configurationOf(view, report),
        view.decision,
        ...scores.map((name) => changeText(view.validation[name])),
        ...(hasTest ? scores.map((name) => changeText(view.test?.[name] ?? null)) : []),
      ]),
    },
    optional: ['log_loss', 'test log_loss', 'test rare_recall'],
    notes: [
      `${DECISION_NOTE}${hasTest ? ' On the test rows all validation rows decide.' : ` ${WITHOUT_TEST}`}`,
    ],
  };
}

/** The metrics of the decisions; the cost where the spec says what mistakes cost. */
export function scoresIn(decisions: readonly DecisionView[]): readonly (keyof DecisionScores)[] {
  const hasCosts = decisions.some(({ validation }) => validation.expected_cost !== null);
  return [...(hasCosts ? (['expected_cost'] as const) : []), 'macro_f1', 'rare_recall', 'log_loss'];
}

/** How decisions are found and measured. */
export const DECISION_NOTE =
  'Each half of the validation rows as the other half decided. Logit adjustment: the arg-max of z − τ · log π. Class offsets: an offset per class, for macro-F1. Prior correction: what class weights and samplers did to the shares of the classes is undone, which needs no tuning. Temperature: softmax(z / T), which changes no decision. Least cost: the class with the lowest expected cost under these probabilities. `predict` and `export` take them with `--decide`.';
const WITHOUT_TEST = 'No logits of the test rows are stored, so those are not decided.';

function configurationOf(view: DecisionView | ThresholdView, report: SweepReport): string {
  return `${shownName(view, report)}: ${view.label}`;
}

/** `0.525 → 0.541`. */
export function changeText(value: BeforeAfter | null): string | null {
  return value === null ? null : `${figure(value.before)} → ${figure(value.after)}`;
}

/** What is found at a stated precision or false positive rate; null where no logits are stored, and for many classes, which would fill the screen. */
export function thresholdSection(report: SweepReport): Section | null {
  const { thresholds, sweep } = report;
  if (thresholds.length === 0 || sweep.dataset.classNames.length > 2) return null;
  const hasTest = thresholds.some(({ test }) => test !== null);
  return {
    heading: 'Thresholds for a stated limit, one class against the rest',
    table: {
      columns: [
        ...['configuration', 'class', 'limit', 'threshold', 'recall', 'precision', 'fpr'],
        ...(hasTest ? ['test recall', 'test precision', 'test fpr'] : []),
      ],
      rows: thresholds.map((view) => [
        configurationOf(view, report),
        view.className,
        limitText(view),
        figure(view.threshold, 4),
        ...outcome(view.validation),
        ...(hasTest ? outcome(view.test) : []),
      ]),
    },
    optional: ['test fpr', 'fpr', 'threshold'],
    notes: [
      'The class is predicted where its probability reaches the threshold: the one of the highest recall that keeps the limit. Each half of the validation rows is measured under the other half’s threshold, so the limit itself may be missed there.',
    ],
  };
}

/** `precision ≥ 0.9`, `fpr ≤ 1.0 %`. */
export function limitText({ limit, value }: Pick<ThresholdView, 'limit' | 'value'>): string {
  return limit === 'precision' ? `precision ≥ ${value}` : `fpr ≤ ${percent(value, 1)}`;
}

function outcome(at: ThresholdView['test']): readonly (string | null)[] {
  return at === null ? [null, null, null] : [figure(at.recall), figure(at.precision), figure(at.fpr, 4)];
}
