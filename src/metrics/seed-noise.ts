import type { RandomStream } from '../random.js';

/** How much seeds matter, per trial, and how well that is known. */
export interface SeedSpread {
  /** Variance between a trial's seeds on fixed rows, moderated; 0 where there is one seed. */
  readonly variances: readonly number[];
  /** Degrees of freedom behind each of them; 0 where there is one seed. */
  readonly degrees: readonly number[];
}

const MOST_DEGREES = 1000;

/**
 * Variance between seeds from a table of values (per trial, by seed), what all trials share in a seed taken out. A trial's few
 * seeds say little, so its variance is moved towards the trials' mean by as much as the trials' variances agree: the
 * moderated variance of Smyth 2004 ("Linear models and empirical Bayes methods …"), its prior found by moments.
 */
export function seedSpread(trials: readonly ReadonlyMap<number, number>[]): SeedSpread {
  const residuals = seedResiduals(trials);
  const raw = residuals.map((own) => {
    const degrees = own.length - 1;
    const variance = degrees > 0 ? own.reduce((sum, value) => sum + value ** 2, 0) / degrees : 0;
    return { degrees, variance };
  });
  const prior = priorOf(raw.filter(({ degrees }) => degrees > 0));
  const totalDegrees = raw.reduce((sum, { degrees }) => sum + degrees, 0);
  return {
    variances: raw.map(({ degrees, variance }) =>
      degrees === 0 ? 0 : (prior.degrees * prior.variance + degrees * variance) / (prior.degrees + degrees),
    ),
    degrees: raw.map(({ degrees }) =>
      degrees === 0 ? 0 : Math.min(prior.degrees + degrees, totalDegrees, MOST_DEGREES),
    ),
  };
}

/**
 * Deviations from the trial's mean, less what the seed does on average to all k trials that have it; √(k / (k − 1)) makes up
 * for the trial's own part in that average. A seed that no other trial has is not shared: its deviation stays.
 */
function seedResiduals(trials: readonly ReadonlyMap<number, number>[]): readonly (readonly number[])[] {
  const deviations = trials.map((values) => {
    const mean = [...values.values()].reduce((sum, value) => sum + value, 0) / values.size;
    return new Map([...values].map(([seed, value]) => [seed, value - mean]));
  });
  const effects = new Map<number, { sum: number; count: number }>();
  for (const [seed, deviation] of deviations.flatMap((own) => [...own])) {
    const effect = effects.get(seed) ?? { sum: 0, count: 0 };
    effects.set(seed, { sum: effect.sum + deviation, count: effect.count + 1 });
  }
  return deviations.map((own) =>
    [...own].map(([seed, deviation]) => {
      const { sum, count } = effects.get(seed) ?? { sum: 0, count: 1 };
      return count === 1 ? deviation : (deviation - sum / count) * Math.sqrt(count / (count - 1));
    }),
  );
}

interface Spread {
  readonly degrees: number;
  readonly variance: number;
}

/**
 * With s² = s₀² · F(d, d₀), the squared coefficient of variation of s² is q = 2 (d + d₀ − 2) / (d (d₀ − 4)), so that
 * d₀ = (4qd + 2d − 4) / (qd − 2), and E s² = s₀² · d₀ / (d₀ − 2).
 */
function priorOf(spreads: readonly Spread[]): Spread {
  if (spreads.length < 2) return { degrees: 0, variance: 0 };
  const mean = spreads.reduce((sum, { variance }) => sum + variance, 0) / spreads.length;
  if (mean === 0) return { degrees: MOST_DEGREES, variance: 0 };
  const d = spreads.reduce((sum, { degrees }) => sum + degrees, 0) / spreads.length;
  const q = spreads.reduce((sum, { variance }) => sum + (variance / mean - 1) ** 2, 0) / (spreads.length - 1);
  const degrees = q * d > 2 ? Math.min(MOST_DEGREES, (4 * q * d + 2 * d - 4) / (q * d - 2)) : MOST_DEGREES;
  return { degrees, variance: (mean * (degrees - 2)) / degrees };
}

/** Adds to draws of a trial's mean the noise of its seeds. */
export interface SeedNoise {
  /** Variance between seeds on fixed rows, with its degrees of freedom. */
  readonly variance: number;
  readonly degrees: number;
  /** The part of it that is only the sampling of rows, which the draws hold already. */
  readonly rowVariance: number;
  readonly seeds: number;
}

/**
 * Per draw, the deviation of a mean over seeds: √(max(0, s²* − rowVariance) / seeds) · N(0, 1), where
 * s²* = variance · ν / χ²_ν keeps alive how little few seeds tell of the variance. Zeros where there is one seed.
 */
export function seedNoise(noise: SeedNoise, draws: number, stream: RandomStream): Float64Array {
  const { variance, degrees, rowVariance, seeds } = noise;
  const deviations = new Float64Array(draws);
  if (degrees === 0 || variance === 0) return deviations;
  for (let draw = 0; draw < draws; draw++) {
    const drawn = (variance * degrees) / chiSquare(degrees, stream);
    deviations[draw] = Math.sqrt(Math.max(0, drawn - rowVariance) / seeds) * stream.normal();
  }
  return deviations;
}

/** χ² by Marsaglia & Tsang 2000, "A simple method for generating gamma variables"; for two degrees and more. */
function chiSquare(degrees: number, stream: RandomStream): number {
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
