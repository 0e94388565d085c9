import type { Chart } from '../charts/chart.js';
import { confusionChart } from '../charts/confusion-matrix.js';
import { dumbbellChart } from '../charts/dumbbells.js';
import { shorten } from '../charts/label.js';
import { type CurveLine, learningCurvesChart } from '../charts/learning-curves.js';
import { tradeOffChart } from '../charts/trade-off.js';
import type { ConfusionView, CurvePoint, LearningCurve, SweepReport } from '../report.js';

/** Macro-F1 against rare recall. */
export function tradeOff({ configurations, best, baseline }: SweepReport): Chart {
  return tradeOffChart(
    configurations.map((item) => ({
      label: item.label,
      macroF1: item.estimates.macro_f1,
      rareRecall: item.estimates.rare_recall,
      role: item === best ? 'best' : item === baseline ? 'baseline' : 'other',
      isTied: item.isTied,
      isParetoOptimal: item.isParetoOptimal,
    })),
  );
}

/** Recall per class, cross-entropy and the best other. */
export function classRecalls({ classes }: SweepReport): Chart {
  return dumbbellChart({
    title: 'Recall per class',
    before: 'cross-entropy',
    after: 'the best other configuration',
    subject: 'Recall of each class, largest class first (training rows beside the name, ◆ rare)',
    axis: 'recall on validation rows',
    intervals: '95 % Wilson intervals',
    classes: classes.map((item) => ({
      name: item.name,
      isRare: item.rare,
      size: item.trainRows,
      before: item.baseline,
      after: item.challenger,
    })),
  });
}

/** Loss and scores of the top configurations and the baseline: two charts for each. */
export function learningCurves({ curves }: SweepReport): readonly Chart[] {
  return curves.flatMap((curve) => [lossChart(curve), scoreChart(curve)]);
}

function lossChart(curve: LearningCurve): Chart {
  return learningCurvesChart({
    ...shared(curve),
    measure: 'Loss',
    lines: [
      line(curve, 'training loss', 'train', ({ trainLoss }) => trainLoss),
      line(curve, 'validation loss', 'validation', ({ validationLoss }) => validationLoss),
    ],
  });
}

function scoreChart(curve: LearningCurve): Chart {
  return learningCurvesChart({
    ...shared(curve),
    measure: 'Score',
    lines: [
      line(curve, 'training accuracy', 'train', ({ trainAccuracy }) => trainAccuracy),
      line(curve, 'validation macro-F1', 'validation', ({ macro_f1 }) => macro_f1),
      line(curve, 'validation rare recall', 'second', ({ rare_recall }) => rare_recall),
    ],
    range: [0, 1],
  });
}

function shared({ label, isBaseline, chosenEpochs }: LearningCurve) {
  return { title: `${shorten(label, 60)}${isBaseline ? ' (cross-entropy)' : ''}`, isBaseline, chosenEpochs };
}

function line(
  { points }: LearningCurve,
  name: string,
  style: CurveLine['style'],
  value: (point: CurvePoint) => number,
): CurveLine {
  return { name, style, values: points.map((point) => ({ epoch: point.epoch, value: value(point) })) };
}

/** Confusion of the best and the baseline, and their difference where they are two. */
export function confusions({ confusions: views, sweep, best, baseline }: SweepReport): readonly Chart[] {
  const { classNames } = sweep.dataset;
  const viewOf = (trialId: string | undefined) => views.find((view) => view.trialId === trialId);
  const [first, second] = [viewOf(best?.trialId), viewOf(baseline?.trialId)];
  const picture = (view: ConfusionView | undefined, name: string): readonly Chart[] =>
    view === undefined
      ? []
      : [confusionChart({ title: name, kind: 'shares', classNames, matrix: shares(view) })];
  if (first === undefined || second === undefined || first === second) {
    return [...picture(first, `Confusion, best: ${shorten(first?.label ?? '', 60)}`)];
  }
  const [left, right] = [shares(first), shares(second)];
  const difference = left.map((row, y) => row.map((value, x) => value - (right[y]?.[x] ?? 0)));
  return [
    ...picture(first, `Confusion, best: ${shorten(first.label, 60)}`),
    ...picture(second, `Confusion, cross-entropy: ${shorten(second.label, 60)}`),
    confusionChart({
      title: 'Difference, best less cross-entropy',
      kind: 'difference',
      classNames,
      matrix: difference,
    }),
  ];
}

function shares({ counts }: ConfusionView): readonly (readonly number[])[] {
  return counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => (total === 0 ? 0 : count / total));
  });
}
