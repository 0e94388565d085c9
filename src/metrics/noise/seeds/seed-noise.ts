import type { RandomStream } from '../../../random.js';
import type { Spread } from './seed-spread.js';

/** What blurs the mean of a trial's seeds, besides the draws of rows. */
export interface MeanNoise {
  /** Parts of the variance between seeds on fixed rows. */
  readonly parts: readonly Spread[];
  /** The part of them that is only the sampling of rows, which the draws hold already. */
  readonly rowVariance: number;
  /** The variance of the mean as a multiple of the variance of one seed: that of so many seeds, and what the choice of training rows adds. */
  readonly multiple: number;
  /** Variance of the mean that draws of few rows cannot show. */
  readonly unseen: number;
}

/**
 * Per draw, a deviation of the mean: √(max(0, Σ s²* − rowVariance) · multiple + unseen) · N(0, 1), where
 * s²* = variance · ν / χ²_ν accounts for how little a few seeds tell about a variance. A part without degrees of freedom is unknown and adds
 * nothing. Seeds share training rows, all of them or most, so `multiple` is 1 / seeds and validation rows per training row, as in the corrected
 * variance of Nadeau & Bengio 2003, "Inference for the generalization error". What validation rows add is left to the draws of rows.
 */
export function meanNoise(noise: MeanNoise, draws: number, stream: RandomStream): Float64Array {
  const parts = noise.parts.filter(({ degrees, variance }) => degrees > 0 && variance > 0);
  const deviations = new Float64Array(draws);
  if (parts.length === 0 && noise.unseen === 0) return deviations;
  for (let draw = 0; draw < draws; draw++) {
    let variance = 0;
    for (const part of parts) variance += drawnVariance(part, stream);
    const ofSeed = Math.max(0, variance - noise.rowVariance);
    deviations[draw] = Math.sqrt(ofSeed * noise.multiple + noise.unseen) * stream.normal();
  }
  return deviations;
}

/** Per seed and draw, the effect of the seed on every trial that has it. */
export function sharedNoise(
  shared: Spread,
  seeds: readonly number[],
  draws: number,
  stream: RandomStream,
): ReadonlyMap<number, Float64Array> {
  const sds = Float64Array.from({ length: draws }, () => Math.sqrt(drawnVariance(shared, stream)));
  return new Map(seeds.map((seed) => [seed, sds.map((sd) => sd * stream.normal())]));
}

function drawnVariance({ variance, degrees }: Spread, stream: RandomStream): number {
  return variance === 0 || degrees === 0 ? 0 : (variance * degrees) / chiSquare(degrees, stream);
}

/** χ² by Marsaglia & Tsang 2000, "A simple method for generating gamma variables"; for two degrees and more. */
export function chiSquare(degrees: number, stream: RandomStream): number {
  if (degrees < 2) return chiSquare(degrees + 2, stream) * stream.uniform() ** (2 / degrees);
  const d = degrees / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - stream.uniform()) < 0.5 * x ** 2 + d - d * v + d * Math.log(v))
      return 2 * d * v;
  }
}
