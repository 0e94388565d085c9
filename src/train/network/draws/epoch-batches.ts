import { groupRows } from '../../../metrics/group-rows.js';
import { type RandomStream, randomStream, shuffle } from '../../../random.js';
import type { BatchSampler } from '../../../sweep.js';

/** Everything that decides the order of an epoch's examples. */
export interface EpochOrder {
  /** Class index of every dataset row. */
  readonly labels: Int32Array;
  /** Training rows. */
  readonly rows: Int32Array;
  readonly classCount: number;
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
  readonly sampler: BatchSampler;
  /** a of Beta(a, a); 0 is no mixup. */
  readonly mixup: number;
}

/** The examples of an epoch, in order: as many as there are training rows. */
export interface EpochExamples {
  readonly epoch: number;
  readonly rows: Int32Array;
  /** The row that is mixed in at every position, and the share of the row in `rows`. */
  readonly mixup?: { readonly partners: Int32Array; readonly share: Float32Array };
}

/** Draws an epoch's examples; with mixup, partners come from an independent draw by the same sampler (Zhang et al. 2018). */
export function epochBatches(order: EpochOrder): EpochExamples {
  const { epoch, seed } = order;
  const rows = drawRows(order, randomStream(seed, 'epochOrder', epoch));
  if (order.mixup === 0) return { epoch, rows };
  const stream = randomStream(seed, 'mixup', epoch);
  const partners = drawRows(order, stream);
  const share = Float32Array.from(rows, () => beta(order.mixup, stream));
  return { epoch, rows, mixup: { partners, share } };
}

function drawRows(order: EpochOrder, stream: RandomStream): Int32Array {
  switch (order.sampler) {
    case 'shuffle':
      return shuffle(order.rows.slice(), stream);
    case 'weighted':
      return drawWeighted(order, stream);
    case 'balanced':
      return drawBalanced(order, stream);
  }
}

/**
 * With replacement; a row has the weight 1 / (rows of its class), so all classes are equally likely, and within a class all rows
 * (PyTorch's WeightedRandomSampler with inverse class frequencies).
 */
function drawWeighted(order: EpochOrder, stream: RandomStream): Int32Array {
  const classes = trainingClasses(order);
  return order.rows.map(() => {
    const rows = classes[stream.integer(classes.length)] as Int32Array;
    return rows[stream.integer(rows.length)] as number;
  });
}

/** Classes in turn; each class uses its own rows in a random order, and in a new one when they are used up. */
function drawBalanced(order: EpochOrder, stream: RandomStream): Int32Array {
  const classes = trainingClasses(order);
  const used = new Int32Array(classes.length);
  const turn = new Int32Array(classes.length).map((_, index) => index);
  const drawn = new Int32Array(order.rows.length);
  for (let at = 0; at < drawn.length; at++) {
    const place = at % classes.length;
    if (place === 0) shuffle(turn, stream);
    const cls = turn[place] as number;
    const rows = classes[cls] as Int32Array;
    const next = (used[cls] as number) % rows.length;
    if (next === 0) shuffle(rows, stream);
    drawn[at] = rows[next] as number;
    used[cls] = (used[cls] as number) + 1;
  }
  return drawn;
}

/** The training rows of every class that has any. */
function trainingClasses({ labels, rows, classCount }: EpochOrder): Int32Array[] {
  const own = rows.map((row) => labels[row] as number);
  return groupRows(own, classCount)
    .filter((group) => group.length > 0)
    .map((group) => group.map((at) => rows[at] as number));
}

/** Beta(a, a): Jöhnk's rejection up to a = 1 (Devroye 1986, p. 432), by two gammas above. */
function beta(a: number, stream: RandomStream): number {
  if (a > 1) {
    const x = gamma(a, stream);
    return x / (x + gamma(a, stream));
  }
  for (;;) {
    const x = stream.uniform() ** (1 / a);
    const y = stream.uniform() ** (1 / a);
    // Both underflow for the smallest a; the distribution is then 0 or 1.
    if (x + y === 0) return stream.integer(2);
    if (x + y <= 1) return x / (x + y);
  }
}

/** Gamma(shape, 1) for shape ≥ 1. Marsaglia & Tsang 2000, "A simple method for generating gamma variables". */
function gamma(shape: number, stream: RandomStream): number {
  const d = shape - 1 / 3;
  for (;;) {
    const x = stream.normal();
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - stream.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
