import type { DataKnobs } from '../../knobs/data-knobs.js';
import {
  type NumericPreparation,
  numberEncoder,
  type Scaling,
  signedLogarithm,
} from '../../model/number-preparation.js';
import type { NumericColumn } from '../read/table.js';
import { isConstant, momentsOf } from './moments.js';
import { type LabeledNumbers, targetEdges } from './target-bins.js';

/** As many as scikit-learn's QuantileTransformer takes. */
const MOST_QUANTILES = 1000;
/** A skewness above it is a long tail: that of the exponential distribution is 2. */
const LONG_TAIL = 1;

const UNSCALED: Scaling = { mean: 0, rest: 0, sd: 1 };

/** Fits the preparation of a column of numbers to its training rows, NaN where a value is missing; their labels decide target bins. */
export function fitNumbers(
  column: NumericColumn,
  { values: training, labels }: LabeledNumbers,
  knobs: DataKnobs,
): NumericPreparation {
  const present = column.missing > 0 ? training.filter((value) => !Number.isNaN(value)) : training;
  const median = column.missing > 0 ? medianOf(present) : 0;
  const filled =
    present.length < training.length
      ? training.map((value) => (Number.isNaN(value) ? median : value))
      : training;
  const moments = momentsOf(filled);
  const preparation = {
    kind: 'numeric' as const,
    column: column.name,
    ...(column.notation !== undefined && { notation: column.notation }),
    fill: column.missing > 0 ? median : moments.mean,
    missingIndicator: present.length > 0 && present.length < training.length,
    ...(knobs.model === 'trees' && { keepsMissing: true as const }),
  };
  if (isConstant(moments, filled.length)) return preparation;
  const scaled = { ...preparation, ...fitScaling({ present, filled, moments }, knobs.normalize) };
  const bins = fitBins(scaled, { values: training, labels }, knobs.encode_numbers);
  return bins === undefined ? scaled : { ...scaled, bins };
}

/** The training rows of a column that vary. */
interface Values {
  /** Those that are not missing. */
  readonly present: Float64Array;
  readonly filled: Float64Array;
  /** Of the filled ones. */
  readonly moments: Scaling;
}

type FittedScaling = Pick<NumericPreparation, 'logarithm' | 'quantiles'> & { readonly scaling: Scaling };

function fitScaling({ present, filled, moments }: Values, normalize: DataKnobs['normalize']): FittedScaling {
  switch (normalize) {
    case 'none':
      return { scaling: UNSCALED };
    case 'robust':
      return { scaling: robustScaling(present.toSorted()) ?? moments };
    case 'quantile':
      return {
        scaling: UNSCALED,
        quantiles: quantilesOf(present.toSorted(), Math.min(present.length, MOST_QUANTILES) - 1),
      };
    case 'log1p':
      return hasLongTail(present)
        ? { logarithm: true, scaling: momentsOf(filled.map(signedLogarithm)) }
        : { scaling: moments };
    default:
      return { scaling: moments };
  }
}

/** Undefined where half of the rows have one value, whose range would be 0. */
function robustScaling(sorted: Float64Array): Scaling | undefined {
  const [lower, median, upper] = [1, 2, 3].map((step) => quantileOf(sorted, step, 4));
  const sd = (upper as number) - (lower as number);
  return Number.isFinite(1 / sd) ? { mean: median as number, rest: 0, sd } : undefined;
}

/** No value is negative, and the skewness is large. */
function hasLongTail(values: Float64Array): boolean {
  if (values.some((value) => value < 0)) return false;
  const { mean, sd } = momentsOf(values);
  const cubes = values.reduce((sum, value) => {
    const off = (value - mean) / sd;
    return sum + off * off * off;
  }, 0);
  return cubes / values.length > LONG_TAIL;
}

/**
 * Edges of bins that rise: quantiles of the training rows, or what tells their classes apart; none where scaling leaves one value.
 * Missing values have no part in it.
 */
function fitBins(
  scaled: NumericPreparation,
  { values, labels }: LabeledNumbers,
  encoding: DataKnobs['encode_numbers'],
): readonly number[] | undefined {
  const encode = numberEncoder(scaled);
  if (encoding === 'none' || encode === undefined) return undefined;
  const encoded = values.filter((value) => !Number.isNaN(value)).map(encode);
  const bins = encoding.piecewise_linear;
  const ofPresent = () => labels.filter((_, at) => !Number.isNaN(values[at]));
  const edges =
    encoding.bins === 'target'
      ? targetEdges({ values: encoded, labels: ofPresent() }, bins)
      : [...new Set(quantilesOf(encoded.sort(), bins))];
  return edges.length < 2 ? undefined : edges;
}

/** Quantiles at so many equal steps from 0 to 1, ascending. */
function quantilesOf(sorted: Float64Array, steps: number): number[] {
  const quantiles = Array.from({ length: steps + 1 }, (_, step) => quantileOf(sorted, step, steps));
  let most = Number.NEGATIVE_INFINITY;
  // Rounding may take them out of order.
  return quantiles.map((quantile) => {
    most = Math.max(most, quantile);
    return most;
  });
}

/** The quantile `step / steps`, by linear interpolation as NumPy's; an integer place is exact, so that ties stay ties. */
function quantileOf(sorted: Float64Array, step: number, steps: number): number {
  const place = (step * (sorted.length - 1)) / steps;
  const at = Math.min(Math.floor(place), sorted.length - 2);
  const [below, above] = [sorted[at] as number, sorted[at + 1] as number];
  const part = place - at;
  return part < 0.5 ? below + (above - below) * part : above - (above - below) * (1 - part);
}

function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
