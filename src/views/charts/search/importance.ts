import * as Plot from '@observablehq/plot';
import { percent } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';
import { shorten, shortNames } from '../label.js';

export interface ImportanceBar {
  readonly name: string;
  readonly share: number;
  readonly isPair: boolean;
}

const ROW_HEIGHT = 26;
const MARGIN = 36;

/** How much of the metric's variance each axis explains, and each pair beyond its two axes. */
export function importanceChart(metric: string, bars: readonly ImportanceBar[], between: string): Chart {
  const ordered = bars.toSorted((a, b) => b.share - a.share);
  const names = shortNames(
    ordered.map(({ name }) => name),
    22,
  );
  const name = (_bar: ImportanceBar, index: number): string => names[index] ?? '';
  const shareOf = ({ share }: ImportanceBar): string => percent(share, 1);
  const top = ordered[0];
  return drawChart({
    title: `Importance for ${metric}`,
    caption:
      top === undefined
        ? 'The grid has no axis with more than one value.'
        : `Share of the variance of ${metric} between ${between}: ${shorten(top.name, 40)} explains most (${shareOf(top)}). Lighter bars: what two axes explain together beyond each alone.`,
    plot: {
      width: 360,
      height: 2 * MARGIN + ordered.length * ROW_HEIGHT,
      marginLeft: 150,
      marginRight: 40,
      marginTop: 12,
      marginBottom: MARGIN,
      x: {
        domain: [0, Math.max(0.01, ...ordered.map(({ share }) => share))],
        label: 'share of variance →',
        labelOffset: 34,
        percent: false,
        tickFormat: '.0%',
        ticks: 3,
      },
      y: { domain: names, label: null, tickSize: 0, padding: 0.25 },
      marks: [
        Plot.barX(ordered, {
          x: 'share',
          y: name,
          fill: COLOR.best,
          fillOpacity: ({ isPair }: ImportanceBar) => (isPair ? 0.45 : 1),
          rx: 2,
        }),
        Plot.text(ordered, { x: 'share', y: name, text: shareOf, dx: 6, textAnchor: 'start', fontSize: 11 }),
      ],
    },
  });
}
