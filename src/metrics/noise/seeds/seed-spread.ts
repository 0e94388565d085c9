/** A variance and how well it is known. */
export interface Spread {
  readonly variance: number;
  /** Degrees of freedom; 0 if the variance is unknown. */
  readonly degrees: number;
}

/** How much seeds matter to the trials of a sweep, on fixed rows. */
export interface SeedSpread {
  /** Per trial, without the effect that a seed has on all trials alike: the noise of a difference between trials. */
  readonly beyond: readonly Spread[];
  /** The same, seed by seed. */
  readonly deviations: readonly ReadonlyMap<number, number>[];
  /** The share of it that trials have in common with others of their kind, and the degrees of freedom behind that. */
  readonly kinship: { readonly share: number; readonly degrees: number };
  /** The effect of a seed on all trials that have it alike. */
  readonly shared: Spread;
  /** Per trial, all of it, in parts with degrees of freedom of their own: the noise of a trial's own value. */
  readonly own: readonly (readonly Spread[])[];
}

const MOST_DEGREES = 1000;
/** Standard normal quantile at 80 %. */
const Z_80 = 0.8416212335729142;

/**
 * Variance between seeds from a table of values (per trial, by seed), split into what all trials share in a seed and the rest. A
 * trial's few seeds say little, so its variance is moved towards the trials' mean by as much as the trials' variances agree: the
 * moderated variance of Smyth 2004 ("Linear models and empirical Bayes methods …"), its prior found by moments. A trial of one
 * seed takes the mean of the others.
 *
 * Trials that share a seed's luck tell no more about it than one trial does. So the part of the variance that lies between the
 * seeds' means has as many degrees of freedom as there are seeds less one, however many trials there are; the rest of the table
 * has the others.
 */
export function seedSpread(trials: readonly ReadonlyMap<number, number>[]): SeedSpread {
  const deviations = trials.map(fromMean);
  const effects = seedEffects(deviations);
  const shares = [...effects.values()].filter(({ count }) => count > 1);
  const sharedDegrees = Math.max(0, shares.length - 1);
  const totalDegrees = trials.reduce((sum, { size }) => sum + Math.max(0, size - 1), 0);
  const restDegrees = Math.max(0, totalDegrees - sharedDegrees);
  const squares = (own: readonly ReadonlyMap<number, number>[]): number =>
    own.reduce((sum, values) => sum + sumOfSquares(values), 0);

  const total = moderate(deviations.map(spreadOf), restDegrees);
  const rest = deviations.map((own) => beyondShared(own, effects));
  const raw = rest.map(spreadOf);
  const beyond = moderate(raw, restDegrees);
  const between = shares.reduce((sum, { mean, count }) => sum + count * mean ** 2, 0);
  const all = squares(deviations);
  const sharedPart = all > 0 ? Math.min(1, between / all) : 0;
  const own = total.map(({ variance, degrees }) => [
    { variance: variance * sharedPart, degrees: degrees === 0 ? 0 : sharedDegrees },
    { variance: variance * (1 - sharedPart), degrees },
  ]);
  const copies = shares.reduce((sum, { count }) => sum + count, 0) / Math.max(1, shares.length);
  const meanBeyond = average(beyond.map(({ variance }) => variance));
  const ofMeans = sharedDegrees === 0 ? 0 : between / copies / sharedDegrees;
  return {
    beyond,
    deviations: rest.map((own, trial) => scaled(own, raw[trial] as Spread, beyond[trial] as Spread)),
    kinship: kinship(rest),
    shared: { variance: Math.max(0, ofMeans - meanBeyond / Math.max(1, copies)), degrees: sharedDegrees },
    own,
  };
}

function fromMean(values: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const mean = average([...values.values()]);
  return new Map([...values].map(([seed, value]) => [seed, value - mean]));
}

interface SeedEffect {
  readonly mean: number;
  /** Trials that have the seed. */
  readonly count: number;
}

/** The mean effect of each seed on the trials that have it. */
function seedEffects(deviations: readonly ReadonlyMap<number, number>[]): ReadonlyMap<number, SeedEffect> {
  const effects = new Map<number, SeedEffect>();
  for (const own of deviations) {
    // A trial's only value is its own mean, and tells nothing.
    if (own.size < 2) continue;
    for (const [seed, deviation] of own) {
      const { mean, count } = effects.get(seed) ?? { mean: 0, count: 0 };
      effects.set(seed, { mean: (mean * count + deviation) / (count + 1), count: count + 1 });
    }
  }
  return effects;
}

/**
 * Deviations less the seed's mean effect on all k trials that have it; √(k / (k − 1)) makes up for the trial's own part in that
 * average. A seed that no other trial has is not shared: its deviation stays.
 */
function beyondShared(
  deviations: ReadonlyMap<number, number>,
  effects: ReadonlyMap<number, SeedEffect>,
): ReadonlyMap<number, number> {
  return new Map(
    [...deviations].map(([seed, deviation]) => {
      const { mean, count } = effects.get(seed) ?? { mean: 0, count: 1 };
      return [seed, count === 1 ? deviation : (deviation - mean) * Math.sqrt(count / (count - 1))];
    }),
  );
}

/** Deviations scaled to the variance that theirs was moved to. */
function scaled(own: ReadonlyMap<number, number>, from: Spread, to: Spread): ReadonlyMap<number, number> {
  const scale = from.variance > 0 ? Math.sqrt(to.variance / from.variance) : 0;
  return new Map([...own].map(([seed, deviation]) => [seed, scale * deviation]));
}

/**
 * Trials may be of a kind: a seed that is good for one is good for the others of its kind, and bad for other kinds. Then their
 * deviations over n + 1 seeds are correlated, while for trials without kin the mean square of a correlation is 1 / n, and
 * 1 / (T − 1)² from what all T of them were freed of. The share is how far the mean square ρ² that this leaves goes, of the mean
 * square that is found: the weight of the sample's own covariances that brings them nearest to the true ones. T trials are then
 * as many as T / (1 + (T − 1) ρ²) without kin. Two seeds do not tell.
 */
function kinship(deviations: readonly ReadonlyMap<number, number>[]): SeedSpread['kinship'] {
  const seeds = [...new Set(deviations.flatMap((own) => [...own.keys()]))];
  const normed = deviations.flatMap((own) => {
    const norm = Math.sqrt(sumOfSquares(own));
    return norm > 0 && own.size === seeds.length
      ? [seeds.map((seed) => (own.get(seed) as number) / norm)]
      : [];
  });
  const [trials, n] = [normed.length, seeds.length - 1];
  if (trials < 3 || n < 2) return { share: 0, degrees: 0 };
  const products = seeds.flatMap((_, i) =>
    seeds.map((_seed, j) => normed.reduce((sum, own) => sum + (own[i] as number) * (own[j] as number), 0)),
  );
  const squares = products.reduce((sum, product) => sum + product ** 2, 0);
  const found = (squares - trials) / (trials * (trials - 1));
  const chance = 1 / n + (1 - 1 / n) / (trials - 1) ** 2;
  const common = Math.min(1, Math.max(0, (found - chance) / (1 - chance)));
  return { share: common === 0 ? 0 : common / found, degrees: (n * trials) / (1 + (trials - 1) * common) };
}

function spreadOf(deviations: ReadonlyMap<number, number>): Spread {
  const degrees = Math.max(0, deviations.size - 1);
  return { degrees, variance: degrees === 0 ? 0 : sumOfSquares(deviations) / degrees };
}

/**
 * Variances moved towards each other, and never below what a trial's own is at least: a configuration that is less stable than the
 * others must not borrow their calm. Of few seeds' variances the largest are mostly luck, so it is the lower 80 % limit that counts.
 * None is known better than by all degrees of freedom together.
 */
function moderate(raw: readonly Spread[], mostDegrees: number): readonly Spread[] {
  const prior = priorOf(raw.filter(({ degrees }) => degrees > 0));
  return raw.map(({ degrees, variance }) => {
    const sum = prior.degrees + degrees;
    return sum === 0
      ? { variance: 0, degrees: 0 }
      : {
          variance: Math.max(
            lowerLimit({ degrees, variance }),
            (prior.degrees * prior.variance + degrees * variance) / sum,
          ),
          degrees: Math.min(sum, mostDegrees, MOST_DEGREES),
        };
  });
}

/** A variance that is only a part of what is in doubt, as if it were known by so many more degrees of freedom. */
export function lessInDoubt({ variance, degrees }: Spread, doubt: number): Spread {
  return { variance, degrees: Math.min(MOST_DEGREES, degrees === 0 ? 0 : degrees / doubt) };
}

/** s² · d / χ²_d at 80 %, by Wilson & Hilferty 1931, "The distribution of chi-square". */
function lowerLimit({ degrees, variance }: Spread): number {
  if (degrees === 0) return 0;
  const spread = 2 / (9 * degrees);
  return variance / (1 - spread + Z_80 * Math.sqrt(spread)) ** 3;
}

/**
 * With s² = s₀² · F(d, d₀), the squared coefficient of variation of s² is q = 2 (d + d₀ − 2) / (d (d₀ − 4)), so that
 * d₀ = (4qd + 2d − 4) / (qd − 2), and E s² = s₀² · d₀ / (d₀ − 2).
 */
function priorOf(spreads: readonly Spread[]): Spread {
  if (spreads.length < 2) return { degrees: 0, variance: 0 };
  const mean = average(spreads.map(({ variance }) => variance));
  if (mean === 0) return { degrees: MOST_DEGREES, variance: 0 };
  const d = average(spreads.map(({ degrees }) => degrees));
  const q = spreads.reduce((sum, { variance }) => sum + (variance / mean - 1) ** 2, 0) / (spreads.length - 1);
  const degrees = q * d > 2 ? Math.min(MOST_DEGREES, (4 * q * d + 2 * d - 4) / (q * d - 2)) : MOST_DEGREES;
  return { degrees, variance: (mean * (degrees - 2)) / degrees };
}

function sumOfSquares(deviations: ReadonlyMap<number, number>): number {
  return [...deviations.values()].reduce((sum, value) => sum + value ** 2, 0);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
