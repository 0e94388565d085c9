import * as Plot from '@observablehq/plot';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, drawChart } from '../chart.js';

/** The empirical distribution function of a metric over configurations. */
export function distributionChart(
  metric: string,
  values: readonly number[],
  baseline: { readonly name: string; readonly value: number } | null,
): Chart {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  const steps = sorted.map((value, index) => ({ value, share: (index + 1) / sorted.length }));
  const first = steps[0] === undefined ? [] : [{ value: steps[0].value, share: 0 }];
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  const above = baseline === null ? 0 : sorted.filter((value) => value > baseline.value).length;
  const comparison =
    baseline === null
      ? ''
      : ` ${above} of ${sorted.length} lie above ${baseline.name} (${figure(baseline.value)}, orange).`;
  return drawChart({
    title: `Distribution of ${metric}`,
    caption: `Share of configurations up to each ${metric}; the median is ${figure(median)}.${comparison}`,
    plot: {
      width: 360,
      height: 230,
      marginLeft: 46,
      marginBottom: 38,
      x: { label: `${metric} →`, labelAnchor: 'center', nice: true, ticks: 6 },
      y: { label: '↑ share of configurations', domain: [0, 1], tickFormat: '.0%', ticks: 5 },
      marks: [
        Plot.gridY({ stroke: COLOR.faint, strokeOpacity: 1, ticks: 5 }),
        Plot.ruleX(baseline === null ? [] : [baseline.value], { stroke: COLOR.baseline, strokeWidth: 2 }),
        Plot.line([...first, ...steps], {
          x: 'value',
          y: 'share',
          stroke: COLOR.best,
          strokeWidth: 2,
          curve: 'step-after',
        }),
      ],
    },
  });
}
