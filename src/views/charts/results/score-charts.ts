import type { ScoreView } from '../../../analysis/findings/findings.js';
import type { SweepReport } from '../../../analysis/report.js';
import { shownName } from '../../shown-name.js';
import type { Chart } from '../chart.js';
import { shorten } from '../label.js';
import { precisionRecallChart } from './precision-recall.js';
import { reliabilityChart } from './reliability.js';

/** Classes whose curves are drawn, so that two rows of three hold them and the reliability: rare ones first, then the worst ranked. */
const MOST_CLASSES = 5;

/** Precision-recall curves, a chart per class; of two classes that of the smaller one. */
export function precisionRecallCharts(report: SweepReport): readonly Chart[] {
  const { scores, sweep } = report;
  const { validation } = sweep.dataset.support;
  const rows = validation.reduce((sum, count) => sum + count, 0);
  return shownClasses(scores).map((index) => {
    const own = scores[0]?.classes[index];
    return precisionRecallChart({
      title: `${shorten(own?.name ?? '', 40)}${own?.rare === true ? ' ◆' : ''}`,
      rows: own?.rows ?? 0,
      share: (own?.rows ?? 0) / rows,
      lines: scores.map((view) => ({
        name: shownName(view, report),
        isBaseline: view.isCrossEntropy,
        averagePrecision: view.classes[index]?.averagePrecision ?? null,
        precisions: view.classes[index]?.precisions ?? [],
      })),
    });
  });
}

function shownClasses([first]: readonly ScoreView[]): readonly number[] {
  const classes = first?.classes ?? [];
  const measured = classes.flatMap(({ precisions }, index) => (precisions.length === 0 ? [] : [index]));
  if (classes.length === 2) return measured.filter((index) => index === 1);
  const worth = (index: number): number =>
    Number(classes[index]?.rare === true) - (classes[index]?.averagePrecision ?? 0);
  return measured.toSorted((a, b) => worth(b) - worth(a)).slice(0, MOST_CLASSES);
}

/** The reliability of both configurations; null where no logits are stored. */
export function reliabilityOf(report: SweepReport): Chart | null {
  const { scores } = report;
  if (scores.length === 0) return null;
  return reliabilityChart(
    scores.map((view) => ({
      name: shownName(view, report),
      isBaseline: view.isCrossEntropy,
      ece: view.ece,
      bins: view.bins,
    })),
  );
}
