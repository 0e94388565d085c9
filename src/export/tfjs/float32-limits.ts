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
function roundingOf({ scaling, quantiles, logarithm, bins }: NumericPreparation): number {
  if (scaling === undefined) return 0;
  const [least = 0, greatest = 0] = [quantiles?.[0], quantiles?.at(-1)];
  // A logarithm has a small rounding of its own, whatever the size of the number.
  const ofScaled = logarithm ? 0 : rounding(scaling.mean) / scaling.sd;
  const ofNumber =
    quantiles === undefined
      ? ofScaled
      : rounding(Math.max(Math.abs(least), Math.abs(greatest))) / (greatest - least);
  const ofBins = (bins ?? []).slice(1).map((to, at) => {
    const from = bins?.[at] as number;
    return (ofNumber + rounding(Math.max(Math.abs(from), Math.abs(to)))) / (to - from);
  });
  return Math.max(ofNumber, ...ofBins);
}

/** At most half the distance of neighbouring numbers. */
function rounding(value: number): number {
  return Math.abs(value) * 2 ** -24;
}
