import type { RandomStream } from '../../random.js';
import type { Space } from '../../spec/sweep-spec.js';
import type { Located } from './located.js';

/** Probabilities of the values of a list; null for a range. */
export type Prior = readonly number[] | null;

/** The axes of a space as an estimator sees them, without constants. */
export interface ParzenSpace {
  readonly space: Space;
  readonly priors: readonly Prior[];
}

/** Width of a kernel on one axis for one configuration, and how far it shrinks. */
const WIDTH = 0.2;
const NARROWEST = 0.01;
/** The scale of a logistic distribution with a standard deviation of 1. */
const LOGISTIC = Math.sqrt(3) / Math.PI;

/**
 * A density of configurations: one kernel around each of some, and one that is the prior. A kernel is a product over the axes, so that
 * values which go together are drawn together: a logistic distribution within [0, 1] for a range, a smoothed count for a list
 * and for the space. The widths are those of Optuna's multivariate estimator, 0.2 · n^(−1 / (d + 4)).
 */
export class ParzenEstimator {
  readonly #spaces: readonly ParzenSpace[];
  readonly #points: readonly Located[];

  constructor(spaces: readonly ParzenSpace[], points: readonly Located[]) {
    this.#spaces = spaces;
    this.#points = points;
  }

  /** A draw from the density. */
  draw(stream: RandomStream): Located {
    const centre = this.#points[stream.integer(this.#points.length + 1)];
    const places = this.#spaces.map(({ space }) => this.#place(space, centre));
    const { space, priors } = this.#spaces[chosen(places, stream.uniform())] as ParzenSpace;
    const own = centre?.space === space ? centre.coordinates : undefined;
    return {
      space,
      coordinates: priors.map((prior, axis) => {
        const share = stream.uniform();
        const at = own?.[axis];
        if (prior !== null)
          return chosen(
            prior.map((_, value) => this.#listed(prior, value, at)),
            share,
          );
        return at === undefined ? share : quantile(share, at, this.#scale(priors.length));
      }),
    };
  }

  /** The density at a configuration. */
  density(point: Located): number {
    const kernels = [...this.#points, undefined].map((centre) => this.#kernel(point, centre));
    return kernels.reduce((sum, own) => sum + own, 0) / kernels.length;
  }

  #kernel({ space, coordinates }: Located, centre: Located | undefined): number {
    const { priors = [] } = this.#spaces.find((own) => own.space === space) ?? {};
    const own = centre?.space === space ? centre.coordinates : undefined;
    return priors.reduce(
      (product, prior, axis) => {
        const [at, value] = [own?.[axis], coordinates[axis] as number];
        if (prior !== null) return product * this.#listed(prior, value, at);
        return at === undefined ? product : product * within(value, at, this.#scale(priors.length));
      },
      this.#place(space, centre),
    );
  }

  #place(space: Space, centre: Located | undefined): number {
    const alike = 1 / this.#spaces.length;
    return centre === undefined ? alike : this.#smoothed(alike, this.#spaces.length, space === centre.space);
  }

  #listed(prior: readonly number[], value: number, at: number | undefined): number {
    const own = prior[value] ?? 0;
    return at === undefined ? own : this.#smoothed(own, prior.length, value === at);
  }

  /** A count of one with the prior beside it, which weighs less the more configurations there are. */
  #smoothed(prior: number, choices: number, isSame: boolean): number {
    const weight = choices / (this.#points.length + 1);
    return (Number(isSame) + weight * prior) / (1 + weight);
  }

  #scale(axes: number): number {
    const count = this.#points.length;
    return LOGISTIC * Math.max(NARROWEST, WIDTH * count ** (-1 / (axes + 4)));
  }
}

/** Which of some shares a number in [0, 1) falls on. */
function chosen(shares: readonly number[], share: number): number {
  let below = 0;
  const at = shares.findIndex((own) => {
    below += own;
    return share < below;
  });
  return at < 0 ? shares.findLastIndex((own) => own > 0) : at;
}

function cumulative(value: number, centre: number, scale: number): number {
  return 1 / (1 + Math.exp((centre - value) / scale));
}

/** The logistic density within [0, 1]. */
function within(value: number, centre: number, scale: number): number {
  const at = cumulative(value, centre, scale);
  const share = cumulative(1, centre, scale) - cumulative(0, centre, scale);
  return (at * (1 - at)) / (scale * share);
}

function quantile(share: number, centre: number, scale: number): number {
  const [low, high] = [cumulative(0, centre, scale), cumulative(1, centre, scale)];
  const at = low + share * (high - low);
  return Math.min(1 - 2 ** -33, Math.max(0, centre - scale * Math.log(1 / at - 1)));
}
