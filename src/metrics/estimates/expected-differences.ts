import { average } from '../noise/row-noise.js';
import { dot, symmetric } from './cholesky.js';
import {
  areEnough,
  type Fit,
  fitTo,
  ownVariances,
  type SimilarTrials,
  spreadOf,
  truthModels,
} from './similar-trials.js';

/** The matrices have as many rows. */
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
 * How much more each trial of a space has in truth than a reference that is none of them, given what similar ones have: as `expectedMeans` says it, but
 * with the noise that trials share, and over all models by their likelihood, so that the error holds what is not known of them. The reference is
 * what it is measured to be: nothing is similar to it. Null where there are very few trials or very many, and where a mean is missing.
 */
export function expectedDifferences(
  trials: SimilarTrials,
  reference: ReferenceTrial,
): readonly ExpectedDifference[] | null {
  const count = trials.means.length;
  if (!areEnough([trials]) || !Number.isFinite(reference.mean) || count > MOST_TRIALS) return null;
  const means = [...trials.means, reference.mean];
  const deviations = [...trials.deviations, reference.deviations];
  const draws = reference.deviations.length;
  const noise = symmetric(
    count + 1,
    (a, b) => dot(deviations[a] as Float64Array, deviations[b] as Float64Array) / draws,
  );
  // By luck means may lie closer together than noise alone puts them, and then say nothing of how far true values do.
  const own = average(ownVariances(deviations));
  const levels = means.map((_, at) => Number(at === count));
  const fits: Fit[] = [];
  for (const { kernels, scale } of truthModels([trials], Math.max(spreadOf([trials]), own))) {
    const fit = fitTo(
      { means, noise, levels, kernel: besideReference(kernels[0] as Float64Array, count) },
      scale,
    );
    if (fit !== null) fits.push(fit);
  }
  const most = Math.max(...fits.map(({ logLikelihood }) => logLikelihood));
  const weighed = fits
    .map((fit) => ({ fit, weight: Math.exp(fit.logLikelihood - most) }))
    .filter(({ weight }) => weight > LEAST_WEIGHT);
  return weighed.length === 0 ? null : trials.means.map((_, trial) => mixed(weighed, trial, count));
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

/** The reference has a place of its own, after the trials, and nothing in common with them. */
function besideReference(kernel: Float64Array, count: number): Float64Array {
  return symmetric(count + 1, (a, b) =>
    a === count ? Number(b === count) : (kernel[a * count + b] as number),
  );
}
