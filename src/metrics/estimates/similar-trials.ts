import { average, variancesApart } from '../noise/row-noise.js';
import { cholesky, dot, logDeterminant, solveLower, solveUpper, symmetric } from './cholesky.js';
import type { JointEstimates } from './comparisons.js';

/** How alike two configurations are that differ in one knob, in the order in which they are tried. */
const ALIKE = [0.97, 0.9, 0.8, 0.6, 0.3];
/** How much configurations differ in truth, of the variance of the means. */
const SHARES = [0.03, 0.1, 0.3, 0.6, 1, 1.5];
/** Of fewer trials nothing can be said of how alike they are. */
const FEWEST_TRIALS = 8;

/** Trials of a space, and how many knobs apart each two of them are, which may be a fraction. */
export interface SimilarTrials extends Pick<JointEstimates, 'means' | 'deviations'> {
  readonly distance: (a: number, b: number) => number;
}

/** True values of the trials of each space: normal around a level of the space, with the covariance `scale` times its kernel. */
export interface TruthModel {
  readonly kernels: readonly Float64Array[];
  readonly scale: number;
}

/** Whether the trials are enough to say how alike they are, and none lacks a value. */
export function areEnough(spaces: readonly SimilarTrials[]): boolean {
  const means = spaces.flatMap((space) => space.means);
  return means.length >= FEWEST_TRIALS && means.every(Number.isFinite);
}

/** The variance of the means within their spaces. */
export function spreadOf(spaces: readonly SimilarTrials[]): number {
  return averaged(spaces, ({ means }) => {
    const middle = average(means);
    return average(means.map((value) => (value - middle) ** 2));
  });
}

/** The variance of what the noise of each trial does not have in common with the others. */
export function ownVariances(deviations: readonly Float64Array[]): readonly number[] {
  return variancesApart(
    deviations.map((own) => ({ deviations: own })),
    deviations[0]?.length ?? 0,
  );
}

/** All that are tried: a covariance of σ² · ρ^distance, where means have the variance `spread`. */
export function* truthModels(spaces: readonly SimilarTrials[], spread: number): Generator<TruthModel> {
  const distances = spaces.map(({ means, distance }) => symmetric(means.length, distance));
  for (const alike of ALIKE) {
    const kernels = distances.map((own) => own.map((knobs) => alike ** knobs));
    const apart = 1 - averaged(spaces, (_, space) => average(kernels[space] ?? []));
    if (!(apart > 0)) continue;
    for (const share of SHARES) yield { kernels, scale: (share * spread) / apart };
  }
}

function averaged(
  spaces: readonly SimilarTrials[],
  of: (space: SimilarTrials, at: number) => number,
): number {
  const weights = spaces.map(({ means }) => means.length);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return spaces.reduce((sum, space, at) => sum + (weights[at] as number) * of(space, at), 0) / all;
}

/** Means that miss true values by noise; matrices are symmetric, row after row. */
export interface NoisyMeans {
  readonly means: readonly number[];
  /** The covariance of the noise. */
  readonly noise: Float64Array;
  readonly kernel: Float64Array;
  /** Which level the true value of each lies around, from 0. */
  readonly levels: readonly number[];
}

/** True values as a model expects them, given the means. */
export interface Fit {
  /** Restricted: of the means without their levels (REML: Patterson and Thompson 1971). */
  readonly logLikelihood: number;
  readonly expected: readonly number[];
  /** The variance of the true difference of two trials. */
  readonly variance: (a: number, b: number) => number;
}

/** The best linear predictor, where nothing is known of the levels; null where a covariance is not positive definite. */
export function fitTo({ means, noise, kernel, levels }: NoisyMeans, scale: number): Fit | null {
  const count = means.length;
  const lower = cholesky(
    noise.map((own, at) => own + scale * (kernel[at] as number)),
    count,
  );
  if (lower === null) return null;
  const inLevel = (level: number) => Float64Array.from(levels, (own) => Number(own === level));
  const columns = [...new Set(levels)]
    .sort((a, b) => a - b)
    .map((level) => solveLower(lower, inLevel(level)));
  const information = cholesky(
    symmetric(columns.length, (a, b) => dot(columns[a] as Float64Array, columns[b] as Float64Array)),
    columns.length,
  );
  if (information === null) return null;
  const values = solveLower(lower, Float64Array.from(means));
  const found = solveUpper(
    information,
    solveLower(
      information,
      Float64Array.from(columns, (column) => dot(column, values)),
    ),
  );
  const left = values.map((value, at) =>
    columns.reduce((rest, column, level) => rest - (found[level] as number) * (column[at] as number), value),
  );
  const weights = solveUpper(lower, left);
  const row = (at: number) => kernel.subarray(at * count, (at + 1) * count);
  return {
    logLikelihood:
      -(logDeterminant(lower, count) + logDeterminant(information, columns.length) + dot(left, left)) / 2,
    expected: means.map((_, at) => (found[levels[at] as number] as number) + scale * dot(row(at), weights)),
    variance: (a, b) => {
      const [one, other] = [row(a), row(b)];
      const apart = one.map((value, at) => scale * (value - (other[at] as number)));
      const known = solveLower(lower, apart);
      const ofLevels = solveLower(
        information,
        Float64Array.from(
          columns,
          (column, level) => Number(levels[a] === level) - Number(levels[b] === level) - dot(column, known),
        ),
      );
      const before = (apart[a] as number) - (apart[b] as number);
      return Math.max(0, before - dot(known, known) + dot(ofLevels, ofLevels));
    },
  };
}
