import type { RandomStream } from '../../../random.js';
import { randomStream } from '../../../random.js';
import type { Margins } from '../../margin-metrics.js';
import type { BootstrapOptions, BootstrapRows, Measure, RowDraws, RowDrawsByMetric } from '../bootstrap.js';
import { type Deviations, type DeviationTable, deviationTable } from '../deviations.js';
import { chiSquare } from '../seed-noise.js';
import { classGroups } from './row-groups.js';

/** Runs on rows of their seeds. */
export interface PoolRows extends BootstrapRows {
  readonly rowsOf: NonNullable<BootstrapRows['rowsOf']>;
}

/** Weights that a row of a class may have, all equally likely. */
const TABLE_WEIGHTS = 4096;
/** Draws behind each of them. */
const DRAWS_PER_WEIGHT = 8;
/** The weights of two rows hardly vary less than those of one of them drawn. */
const LEAST_SHAPE = 0.02;
const WEIGHT_STREAM = 0x40000;
/** Weights are multiples of 1 / UNITS, so that their sums are exact in any order, whichever runs are counted beside each other. */
const UNITS = 2 ** 20;

/**
 * The bootstrap of rows where each seed validates on its own part of a pool: a draw weighs every row of the pool, and a seed's
 * figures use the weights of its own rows, so that what two seeds share is shared. Weights are gamma variates of shape
 * (n − 2) / n for a class of n rows in a split: a share of its rows then varies by s² / n, as in `rowBootstrap` (Rubin 1981, "The
 * Bayesian bootstrap", has shape 1). The row of a class of one always stays as it is. Where rows come in groups, a group has one
 * place in the distribution of weights, n counts groups with rows of the class, and the rows of a class in one group stay as they
 * are. The shape is then that of `groupShape`.
 */
export function poolBootstrap(
  rows: PoolRows,
  measures: readonly Measure[],
  { draws, seed }: BootstrapOptions,
): RowDrawsByMetric {
  const splits = splitsOf(rows);
  const values = measures.map(() => rows.trials.map((runs) => runs.map(() => new Float64Array(draws))));
  const tables = weightTables(rows, splits);
  const weights = new Float64Array(rows.labels.length);
  const { groups: units } = rows;
  const places = new Uint16Array(units === undefined ? weights.length : largest(units) + 1);
  const stream = randomStream(seed, 'resample');
  for (let draw = 0; draw < draws; draw++) {
    drawPlaces(places, stream);
    for (let row = 0; row < weights.length; row++) {
      const place = places[units === undefined ? row : (units[row] as number)] as number;
      weights[row] = tables[rows.labels[row] as number]?.[place] as number;
    }
    for (const split of splits) {
      split.weigh(weights);
      for (const { trial, at, deviations } of split.runs) {
        const margins = split.count(deviations);
        measures.forEach(({ of }, metric) => {
          const own = values[metric]?.[trial]?.[at] as Float64Array;
          own[draw] = of(margins);
        });
      }
    }
  }
  return new Map(measures.map(({ name }, metric) => [name, (values[metric] ?? []).map(rowDraws)]));
}

function rowDraws(runs: readonly Float64Array[]): RowDraws {
  const means = new Float64Array(runs[0]?.length ?? 0);
  for (const run of runs) {
    for (let draw = 0; draw < means.length; draw++) {
      means[draw] = (means[draw] as number) + (run[draw] as number) / runs.length;
    }
  }
  const runVariance = runs.reduce((sum, run) => sum + variance(run) / runs.length, 0);
  return { means, runVariance, runs };
}

/** Mean square of the deviations from the mean. */
export function variance(values: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.max(0, squares / values.length - (sum / values.length) ** 2);
}

/** One split of the pool with the runs that were measured on it. */
class Split {
  readonly #table: DeviationTable;
  readonly #labels: Uint16Array;
  readonly #weights: Float64Array;
  readonly #base: Float64Array;
  readonly #own: Float64Array;
  readonly #sums: Float64Array;
  readonly #margins: Margins;
  readonly runs: readonly PlacedRun[];

  constructor(
    readonly rows: Uint32Array,
    { labels, classCount }: BootstrapRows,
    runs: readonly (Omit<PlacedRun, 'deviations'> & { readonly predictions: Uint16Array })[],
  ) {
    this.#labels = Uint16Array.from(rows, (row) => labels[row] as number);
    this.#table = deviationTable(
      this.#labels,
      runs.map(({ predictions }) => predictions),
      classCount,
    );
    this.runs = runs.map((run, at) => ({ ...run, deviations: this.#table.runs[at] as Deviations }));
    this.#weights = new Float64Array(rows.length);
    this.#base = new Float64Array(this.#table.actual.length);
    this.#own = new Float64Array(this.#table.actual.length);
    const empty = () => new Float64Array(classCount);
    this.#sums = empty();
    this.#margins = { support: empty(), predicted: empty(), hits: empty() };
    const { support } = this.#margins;
    for (const label of this.#labels) support[label] = (support[label] as number) + 1;
  }

  /** Rows of each class. */
  get support(): Float64Array {
    return this.#margins.support;
  }

  /** Takes the weights of a draw, for all runs: of each class, so that they sum to its rows. */
  weigh(pool: Float64Array): void {
    const { reference } = this.#table;
    const { support } = this.#margins;
    const sums = this.#sums.fill(0);
    for (let at = 0; at < this.rows.length; at++) {
      const label = this.#labels[at] as number;
      const weight = pool[this.rows[at] as number] as number;
      this.#weights[at] = weight;
      sums[label] = (sums[label] as number) + weight;
    }
    this.#base.fill(0);
    for (let at = 0; at < this.rows.length; at++) {
      const label = this.#labels[at] as number;
      const share = (this.#weights[at] as number) / (sums[label] as number);
      const weight = Math.round(share * (support[label] as number) * UNITS) / UNITS;
      this.#weights[at] = weight;
      const cell = reference[at] as number;
      this.#base[cell] = (this.#base[cell] as number) + weight;
    }
  }

  /** A run's margins under these weights, until the next call. */
  count({ rows, to }: Deviations): Margins {
    const { reference, ends, hits } = this.#table;
    const own = this.#own;
    own.set(this.#base);
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at] as number;
      const weight = this.#weights[row] as number;
      const from = reference[row] as number;
      const cell = to[at] as number;
      own[from] = (own[from] as number) - weight;
      own[cell] = (own[cell] as number) + weight;
    }
    const margins = this.#margins;
    let cell = 0;
    for (let cls = 0; cls < ends.length; cls++) {
      let sum = 0;
      for (; cell < (ends[cls] as number); cell++) sum += own[cell] as number;
      margins.predicted[cls] = sum;
      margins.hits[cls] = Math.min(own[hits[cls] as number] as number, margins.support[cls] as number);
    }
    return margins;
  }
}

interface PlacedRun {
  readonly trial: number;
  /** Among the trial's runs. */
  readonly at: number;
  readonly deviations: Deviations;
}

/** Runs of one seed have the same array of rows. */
function splitsOf(rows: PoolRows): readonly Split[] {
  const members = new Map<Uint32Array, { trial: number; at: number; predictions: Uint16Array }[]>();
  rows.trials.forEach((runs, trial) => {
    runs.forEach((predictions, at) => {
      const own = rows.rowsOf[trial]?.[at] as Uint32Array;
      const known = members.get(own);
      if (known === undefined) members.set(own, [{ trial, at, predictions }]);
      else known.push({ trial, at, predictions });
    });
  });
  return [...members].map(([own, runs]) => new Split(own, rows, runs));
}

/** By class. */
function weightTables(rows: PoolRows, splits: readonly Split[]): readonly Float64Array[] {
  const { classCount, groups } = rows;
  const supports = splits.map((split) =>
    groups === undefined
      ? split.support
      : classGroups({ ...rows, groups }, split.rows).map(({ effective }) => effective),
  );
  return Array.from({ length: classCount }, (_, cls) => {
    const drawn =
      supports.reduce((sum, support) => sum + (support[cls] as number), 0) / Math.max(1, supports.length);
    const count = Math.max(1, Math.round(drawn));
    return weightTable(count, groups === undefined ? (count - 2) / count : groupShape(count));
  });
}

/**
 * Few groups show badly how much groups vary, so their weights vary more: as much as quantiles of a t distribution with one
 * degree of freedom less than groups are above those of a normal one (Cameron & Miller 2015, "A practitioner's guide to
 * cluster-robust inference"; the ratio to second order, Abramowitz & Stegun 1964, 26.7.5).
 */
function groupShape(groups: number): number {
  const degrees = Math.max(1, groups - 1);
  const wider = 1 + 1.21 / degrees + 1.44 / degrees ** 2;
  return ((groups - 1) / wider ** 2 - 1) / groups;
}

const tables = new Map<string, Float64Array>();

/** Weights of mean 1 for the rows, or groups, of a class that has `count`: the means of equal parts of many sorted draws. */
function weightTable(count: number, wanted: number): Float64Array {
  const shape = Math.max(LEAST_SHAPE, wanted);
  const key = `${count} ${shape}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const stream = randomStream(0, 'resample', WEIGHT_STREAM, count);
  const drawn = Float64Array.from({ length: TABLE_WEIGHTS * DRAWS_PER_WEIGHT }, () =>
    chiSquare(2 * shape, stream),
  ).sort();
  const total = drawn.reduce((sum, value) => sum + value, 0);
  const table = Float64Array.from({ length: TABLE_WEIGHTS }, (_, at) => {
    const part = drawn.subarray(at * DRAWS_PER_WEIGHT, (at + 1) * DRAWS_PER_WEIGHT);
    return (part.reduce((sum, value) => sum + value, 0) * TABLE_WEIGHTS) / total;
  });
  tables.set(key, table);
  return table;
}

/** Four places per draw of the stream: a place takes 12 of its 53 bits. */
function drawPlaces(places: Uint16Array, stream: RandomStream): void {
  let rest = 0;
  for (let at = 0; at < places.length; at++) {
    if (at % 4 === 0) rest = stream.uniform();
    rest *= TABLE_WEIGHTS;
    const place = Math.floor(rest);
    rest -= place;
    places[at] = place;
  }
}

function largest(values: Uint32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
