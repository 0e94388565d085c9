import { valueLabel } from '../point-label.js';
import type { Configuration, SweepReport } from '../report.js';
import type { Interval, ParameterPoint } from '../../sweep.js';
import type { Chart } from '../../views/charts/chart.js';
import { heatMapChart } from '../../views/charts/search/heat-map.js';
import { shortValue } from '../../views/charts/label.js';
import { varyingKnobs } from '../../views/html/report/ranking-table.js';

type Knob = keyof ParameterPoint;
type MapMetric = 'macro_f1' | 'rare_recall';

/** More panels than this are left to the slices. */
const MOST_PANELS = 8;
/** Longer axes (random search) make no map. */
const MOST_LEVELS = 16;

interface Layout {
  readonly row: Knob;
  readonly column: Knob;
  readonly panel: Knob | undefined;
}

/** Heat maps of both metrics: α × γ per learning rate, or the two most important axes where the sweep has others. */
export function gridMaps(report: SweepReport): readonly (readonly Chart[])[] {
  const layout = mapLayout(report);
  if (layout === null) return [];
  return (['macro_f1', 'rare_recall'] as const).map((metric) =>
    metricMaps(report.configurations, layout, metric),
  );
}

function mapLayout({ configurations, importance }: SweepReport): Layout | null {
  const order = importance?.axes.map(({ knob }) => knob) ?? [];
  const rank = (knob: Knob): number => (order.includes(knob) ? order.indexOf(knob) : order.length);
  const knobs = varyingKnobs(configurations)
    .filter((knob) => levels(configurations, knob).length <= MOST_LEVELS)
    .toSorted((a, b) => rank(a) - rank(b));
  const preferred = (['alpha', 'gamma'] as const).filter((knob) => knobs.includes(knob));
  const rest = knobs.filter(
    (knob) => !(preferred as readonly Knob[]).includes(knob) && knob !== 'learning_rate',
  );
  const fallback = knobs.includes('learning_rate') ? (['learning_rate'] as const) : [];
  const [row, column] = [...preferred, ...rest, ...fallback];
  if (row === undefined || column === undefined) return null;
  const panel = knobs.find((knob) => knob === 'learning_rate' && knob !== row && knob !== column);
  return { row, column, panel };
}

/** The values of a knob in natural order: numbers rising, others as they come. */
export function levels(configurations: readonly Configuration[], knob: Knob): readonly string[] {
  const values = configurations.map(({ config }) => config[knob]);
  const labels = [...new Set(values.map(valueLabel))];
  const numeric = new Map(
    values.map((value) => [valueLabel(value), typeof value === 'number' ? value : Number.NaN]),
  );
  const key = (label: string): number => numeric.get(label) ?? Number.NaN;
  return labels.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    if (Number.isNaN(left) || Number.isNaN(right)) {
      return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || (a < b ? -1 : 1);
    }
    return left - right;
  });
}

function metricMaps(
  configurations: readonly Configuration[],
  { row, column, panel }: Layout,
  metric: MapMetric,
): readonly Chart[] {
  const rows = levels(configurations, row);
  const columns = levels(configurations, column);
  const panels = panel === undefined ? [null] : levels(configurations, panel).slice(0, MOST_PANELS);
  const maps = panels.map((level) => {
    const inPanel = configurations.filter(
      ({ config }) => panel === undefined || level === null || valueLabel(config[panel]) === level,
    );
    const cells = rows.flatMap((rowLabel, y) =>
      columns.flatMap((columnLabel, x) => {
        const inCell = inPanel.filter(
          ({ config }) => valueLabel(config[row]) === rowLabel && valueLabel(config[column]) === columnLabel,
        );
        return inCell.length === 0 ? [] : [{ row: y, column: x, value: mean(inCell, metric) }];
      }),
    );
    return { level, cells };
  });
  const range = valueRange(maps.flatMap(({ cells }) => cells.map(({ value }) => value)));
  return maps.map(({ level, cells }) =>
    heatMapChart({
      title:
        level === null || panel === undefined ? metric : `${metric} at ${panel} ${shortValue(level, 26)}`,
      metric,
      rowAxis: row,
      columnAxis: column,
      rows,
      columns,
      cells,
      range,
    }),
  );
}

function mean(configurations: readonly Configuration[], metric: MapMetric): number {
  return configurations.reduce((sum, { metrics }) => sum + metrics[metric].mean, 0) / configurations.length;
}

function valueRange(values: readonly number[]): Interval {
  const finite = values.filter(Number.isFinite);
  return { low: Math.min(...finite), high: Math.max(...finite) };
}
