import { baselineWords } from '../../../analysis/baseline-words.js';
import type { ConfusionView, CurvePoint, LearningCurve } from '../../../analysis/findings/findings.js';
import type { SweepReport } from '../../../analysis/report.js';
import type { MetricName } from '../../../metric.js';
import type { Chart } from '../chart.js';
import { shorten } from '../label.js';
import { confusionChart } from './confusion-matrix.js';
import { dumbbellChart } from './dumbbells.js';
import { type CurveLine, learningCurvesChart } from './learning-curves.js';
import { tradeOffChart } from './trade-off.js';

/** Macro-F1 against rare recall. */
export function sweepTradeOff(
  { configurations, best, shown }: SweepReport,
  size: 'wide' | 'phone' = 'wide',
): Chart {
  const roles = new Map(shown.map(({ configuration, role }) => [configuration, role]));
  return tradeOffChart(
    configurations.map((item) => ({
      label: item.label,
      space: item.space,
      macroF1: item.estimates.macro_f1,
      rareRecall: item.estimates.rare_recall,
      name: roles.get(item) ?? (item === best ? 'ranked first' : null),
      isCrossEntropy: item.isCrossEntropy,
      isTied: item.isTied,
      isParetoOptimal: item.isParetoOptimal,
    })),
    size,
  );
}

/** Recall per class: cross-entropy against each of the others that are shown. */
export function classRecallCharts({ classes, shown, sweep }: SweepReport): readonly Chart[] {
  const isCompared = shown[0]?.configuration.isCrossEntropy === true;
  const [, ...others] = shown.map((own, at) => ({ ...own, at }));
  const after = others.length === 0 || !isCompared ? shown.map((own, at) => ({ ...own, at })) : others;
  return after.map(({ role, configuration, at }) =>
    dumbbellChart({
      title: `${role}: ${shorten(configuration.label, 60)}`,
      before: baselineWords(sweep).noun,
      after: role,
      subject: 'Recall of each class, largest class first (training rows beside the name, ◆ rare)',
      axis: 'recall on validation rows',
      intervals: '95 % Wilson intervals',
      classes: classes.map((item) => ({
        name: item.name,
        isRare: item.rare,
        size: item.trainRows,
        before: isCompared && at > 0 ? (item.recalls[0] ?? null) : null,
        after: item.recalls[at] ?? null,
      })),
    }),
  );
}

/** How many learning curves are drawn at least; the shown configurations come first. */
const CURVES = 2;

/** The learning curves that are drawn. */
export function drawnCurves({ curves, shown }: SweepReport): readonly LearningCurve[] {
  return curves.slice(0, Math.max(CURVES, shown.length));
}

/** Loss and scores of the drawn curves: two charts for each, and one of `rankedCurve`. */
export function curveCharts(report: SweepReport): readonly Chart[] {
  const ranked = rankedCurve(report);
  return drawnCurves(report).flatMap((curve) => [
    lossChart(curve, report),
    scoreChart(curve, report),
    ...(ranked === null ? [] : [rankedChart(curve, ranked, report)]),
  ]);
}

/** The metric that ranks, where the charts of scores do not show it. */
export function rankedCurve({ curves }: SweepReport): MetricName | null {
  const name = curves[0]?.metric.name ?? 'macro_f1';
  return name === 'macro_f1' || name === 'rare_recall' ? null : name;
}

function lossChart(curve: LearningCurve, report: SweepReport): Chart {
  return learningCurvesChart({
    ...shared(curve, report),
    measure: 'Loss',
    lines: [
      line(curve, 'training loss', 'train', ({ trainLoss }) => trainLoss),
      line(curve, 'validation loss', 'validation', ({ validationLoss }) => validationLoss),
    ],
  });
}

function scoreChart(curve: LearningCurve, report: SweepReport): Chart {
  return learningCurvesChart({
    ...shared(curve, report),
    measure: 'Score',
    lines: [
      line(curve, 'training accuracy', 'train', ({ trainAccuracy }) => trainAccuracy),
      line(curve, 'validation macro-F1', 'validation', ({ macro_f1 }) => macro_f1),
      line(curve, 'validation rare recall', 'second', ({ rare_recall }) => rare_recall),
    ],
    range: [0, 1],
  });
}

function rankedChart(curve: LearningCurve, name: MetricName, report: SweepReport): Chart {
  return learningCurvesChart({
    ...shared(curve, report),
    measure: name,
    lines: [line(curve, `validation ${name}`, 'validation', ({ ranked }) => ranked)],
  });
}

function shared({ label, isBaseline, word, chosenEpochs, points }: LearningCurve, { sweep }: SweepReport) {
  return {
    title: `${shorten(label, 60)}${isBaseline ? ` (${baselineWords(sweep).tag})` : ''}`,
    isBaseline,
    word,
    chosenEpochs,
    seeds: points.map(({ seeds }) => seeds),
  };
}

function line(
  { points }: LearningCurve,
  name: string,
  style: CurveLine['style'],
  value: (point: CurvePoint) => number,
): CurveLine {
  return { name, style, values: points.map((point) => ({ epoch: point.epoch, value: value(point) })) };
}

/** Confusion of the shown configurations, and of each after the first what it changes. */
export function confusionCharts({ confusions, shown, sweep }: SweepReport): {
  readonly matrices: readonly Chart[];
  readonly changes: readonly Chart[];
} {
  const { classNames } = sweep.dataset;
  const drawn = confusions.slice(0, shown.length);
  const roleOf = ({ trialId }: ConfusionView): string =>
    shown.find(({ configuration }) => configuration.trialId === trialId)?.role ?? '';
  return {
    matrices: drawn.map((view) =>
      confusionChart({
        title: `${roleOf(view)}: ${shorten(view.label, 60)}`,
        kind: 'shares',
        classNames,
        matrix: view.shares,
      }),
    ),
    changes: drawn.flatMap((view) =>
      view.change === null
        ? []
        : [
            confusionChart({
              title: `${roleOf(view)} minus ${shown[0]?.role}`,
              kind: 'difference',
              classNames,
              matrix: view.change,
            }),
          ],
    ),
  };
}
