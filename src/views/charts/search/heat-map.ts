import * as Plot from '@observablehq/plot';
import type { Interval } from '../../../sweep.js';
import { figure } from '../../../wording/numbers.js';
import { type Chart, COLOR, cellInk, cellOpacity, drawChart } from '../chart.js';
import { shortValue, shortValues, textWidth } from '../label.js';

export interface HeatCell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** A metric over two axes of the search space. */
export interface HeatMap {
  readonly title: string;
  readonly metric: string;
  readonly rowAxis: string;
  readonly columnAxis: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly HeatCell[];
  /** Of the colours; the same for all maps that are compared. */
  readonly range: Interval;
}

const ROW_NAME_LENGTH = 26;
const COLUMN_NAME_LENGTH = 14;
const CELL_WIDTH = 62;
const CELL_HEIGHT = 34;
const MARGIN_TOP = 26;
const MARGIN_BOTTOM = 38;

/** A heat map with its numbers in the cells. */
export function heatMapChart(map: HeatMap): Chart {
  const rows = shortValues(map.rows, ROW_NAME_LENGTH);
  const columns = shortValues(map.columns, COLUMN_NAME_LENGTH);
  const marginLeft = 30 + Math.max(...rows.map(textWidth));
  const cells = map.cells.filter(({ value }) => Number.isFinite(value));
  const best = cells.reduce<HeatCell | undefined>(
    (top, cell) => (top && top.value >= cell.value ? top : cell),
    undefined,
  );
  const share = ({ value }: HeatCell): number =>
    map.range.high > map.range.low ? (value - map.range.low) / (map.range.high - map.range.low) : 0.5;
  const x = (cell: HeatCell): string => columns[cell.column] ?? '';
  const y = (cell: HeatCell): string => rows[cell.row] ?? '';
  return drawChart({
    title: map.title,
    caption: caption(map, cells, best),
    plot: {
      width: Math.max(360, Math.min(600, marginLeft + 8 + columns.length * CELL_WIDTH)),
      height: MARGIN_TOP + MARGIN_BOTTOM + rows.length * CELL_HEIGHT,
      marginLeft,
      marginTop: MARGIN_TOP,
      marginBottom: MARGIN_BOTTOM,
      marginRight: 8,
      x: { domain: columns, label: `${map.columnAxis} →`, labelAnchor: 'center', tickSize: 0, padding: 0.04 },
      y: { domain: rows, label: map.rowAxis, tickSize: 0, padding: 0.06 },
      marks: [
        Plot.cell(cells, {
          x,
          y,
          fill: COLOR.best,
          fillOpacity: (cell: HeatCell) => cellOpacity(share(cell)),
          rx: 3,
        }),
        Plot.cell(best === undefined ? [] : [best], { x, y, stroke: COLOR.ink, strokeWidth: 2, rx: 3 }),
        Plot.text(cells, {
          x,
          y,
          text: (cell: HeatCell) => figure(cell.value),
          fill: (cell: HeatCell) => cellInk('best', cellOpacity(share(cell))),
          fontSize: 11,
        }),
      ],
    },
  });
}

function caption(map: HeatMap, cells: readonly HeatCell[], best: HeatCell | undefined): string {
  if (best === undefined) return `No run of this part of the grid has finished.`;
  const name = (names: readonly string[], index: number): string => shortValue(names[index] ?? '', 40);
  const worst = Math.min(...cells.map(({ value }) => value));
  return `Mean ${map.metric} from ${figure(worst)} to ${figure(best.value)}; highest at ${map.rowAxis} ${name(map.rows, best.row)}, ${map.columnAxis} ${name(map.columns, best.column)} (outlined).`;
}
