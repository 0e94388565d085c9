import type { RandomStream } from '../../../random.js';
import { sharedNoise } from './seed-noise.js';
import type { SeedSpread, Spread } from './seed-spread.js';

/** What noise that trials share is drawn with. */
interface SharedDraws {
  readonly draws: number;
  readonly stream: RandomStream;
  /** See MeanNoise. */
  readonly overlap: number;
}

/** How much more the mean of so many seeds varies because their splits overlap. */
function widening(seeds: number, overlap: number): number {
  return Math.sqrt(1 + seeds * overlap);
}

/** Gives, per draw, the mean effect of a trial's seeds on every trial that has them. */
export function sharedMeans(
  shared: Spread,
  seeds: readonly number[],
  { draws, stream, overlap }: SharedDraws,
): (own: readonly number[]) => Float64Array {
  const noise = sharedNoise(shared, seeds, draws, stream);
  const means = new Map<string, Float64Array>();
  return (own) => {
    const ascending = own.toSorted((a, b) => a - b);
    const key = ascending.join();
    const known = means.get(key);
    if (known !== undefined) return known;
    const mean = weighed(
      noise,
      new Map(ascending.map((seed) => [seed, widening(own.length, overlap) / own.length])),
      draws,
    );
    means.set(key, mean);
    return mean;
  };
}

/** Gives, per draw, the noise that a trial shares with others of its kind: `scale` times the sum of its deviations with weights that all trials share. */
export function kinNoise(
  { share, degrees }: SeedSpread['kinship'],
  seeds: readonly number[],
  { draws, stream, overlap }: SharedDraws,
): (deviations: ReadonlyMap<number, number>, scale: number) => Float64Array {
  const none = new Float64Array(draws);
  if (share === 0) return () => none;
  const noise = sharedNoise({ variance: share, degrees }, seeds, draws, stream);
  return (deviations, scale) => {
    const count = deviations.size;
    const ofMean = count < 2 ? 0 : (widening(count, overlap) * scale) / Math.sqrt(count * (count - 1));
    return weighed(
      noise,
      new Map([...deviations].map(([seed, deviation]) => [seed, ofMean * deviation])),
      draws,
    );
  };
}

/** The sum of the seeds' draws, each with its weight. */
function weighed(
  noise: ReadonlyMap<number, Float64Array>,
  weights: ReadonlyMap<number, number>,
  draws: number,
): Float64Array {
  let sum: Float64Array = new Float64Array(draws);
  for (const [seed, weight] of weights) sum = plus(sum, noise.get(seed) as Float64Array, weight);
  return sum;
}

/** The first draws and a share of the others, draw by draw. */
export function plus(draws: Float64Array, added: Float64Array, share = 1): Float64Array {
  return draws.map((value, draw) => value + share * (added[draw] as number));
}
