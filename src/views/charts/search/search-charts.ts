import { baselineWords } from '../../../analysis/baseline-words.js';
import type { AxisValue, GridMap, SpaceGrid } from '../../../analysis/findings/findings.js';
import { knobLabel, valueLabel } from '../../../analysis/point-label.js';
import type { Configuration } from '../../../analysis/ranking/configuration.js';
import type { SweepReport } from '../../../analysis/report.js';
import { knobValue } from '../../../knobs/knob-value.js';
import type { Metric } from '../../../metric.js';
import type { Chart } from '../chart.js';
import { shortValue } from '../label.js';
import { distributionChart } from './distribution.js';
import { heatMapChart } from './heat-map.js';
import { historyChart } from './history.js';
import { importanceChart } from './importance.js';
import { parallelChart } from './parallel-coordinates.js';
import { sliceChart } from './slice.js';
import { type TimelineBar, timelineChart } from './timeline.js';

/** Parallel coordinates over the axes, the space first where there are several; null if nothing varies. */
export function parallel({ axes, spaces, configurations, best, baseline, sweep }: SweepReport): Chart | null {
  const names = spaces.map(({ space }) => space);
  const isSeveral = names.length > 1;
  if (axes.length === 0 && !isSeveral) return null;
  return parallelChart({
    metric: sweep.metric.name,
    baseline: baselineWords(sweep).noun,
    axes: [
      ...(isSeveral ? [{ name: 'space', levels: names }] : []),
      ...axes.map(({ knob, labels }) => ({ name: knob, levels: labels })),
    ],
    lines: configurations.map((item) => ({
      label: item.label,
      levels: [
        ...(isSeveral ? [names.indexOf(item.space ?? '')] : []),
        ...axes.map(({ knob, labels }) => labels.indexOf(knobLabel(item.config, knob))),
      ],
      metric: item.ranked.mean,
      role: item === best ? 'best' : item === baseline ? 'baseline' : 'other',
      isTied: item.isTied,
    })),
  });
}

/** Importance of the axes of each space, then a slice for each. */
export function axisCharts({ grids, configurations, sweep, race }: SweepReport): readonly Chart[] {
  const isRaced = race !== null && race.dropped.length > 0;
  return grids.flatMap((grid) =>
    gridCharts(
      grid,
      configurations.filter(({ space }) => space === grid.space),
      { metric: sweep.metric, isRaced },
    ),
  );
}

function gridCharts(
  { space, axes, importance }: SpaceGrid,
  configurations: readonly Configuration[],
  { metric, isRaced }: { readonly metric: Metric; readonly isRaced: boolean },
): readonly Chart[] {
  if (importance === null || importance.axes.length === 0) return [];
  const orderOf = (knob: string) => axes.find((axis) => axis.knob === knob)?.labels ?? [];
  const bars = [
    ...importance.axes.map(({ knob, share }) => ({ name: knob, share, isPair: false })),
    ...importance.pairs.map(({ knobs, share }) => ({ name: knobs.join(' × '), share, isPair: true })),
  ];
  const slices = importance.axes.map(({ knob, values, matters }) =>
    sliceChart({
      axis: knob,
      metric,
      matters,
      levels: inOrder(values, orderOf(knob)).map(({ value, range: part, ...level }) => ({
        ...level,
        configurations: configurations
          .filter(({ config }) => {
            const own = knobValue(config, knob);
            return part === undefined
              ? valueLabel(own) === valueLabel(value)
              : Number(own) >= part.low && Number(own) <= part.high;
          })
          .map(({ ranked }) => ranked.mean),
      })),
    }),
  );
  return [
    importanceChart(
      metric.name,
      bars,
      isRaced ? 'configurations that the search has left' : 'configurations',
    ),
    ...slices,
  ].map((chart) => titled(chart, space));
}

/** A chart whose title begins with the space that it is of. */
function titled(chart: Chart, space: string | null): Chart {
  return space === null ? chart : { ...chart, title: `${space}: ${chart.title}` };
}

function inOrder(values: readonly AxisValue[], order: readonly string[]): readonly AxisValue[] {
  return values.toSorted((a, b) => order.indexOf(a.label) - order.indexOf(b.label));
}

/** The distribution of the metric, and its course over time. */
export function courseCharts({ configurations, baseline, sweep, course }: SweepReport): readonly Chart[] {
  const { metric } = sweep;
  return [
    distributionChart(
      metric.name,
      configurations.map(({ ranked }) => ranked.mean),
      baseline && { name: baselineWords(sweep).noun, value: baseline.ranked.mean },
    ),
    historyChart(metric, course),
  ];
}

/** Heat maps of both metrics and each space, a row of pictures for each. */
export function mapCharts({ grids }: SweepReport): readonly (readonly Chart[])[] {
  return grids.flatMap(({ space, maps }) =>
    maps.map((map) => map.panels.map((panel) => titled(mapChart(map, panel), space))),
  );
}

function mapChart(
  { metric, rows, columns, panelKnob, range }: GridMap,
  { level, cells }: GridMap['panels'][number],
): Chart {
  return heatMapChart({
    title:
      level === null || panelKnob === null ? metric : `${metric} at ${panelKnob} ${shortValue(level, 26)}`,
    metric,
    rowAxis: rows.knob,
    columnAxis: columns.knob,
    rows: rows.labels,
    columns: columns.labels,
    cells,
    range,
  });
}

/** Which worker trained which run, and when; null for sweeps whose attempts are not recorded. */
export function workerTimeline({ timeline }: SweepReport): Chart | null {
  if (timeline.length === 0) return null;
  return timelineChart(
    timeline.map((entry) => ({
      worker: entry.worker,
      startS: entry.startMs / 1000,
      endS: (entry.endMs ?? entry.startMs) / 1000,
      end: endOf(entry),
    })),
  );
}

function endOf({ endMs, finished, failed }: SweepReport['timeline'][number]): TimelineBar['end'] {
  if (finished) return 'finished';
  return endMs === null || failed ? 'failed' : 'paused';
}
