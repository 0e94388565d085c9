import * as Plot from '@observablehq/plot';
import { figure, hundredths, signed } from '../../../wording/numbers.js';
import { type Chart, COLOR, cellInk, cellOpacity, drawChart } from '../chart.js';
import { shorten, shortNames, wordList } from '../label.js';

/** Shares of each true class's rows by predicted class, or the difference of two such matrices. */
export interface ConfusionPicture {
  readonly title: string;
  readonly kind: 'shares' | 'difference';
  readonly classNames: readonly string[];
  /** classes × classes, true class by row; shares in [0, 1], differences in [−1, 1]. */
  readonly matrix: readonly (readonly number[])[];
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

const NAME_LENGTH = 12;
/** Larger matrices show the classes with the largest errors or changes. */
const MOST_CLASSES = 40;
/** With more classes, cells are too small for figures. */
const MOST_FIGURES = 24;
const MARGIN = 100;
/** Room for the last slanted name, which reaches over the edge. */
const MARGIN_RIGHT = 44;

/** A confusion matrix in per cent of the true class. */
export function confusionChart(picture: ConfusionPicture): Chart {
  const shown = shownClasses(picture);
  const names = shortNames(
    shown.map((index) => picture.classNames[index] ?? ''),
    NAME_LENGTH,
  );
  const cells = shown.flatMap((row, y) =>
    shown.flatMap((column, x): readonly Cell[] => {
      const value = picture.matrix[row]?.[column] ?? 0;
      return hundredths(Math.abs(value)) === 0 ? [] : [{ row: y, column: x, value }];
    }),
  );
  const size = Math.max(18, Math.min(44, 460 / Math.max(1, shown.length)));
  const side = size * shown.length;
  const x = (cell: Cell): string => names[cell.column] ?? '';
  const y = (cell: Cell): string => names[cell.row] ?? '';
  // The colour scale of shares ends at 1, that of changes at the largest one.
  const difference = picture.kind === 'difference';
  const strongest = difference ? Math.max(0.05, ...cells.map(({ value }) => Math.abs(value))) : 1;
  const opacity = ({ value }: Cell): number => cellOpacity(Math.abs(value) / strongest);
  return drawChart({
    title: picture.title,
    caption: caption(picture, shown),
    plot: {
      width: MARGIN + side + MARGIN_RIGHT,
      height: MARGIN + side + 8,
      marginLeft: MARGIN,
      marginTop: MARGIN,
      marginRight: MARGIN_RIGHT,
      marginBottom: 8,
      x: { domain: names, padding: 0.05 },
      y: { domain: names, padding: 0.05 },
      marks: [
        Plot.axisX({
          anchor: 'top',
          label: null,
          tickRotate: -55,
          tickSize: 0,
        }),
        Plot.axisY({ label: null, tickSize: 0 }),
        Plot.frame({ stroke: COLOR.faint }),
        Plot.cell(cells, {
          x,
          y,
          fill: ({ value }: Cell) => (value < 0 ? COLOR.baseline : COLOR.best),
          fillOpacity: opacity,
          rx: 1.5,
        }),
        Plot.text(shown.length > MOST_FIGURES ? [] : cells, {
          x,
          y,
          text: (cell: Cell) => cellText(cell.value, difference),
          fill: (cell: Cell) => cellInk(cell.value < 0 ? 'baseline' : 'best', opacity(cell)),
          fontSize: 8.5,
        }),
      ],
    },
  });
}

function cellText(value: number, isSigned: boolean): string {
  return (isSigned ? signed : figure)(hundredths(value), 0);
}

/** Class indices, in class order. */
function shownClasses({ classNames, matrix, kind }: ConfusionPicture): readonly number[] {
  const all = classNames.map((_name, index) => index);
  if (all.length <= MOST_CLASSES) return all;
  const interest = (index: number): number => {
    const own = matrix[index]?.[index] ?? 0;
    return kind === 'difference' ? Math.abs(own) : 1 - own;
  };
  return all
    .toSorted((a, b) => interest(b) - interest(a) || a - b)
    .slice(0, MOST_CLASSES)
    .toSorted((a, b) => a - b);
}

function caption(picture: ConfusionPicture, shown: readonly number[]): string {
  const { classNames, matrix, kind, title } = picture;
  const name = (index: number): string => shorten(classNames[index] ?? '', 40);
  const offDiagonal = matrix.flatMap((row, truth) =>
    row.flatMap((value, predicted) =>
      truth === predicted || value === 0 ? [] : [{ truth, predicted, value }],
    ),
  );
  const left =
    shown.length < classNames.length
      ? ` Only the ${shown.length} classes with the largest ${kind === 'difference' ? 'changes' : 'errors'} are drawn.`
      : '';
  const top = offDiagonal.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 3);
  const pairs = wordList(
    top.map(
      ({ truth, predicted, value }) =>
        `${name(truth)} predicted as ${name(predicted)} (${cellText(value, kind === 'difference')}${kind === 'difference' ? ' points' : ' %'})`,
    ),
  );
  const intro =
    kind === 'difference'
      ? `${title}, in percentage points of the true class: blue is higher, orange is lower; blue on the diagonal is better.`
      : 'Per cent of each true class (row) by predicted class (column); the diagonal is recall.';
  const mistakes = kind === 'difference' ? 'Largest changes in mistakes' : 'Most common mistakes';
  return `${intro}${top.length === 0 ? '' : ` ${mistakes}: ${pairs}.`}${left}`;
}
