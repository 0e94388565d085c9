import { average, ROUNDING } from '../noise/row-noise.js';
import {
  areEnough,
  type Fit,
  fitTo,
  ownVariances,
  type SimilarTrials,
  spreadOf,
  truthModels,
} from './similar-trials.js';

/** The work grows with the third power of how many trials a space has: as much as 300 trials of one space need. */
const MOST_WORK = 300 ** 3;

/**
 * What the trials of each space are expected to reach, given what similar ones reached: the best linear predictor where true values are normal around
 * a level of their space, with a covariance of σ² · ρ^distance, and each mean misses its own by independent noise. σ² and ρ are the likeliest ones
 * for all spaces, so that values of a small space can be compared with those of a large one. A value that luck may have
 * lifted above its neighbours comes down to them, and one that noise cannot explain stays. The means themselves where there are very few
 * trials or very many, and where a mean is missing.
 */
export function expectedMeans(spaces: readonly SimilarTrials[]): readonly (readonly number[])[] {
  const found = spaces.map(({ means }) => means);
  const work = found.reduce((sum, { length }) => sum + length ** 3, 0);
  if (!areEnough(spaces) || work > MOST_WORK) return found;
  const noise = spaces.map(({ deviations }) => ownNoise(deviations));
  const spread = spreadOf(spaces);
  if (!noise.some((space) => space.some((own) => own > ROUNDING * spread))) return found;
  const groups = spaces.map(({ means }, at) => ({
    ...{ means, noise: diagonal(noise[at] ?? []) },
    levels: means.map(() => 0),
  }));
  let best: { readonly logLikelihood: number; readonly expected: readonly (readonly number[])[] } | null =
    null;
  for (const { kernels, scale } of truthModels(spaces, spread)) {
    const fits = groups.map((group, at) => fitTo({ ...group, kernel: kernels[at] as Float64Array }, scale));
    if (!fits.every((fit): fit is Fit => fit !== null)) continue;
    const logLikelihood = fits.reduce((sum, fit) => sum + fit.logLikelihood, 0);
    if (best === null || logLikelihood > best.logLikelihood)
      best = { logLikelihood, expected: fits.map(({ expected }) => expected) };
  }
  return best?.expected ?? found;
}

/**
 * The variance of what each mean does not have in common with the others, halfway to the mean of all: few seeds tell little of a single one, and
 * noise that only similar trials share cannot be told from what they have in common in truth.
 */
function ownNoise(deviations: readonly Float64Array[]): readonly number[] {
  const variances = ownVariances(deviations);
  const mean = average(variances);
  return variances.map((variance) => (variance + mean) / 2);
}

function diagonal(values: readonly number[]): Float64Array {
  const matrix = new Float64Array(values.length ** 2);
  values.forEach((value, at) => {
    matrix[at * (values.length + 1)] = value;
  });
  return matrix;
}
