import type { ConfusionView, CurvePoint, LearningCurve } from '../../../analysis/findings/findings.js';
import type { SweepReport } from '../../../analysis/report.js';
import type { Chart } from '../chart.js';
import { shorten } from '../label.js';
import { confusionChart } from './confusion-matrix.js';
import { dumbbellChart } from './dumbbells.js';
import { type CurveLine, learningCurvesChart } from './learning-curves.js';
import { tradeOffChart } from './trade-off.js';

/** Macro-F1 against rare recall. */
export function sweepTradeOff({ configurations, best, baseline }: SweepReport): Chart {
  return tradeOffChart(
    configurations.map((item) => ({
      label: item.label,
      macroF1: item.estimates.macro_f1,
      rareRecall: item.estimates.rare_recall,
      role: item === best ? 'best' : item === baseline ? 'baseline' : 'other',
      isCrossEntropy: item.isCrossEntropy,
      isTied: item.isTied,
      isParetoOptimal: item.isParetoOptimal,
    })),
  );
}

/** Recall per class of cross-entropy and of the best other. */
export function classRecallChart({ classes }: SweepReport): Chart {
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
export function curveCharts({ curves }: SweepReport): readonly Chart[] {
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

/** Confusion of cross-entropy and of the best other, and their difference if both exist. */
export function confusionCharts({
  confusions: views,
  confusionChange,
  sweep,
  baseline,
  challenger,
}: SweepReport): readonly Chart[] {
  const { classNames } = sweep.dataset;
  const [before, after] = [baseline, challenger].map((shown) =>
    views.find(({ trialId }) => trialId === shown?.trialId),
  );
  const picture = (view: ConfusionView | undefined, name: string): readonly Chart[] => {
    if (view === undefined) return [];
    const title = `${name}: ${shorten(view.label, 60)}`;
    return [confusionChart({ title, kind: 'shares', classNames, matrix: view.shares })];
  };
  const title = 'Difference: best other minus cross-entropy';
  return [
    ...picture(before, 'Cross-entropy'),
    ...picture(after, 'Best other'),
    ...(confusionChange === null
      ? []
      : [confusionChart({ title, kind: 'difference', classNames, matrix: confusionChange })]),
  ];
}
