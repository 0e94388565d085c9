import * as Plot from '@observablehq/plot';
import { counted } from '../../../wording/counted.js';
import { figure, percent } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';

/** The curve of one configuration. */
export interface PrecisionRecallLine {
  readonly name: string;
  readonly isBaseline: boolean;
  /** Null where it was not measured. */
  readonly averagePrecision: number | null;
  /** At recalls from 0 to 1, evenly spaced. */
  readonly precisions: readonly number[];
}

/** One class against the rest. */
export interface PrecisionRecall {
  readonly title: string;
  readonly rows: number;
  /** Share of the rows that are of the class: what any threshold has if rows are ranked by chance. */
  readonly share: number;
  readonly lines: readonly PrecisionRecallLine[];
}

/** Precision against recall of a class, over all thresholds. */
export function precisionRecallChart({ title, rows, share, lines }: PrecisionRecall): Chart {
  return drawChart({
    title,
    caption: `Average precision: ${lines.map(lineText).join(', ')}. ${counted(rows, 'row')}, ${percent(share, 1)}.`,
    plot: {
      width: 380,
      height: 250,
      marginLeft: 40,
      marginRight: 12,
      marginBottom: 34,
      marginTop: 22,
      x: { label: 'recall →', labelAnchor: 'center', ticks: 5, domain: [0, 1] },
      y: { label: '↑ precision', ticks: 5, domain: [0, 1] },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.ruleY([share], { stroke: COLOR.muted, strokeDasharray: '4 3' }),
        ...lines.map(({ precisions, isBaseline }) =>
          Plot.line(precisions, {
            x: (_, at) => at / (precisions.length - 1),
            y: (precision) => precision,
            stroke: isBaseline ? COLOR.baseline : COLOR.best,
            strokeWidth: isBaseline ? 1.6 : 2.2,
          }),
        ),
      ],
    },
  });
}

function lineText({ name, averagePrecision }: PrecisionRecallLine): string {
  return `${name} ${averagePrecision === null ? 'not measured' : figure(averagePrecision)}`;
}
