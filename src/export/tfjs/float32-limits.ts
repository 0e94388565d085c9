import type { Model } from '../../model/model.js';
import type { NumericPreparation } from '../../model/number-preparation.js';

/** The largest rounding of a number that changes no digit of a probability that counts, in units of what tells rows apart. */
const MOST = 1e-5;

/** Sentences about columns whose numbers lie so near to each other, for their size, that float32 rounds away what tells them apart. */
export function float32Notes({ members }: Pick<Model, 'members'>): readonly string[] {
  const columns = members.flatMap(({ preparation }) =>
    preparation.columns.flatMap((column) =>
      column.kind === 'numeric' && roundingOf(column) > MOST ? [column.column] : [],
    ),
  );
  return [...new Set(columns)].map(
    (column) =>
      `TensorFlow.js computes in float32, which rounds away what tells the numbers of column "${column}" apart: its probabilities may differ from those of predict.`,
  );
}

/** Of a usual number of the column, by float32: a share of its spread. */
function roundingOf({ scaling, quantiles, logarithm }: NumericPreparation): number {
  // A logarithm has a small rounding of its own, whatever the size.
  if (scaling === undefined || logarithm) return 0;
  const { mean, sd } = scaling;
  if (quantiles === undefined) return rounding(mean) / sd;
  const [least = 0, greatest = 0] = [quantiles[0], quantiles.at(-1)];
  const step = (greatest - least) / (quantiles.length - 1);
  return rounding(Math.max(Math.abs(least), Math.abs(greatest))) / step / quantiles.length;
}

/** At most half the distance of neighbouring numbers. */
function rounding(value: number): number {
  return Math.abs(value) * 2 ** -24;
}
