import { UserError } from '../../errors.js';
import { numericEncoders } from '../../model/number-preparation.js';
import { type ColumnPreparation, featureNames, type Preparation } from '../../model/preparation.js';
import type { GrowingCells } from './growing-cells.js';
import type { RawRows } from './row-blocks.js';

/** The waiting cells by column, and the texts that codes of categories stand for. */
export interface RawColumns {
  readonly cells: ReadonlyMap<string, GrowingCells>;
  readonly categories: ReadonlyMap<string, readonly string[]>;
}

/** Writes the features of waiting rows, row-major, to the bits of training; `placeOf` names a row for errors. */
export type RowEncoder = (block: RawRows, out: Float32Array, placeOf: (row: number) => string) => void;

/** One feature of a column. */
interface CellEncoder {
  readonly column: string;
  readonly cells: GrowingCells;
  readonly encode: (cell: number) => number;
  readonly keepsMissing: boolean;
}

/** What a preparation does, for cells in place of rows of texts. */
export function rowEncoder({ columns }: Preparation, raw: RawColumns): RowEncoder {
  const encoders = columns.flatMap((column) => cellEncoders(column, raw));
  const width = encoders.length;
  return (block, out, placeOf) => {
    encoders.forEach((encoder, feature) => {
      writeFeature(encoder, { ...block, out, width, feature, placeOf });
    });
  };
}

function cellEncoders(column: ColumnPreparation, { cells: all, categories }: RawColumns): CellEncoder[] {
  const cells = all.get(column.column) as GrowingCells;
  if (column.kind === 'numeric') {
    const keepsMissing = column.keepsMissing === true;
    return numericEncoders(column).map((encode) => ({
      ...{ column: column.column, cells, encode, keepsMissing },
    }));
  }
  const places = new Map(column.categories.map((text, place) => [text, place]));
  const texts = categories.get(column.column) ?? [];
  const placeOf = Int32Array.from(texts, (text) => places.get(text) ?? -1);
  const known = (cell: number): number => placeOf[cell] ?? -1;
  const own = { column: column.column, cells, keepsMissing: column.isCoded === true };
  if (column.isCoded) {
    return [{ ...own, encode: (cell) => (known(cell) < 0 ? Number.NaN : known(cell)) }];
  }
  return featureNames(column).map((_, at) => ({
    ...own,
    // The last may be for what is unknown.
    encode: (cell) => Number(known(cell) === (at < column.categories.length ? at : -1)),
  }));
}

interface FeatureTarget extends RawRows {
  readonly out: Float32Array;
  readonly width: number;
  readonly feature: number;
  readonly placeOf: (row: number) => string;
}

function writeFeature(
  { cells, encode, keepsMissing, column }: CellEncoder,
  { from, rows, out, width, feature, placeOf }: FeatureTarget,
): void {
  const { values } = cells;
  for (let row = 0, at = feature; row < rows; row++, at += width) {
    const value = Math.fround(encode(values[from + row] as number));
    if (!Number.isFinite(value) && !(keepsMissing && Number.isNaN(value))) {
      throw new UserError(
        'the value is so far from the training rows that float32 cannot hold it once it is scaled',
        { where: `${placeOf(from + row)}, column "${column}"`, fix: 'Correct the value.' },
      );
    }
    out[at] = value;
  }
}
