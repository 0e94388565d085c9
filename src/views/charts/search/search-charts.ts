import { valueLabel } from '../../../analysis/point-label.js';
import type { AxisValue, SweepReport } from '../../../analysis/report.js';
import type { Chart } from '../chart.js';
import { distributionChart } from './distribution.js';
import { historyChart } from './history.js';
import { importanceChart } from './importance.js';
import { parallelChart } from './parallel-coordinates.js';
import { sliceChart } from './slice.js';
import { timelineChart } from './timeline.js';
import { levels } from '../../../analysis/findings/grid-maps.js';
import { varyingKnobs } from '../../html/report/ranking-table.js';

/** Parallel coordinates over the axes; null where nothing varies. */
export function parallel({ configurations, best, baseline, sweep }: SweepReport): Chart | null {
  const axes = varyingKnobs(configurations).map((knob) => ({ knob, levels: levels(configurations, knob) }));
  if (axes.length === 0) return null;
  return parallelChart({
    metric: sweep.metric.name,
    axes: axes.map(({ knob, levels }) => ({ name: knob, levels })),
    lines: configurations.map((item) => ({
      label: item.label,
      levels: axes.map(({ knob, levels }) => levels.indexOf(valueLabel(item.config[knob]))),
      metric: item.ranked.mean,
      role: item === best ? 'best' : item === baseline ? 'baseline' : 'other',
      isTied: item.isTied,
    })),
  });
}

/** Importance of the axes, then a slice for each. */
export function axisCharts({ importance, configurations, sweep }: SweepReport): readonly Chart[] {
  if (importance === null || importance.axes.length === 0) return [];
  const metric = sweep.metric.name;
  const bars = [
    ...importance.axes.map(({ knob, share }) => ({ name: knob as string, share, isPair: false })),
    ...importance.pairs.map(({ knobs, share }) => ({ name: knobs.join(' × '), share, isPair: true })),
  ];
  const slices = importance.axes.map(({ knob, values, matters }) =>
    sliceChart({
      axis: knob,
      metric,
      matters,
      levels: inOrder(values, levels(configurations, knob)).map(({ value, ...level }) => ({
        ...level,
        configurations: configurations
          .filter(({ config }) => valueLabel(config[knob]) === valueLabel(value))
          .map(({ ranked }) => ranked.mean),
      })),
    }),
  );
  return [importanceChart(metric, bars), ...slices];
}

function inOrder(values: readonly AxisValue[], order: readonly string[]): readonly AxisValue[] {
  return values.toSorted((a, b) => order.indexOf(a.label) - order.indexOf(b.label));
}

/** How the metric is distributed, and how it came about over time. */
export function courseCharts({ configurations, baseline, sweep, timeline }: SweepReport): readonly Chart[] {
  const { metric } = sweep;
  const values = new Map(
    configurations.flatMap(({ runs }) =>
      runs.map((run) => [run.runId, run.validation[metric.name]] as const),
    ),
  );
  const finished = timeline
    .flatMap(({ runId, endMs, failed }) => (endMs === null || failed ? [] : [{ runId, endMs }]))
    .toSorted((a, b) => a.endMs - b.endMs)
    .flatMap(({ runId }) => values.get(runId) ?? []);
  return [
    distributionChart(
      metric.name,
      configurations.map(({ ranked }) => ranked.mean),
      baseline?.ranked.mean ?? null,
    ),
    historyChart(metric, finished.length > 0 ? finished : [...values.values()]),
  ];
}

/** Who trained what, when; null for sweeps whose attempts are not recorded. */
export function workerTimeline({ timeline }: SweepReport): Chart | null {
  if (timeline.length === 0) return null;
  return timelineChart(
    timeline.map(({ worker, startMs, endMs, failed }) => ({
      worker,
      startS: startMs / 1000,
      endS: (endMs ?? startMs) / 1000,
      isComplete: endMs !== null && !failed,
    })),
  );
}
