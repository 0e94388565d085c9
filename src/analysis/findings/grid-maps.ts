import { numberIn } from '../../knobs/knob-value.js';
import type { Interval } from '../../sweep.js';
import { partOf } from '../axis-parts.js';
import { knobLabel } from '../point-label.js';
import type { Configuration } from '../ranking/configuration.js';
import type { GridMap, Importance, KnobLevels } from './findings.js';

/** With more panels than this there is no map; slices show the knobs. */
const MOST_PANELS = 8;
/** Axes with more values have no map; those that were drawn have parts. */
const MOST_LEVELS = 16;

interface Layout {
  readonly rows: KnobLevels;
  readonly columns: KnobLevels;
  readonly panels: KnobLevels | undefined;
}

/** Maps of both metrics: α × γ per learning rate, or the two most important axes if the sweep has others. */
export function gridMaps(
  configurations: readonly Configuration[],
  axes: readonly KnobLevels[],
  importance: Importance | null,
): readonly GridMap[] {
  const layout = mapLayout(axes, importance);
  if (layout === null) return [];
  return (['macro_f1', 'rare_recall'] as const).map((metric) => gridMap(configurations, layout, metric));
}

function mapLayout(axes: readonly KnobLevels[], importance: Importance | null): Layout | null {
  const order = importance?.axes.map(({ knob }) => knob) ?? [];
  const rank = ({ knob }: KnobLevels): number => (order.includes(knob) ? order.indexOf(knob) : order.length);
  const mapped = axes
    .filter(({ labels }) => labels.length <= MOST_LEVELS)
    .toSorted((a, b) => rank(a) - rank(b));
  const isPreferred = ({ knob }: KnobLevels): boolean => knob === 'alpha' || knob === 'gamma';
  const isRate = ({ knob }: KnobLevels): boolean => knob === 'learning_rate';
  const [rows, columns] = [
    ...mapped.filter(isPreferred).toSorted((a, b) => (a.knob < b.knob ? -1 : 1)),
    ...mapped.filter((axis) => !isPreferred(axis) && !isRate(axis)),
    ...mapped.filter(isRate),
  ];
  if (rows === undefined || columns === undefined) return null;
  return { rows, columns, panels: mapped.find((axis) => isRate(axis) && axis !== rows && axis !== columns) };
}

function gridMap(
  configurations: readonly Configuration[],
  { rows, columns, panels }: Layout,
  metric: GridMap['metric'],
): GridMap {
  const keyOf = (level: string | null, row: string, column: string): string =>
    JSON.stringify([level, row, column]);
  const ofCell = new Map<string, Configuration[]>();
  for (const own of configurations) {
    const level = panels === undefined ? null : labelOf(own, panels);
    const key = keyOf(level, labelOf(own, rows), labelOf(own, columns));
    const members = ofCell.get(key);
    if (members === undefined) ofCell.set(key, [own]);
    else members.push(own);
  }
  const levels = panels === undefined ? [null] : panels.labels.slice(0, MOST_PANELS);
  const maps = levels.map((level) => ({
    level,
    cells: rows.labels.flatMap((rowLabel, row) =>
      columns.labels.flatMap((columnLabel, column) => {
        const inCell = ofCell.get(keyOf(level, rowLabel, columnLabel));
        return inCell === undefined ? [] : [{ row, column, value: mean(inCell, metric) }];
      }),
    ),
  }));
  return {
    metric,
    rows,
    columns,
    panelKnob: panels?.knob ?? null,
    panels: maps,
    range: rangeOf(maps.flatMap(({ cells }) => cells.map(({ value }) => value))),
  };
}

function labelOf({ config }: Configuration, { knob, parts }: KnobLevels): string {
  const value = numberIn(config, knob);
  return parts === undefined || value === undefined ? knobLabel(config, knob) : partOf(parts, value).label;
}

function mean(configurations: readonly Configuration[], metric: GridMap['metric']): number {
  return configurations.reduce((sum, { metrics }) => sum + metrics[metric].mean, 0) / configurations.length;
}

function rangeOf(values: readonly number[]): Interval {
  const finite = values.filter(Number.isFinite);
  return { low: Math.min(...finite), high: Math.max(...finite) };
}
