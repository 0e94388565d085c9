import { average, ROUNDING, variancesApart } from '../noise/row-noise.js';
import type { JointEstimates } from './comparisons.js';

/** How alike two configurations are that differ in one knob, in the order in which they are tried. */
const ALIKE = [0.97, 0.9, 0.8, 0.6, 0.3];
/** How much configurations differ in truth, of the variance of the means. */
const SHARES = [0.03, 0.1, 0.3, 0.6, 1, 1.5];
/** Of fewer trials nothing can be said of how alike they are. */
const FEWEST_TRIALS = 8;
/** The work grows with the third power of how many trials a space has: as much as 300 trials of one space need. */
const MOST_WORK = 300 ** 3;

/** Trials of a space, and how many knobs apart each two of them are, which may be a fraction. */
export interface SimilarTrials extends Pick<JointEstimates, 'means' | 'deviations'> {
  readonly distance: (a: number, b: number) => number;
}

/**
 * What the trials of each space are expected to reach, given what similar ones reached: the best linear predictor where true values are normal around
 * a level of their space, with a covariance of σ² · ρ^distance, and each mean misses its own by independent noise. σ² and ρ are the likeliest ones
 * for all spaces (REML: Patterson and Thompson 1971), so that values of a small space can be compared with those of a large one. A value that luck may have
 * lifted above its neighbours comes down to them, and one that noise cannot explain stays. The means themselves where there are very few
 * trials or very many, and where a mean is missing.
 */
export function expectedMeans(spaces: readonly SimilarTrials[]): readonly (readonly number[])[] {
  const found = spaces.map(({ means }) => means);
  const all = found.flat();
  const work = found.reduce((sum, { length }) => sum + length ** 3, 0);
  if (all.length < FEWEST_TRIALS || work > MOST_WORK || !all.every(Number.isFinite)) return found;
  const groups = spaces.map(({ means, deviations, distance }) => ({
    means,
    noise: ownNoise(deviations),
    distances: matrix(means.length, distance),
  }));
  const averaged = (of: (space: number) => number): number =>
    found.reduce((sum, { length }, space) => sum + length * of(space), 0) / all.length;
  const spread = averaged((space) => variance(found[space] ?? []));
  if (!groups.some(({ noise }) => noise.some((own) => own > ROUNDING * spread))) return found;
  let best: Fit | null = null;
  for (const alike of ALIKE) {
    const kernels = groups.map(({ distances }) => distances.map((knobs) => alike ** knobs));
    const apart = 1 - averaged((space) => average(kernels[space] ?? []));
    if (!(apart > 0)) continue;
    for (const share of SHARES) {
      const fit = fittedAll(groups, kernels, (share * spread) / apart);
      if (fit !== null && (best === null || fit.logLikelihood > best.logLikelihood)) best = fit;
    }
  }
  return best?.expected ?? found;
}

interface Noisy {
  readonly means: readonly number[];
  /** The variance of each mean's own noise. */
  readonly noise: readonly number[];
}

interface Fit {
  readonly logLikelihood: number;
  /** Of each space. */
  readonly expected: readonly (readonly number[])[];
}

/** Null where a covariance is not positive definite. */
function fittedAll(spaces: readonly Noisy[], kernels: readonly Float64Array[], scale: number): Fit | null {
  let logLikelihood = 0;
  const expected: (readonly number[])[] = [];
  for (const [at, kernel] of kernels.entries()) {
    const fit = fitted(spaces[at] as Noisy, kernel, scale);
    if (fit === null) return null;
    logLikelihood += fit.logLikelihood;
    expected.push(fit.expected);
  }
  return { logLikelihood, expected };
}

/** Null where the covariance is not positive definite. */
function fitted(
  { means, noise }: Noisy,
  kernel: Float64Array,
  scale: number,
): { readonly logLikelihood: number; readonly expected: readonly number[] } | null {
  const count = means.length;
  const covariance = kernel.map((alike) => scale * alike);
  noise.forEach((own, at) => {
    covariance[at * (count + 1)] = scale + own;
  });
  const lower = cholesky(covariance, count);
  if (lower === null) return null;
  const ones = solveLower(lower, new Float64Array(count).fill(1));
  const values = solveLower(lower, Float64Array.from(means));
  const information = dot(ones, ones);
  const level = dot(ones, values) / information;
  const left = values.map((value, at) => value - level * (ones[at] as number));
  let logDeterminant = 0;
  for (let at = 0; at < count; at++) logDeterminant += 2 * Math.log(lower[at * count + at] as number);
  const weights = solveUpper(lower, left);
  return {
    logLikelihood: -(logDeterminant + Math.log(information) + dot(left, left)) / 2,
    expected: means.map(
      (_, at) => level + scale * dot(kernel.subarray(at * count, (at + 1) * count), weights),
    ),
  };
}

/**
 * The variance of what each mean does not have in common with the others, halfway to the mean of all: few seeds tell little of a single one, and
 * noise that only similar trials share cannot be told from what they have in common in truth.
 */
function ownNoise(deviations: readonly Float64Array[]): readonly number[] {
  const draws = deviations[0]?.length ?? 0;
  const variances = variancesApart(
    deviations.map((own) => ({ deviations: own })),
    draws,
  );
  const mean = average(variances);
  return variances.map((variance) => (variance + mean) / 2);
}

/** A symmetric matrix, row after row. */
function matrix(count: number, valueAt: (a: number, b: number) => number): Float64Array {
  const values = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      const value = valueAt(a, b);
      values[a * count + b] = value;
      values[b * count + a] = value;
    }
  }
  return values;
}

/** The lower triangle L of L Lᵀ; null where there is none. */
function cholesky(values: Float64Array, count: number): Float64Array | null {
  const lower = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = values[a * count + b] as number;
      for (let k = 0; k < b; k++) sum -= (lower[a * count + k] as number) * (lower[b * count + k] as number);
      if (a !== b) lower[a * count + b] = sum / (lower[b * count + b] as number);
      else if (sum > 0) lower[a * count + a] = Math.sqrt(sum);
      else return null;
    }
  }
  return lower;
}

function solveLower(lower: Float64Array, values: Float64Array): Float64Array {
  const count = values.length;
  const solved = values.slice();
  for (let a = 0; a < count; a++) {
    let sum = solved[a] as number;
    for (let k = 0; k < a; k++) sum -= (lower[a * count + k] as number) * (solved[k] as number);
    solved[a] = sum / (lower[a * count + a] as number);
  }
  return solved;
}

function solveUpper(lower: Float64Array, values: Float64Array): Float64Array {
  const count = values.length;
  const solved = values.slice();
  for (let a = count - 1; a >= 0; a--) {
    let sum = solved[a] as number;
    for (let k = a + 1; k < count; k++) sum -= (lower[k * count + a] as number) * (solved[k] as number);
    solved[a] = sum / (lower[a * count + a] as number);
  }
  return solved;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

function variance(values: readonly number[]): number {
  const middle = average(values);
  return average(values.map((value) => (value - middle) ** 2));
}
