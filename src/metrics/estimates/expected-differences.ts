import { average, variancesApart } from '../noise/row-noise.js';
import { dot, symmetric } from './cholesky.js';
import { areEnough, type Fit, fitTo, type SimilarTrials, spreadOf, truthModels } from './similar-trials.js';

/** The matrices of all trials together have as many rows. */
const MOST_TRIALS = 300;
/** A model that is so much less likely than the likeliest one counts for nothing. */
const LEAST_WEIGHT = 1e-3;

/** A true difference as it is expected, with its standard error. */
export interface ExpectedDifference {
  readonly mean: number;
  readonly error: number;
}

/** A trial that others are compared with. */
export interface ReferenceTrial {
  readonly mean: number;
  readonly deviations: Float64Array;
}

/**
 * How much more each trial has in truth than a reference that is none of them, given what similar ones have: as `expectedMeans` says it, but with
 * the noise that trials share, and over all models by their likelihood, so that the error holds what is not known of them. The reference is
 * what it is measured to be: nothing is similar to it. By the trials of all spaces in their order; null where there are very few trials or very
 * many, and where a mean is missing.
 */
export function expectedDifferences(
  spaces: readonly SimilarTrials[],
  reference: ReferenceTrial,
): readonly ExpectedDifference[] | null {
  const means = [...spaces.flatMap((space) => space.means), reference.mean];
  if (!areEnough(spaces) || !Number.isFinite(reference.mean) || means.length > MOST_TRIALS) return null;
  const deviations = [...spaces.flatMap((space) => space.deviations), reference.deviations];
  const draws = reference.deviations.length;
  const noise = symmetric(
    means.length,
    (a, b) => dot(deviations[a] as Float64Array, deviations[b] as Float64Array) / draws,
  );
  const levels = [...spaces.flatMap((space, level) => space.means.map(() => level)), spaces.length];
  // By luck means may lie closer together than noise alone puts them, and then say nothing of how far true values do.
  const own = average(
    variancesApart(
      deviations.map((each) => ({ deviations: each })),
      draws,
    ),
  );
  const fits: Fit[] = [];
  for (const { kernels, scale } of truthModels(spaces, Math.max(spreadOf(spaces), own))) {
    const kernel = blocks([...kernels, Float64Array.of(1)], levels);
    const fit = fitTo({ means, noise, levels, kernel }, scale);
    if (fit !== null) fits.push(fit);
  }
  const most = Math.max(...fits.map(({ logLikelihood }) => logLikelihood));
  const weighed = fits
    .map((fit) => ({ fit, weight: Math.exp(fit.logLikelihood - most) }))
    .filter(({ weight }) => weight > LEAST_WEIGHT);
  if (weighed.length === 0) return null;
  return means.slice(0, -1).map((_, trial) => mixed(weighed, trial, means.length - 1));
}

interface WeighedFit {
  readonly fit: Fit;
  readonly weight: number;
}

function mixed(fits: readonly WeighedFit[], trial: number, reference: number): ExpectedDifference {
  let [total, sum, squares] = [0, 0, 0];
  for (const { fit, weight } of fits) {
    const difference = (fit.expected[trial] as number) - (fit.expected[reference] as number);
    total += weight;
    sum += weight * difference;
    squares += weight * (difference ** 2 + fit.variance(trial, reference));
  }
  const mean = sum / total;
  return { mean, error: Math.sqrt(Math.max(0, squares / total - mean ** 2)) };
}

/** One matrix of all levels, which have nothing in common. */
function blocks(kernels: readonly Float64Array[], levels: readonly number[]): Float64Array {
  const first = kernels.map((_, level) => levels.indexOf(level));
  return symmetric(levels.length, (a, b) => {
    const level = levels[a] as number;
    if (level !== levels[b]) return 0;
    const start = first[level] as number;
    const kernel = kernels[level] as Float64Array;
    return kernel[(a - start) * Math.sqrt(kernel.length) + b - start] as number;
  });
}
