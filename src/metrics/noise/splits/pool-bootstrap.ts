import type { RandomStream } from '../../../random.js';
import { randomStream } from '../../../random.js';
import type { Margins } from '../../margin-metrics.js';
import type { BootstrapOptions, BootstrapRows, Measure, RowDraws, RowDrawsByMetric } from '../bootstrap.js';
import { type DeviationTable, deviationTable } from '../deviations.js';
import { DRAWS_AT_ONCE } from '../draw-kernel.js';
import { chiSquare } from '../seeds/seed-noise.js';
import { classGroups } from './row-groups.js';
import { Weigher } from './weigher.js';

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
  const values = measures.map(() => rows.trials.map((runs) => runs.map(() => new Float64Array(draws))));
  const { groups } = rows;
  const unitCount = groups === undefined ? rows.labels.length : largest(groups) + 1;
  const places = new Uint16Array(DRAWS_AT_ONCE * unitCount);
  const splits = splitsOf(rows);
  const weights = weightTables(rows, splits);
  const weighed = splits.map(({ runs, ...split }) => ({
    runs,
    weigher: new Weigher({ ...split, units: unitsOf(split.rows, groups), tables: weights, unitCount }),
  }));
  const stream = randomStream(seed, 'resample');
  for (let first = 0; first < draws; first += DRAWS_AT_ONCE) {
    const count = Math.min(DRAWS_AT_ONCE, draws - first);
    for (let place = 0; place < count; place++) drawPlaces(places, place, stream);
    for (const { runs, weigher } of weighed) {
      weigher.weigh(places);
      for (const [number, { trial, at }] of runs.entries()) {
        const margins = weigher.count(number);
        measures.forEach(({ of }, metric) => {
          const own = values[metric]?.[trial]?.[at] as Float64Array;
          for (let place = 0; place < count; place++) own[first + place] = of(margins[place] as Margins);
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
interface Split {
  readonly rows: Uint32Array;
  /** By row of the split. */
  readonly labels: Uint16Array;
  /** Rows of each class. */
  readonly support: Float64Array;
  readonly table: DeviationTable;
  readonly runs: readonly PlacedRun[];
}

interface PlacedRun {
  readonly trial: number;
  /** Among the trial's runs. */
  readonly at: number;
  readonly predictions: Uint16Array;
}

/** Runs of one seed have the same array of rows. */
function splitsOf(rows: PoolRows): readonly Split[] {
  const members = new Map<Uint32Array, PlacedRun[]>();
  rows.trials.forEach((runs, trial) => {
    runs.forEach((predictions, at) => {
      const own = rows.rowsOf[trial]?.[at] as Uint32Array;
      const known = members.get(own);
      if (known === undefined) members.set(own, [{ trial, at, predictions }]);
      else known.push({ trial, at, predictions });
    });
  });
  return [...members].map(([own, runs]) => {
    const labels = Uint16Array.from(own, (row) => rows.labels[row] as number);
    const support = new Float64Array(rows.classCount);
    for (const label of labels) support[label] = (support[label] as number) + 1;
    const predictions = runs.map((run) => run.predictions);
    return { rows: own, labels, support, table: deviationTable(labels, predictions, rows.classCount), runs };
  });
}

/** By row of a split, what it is drawn with: its group, or itself. */
function unitsOf(rows: Uint32Array, groups: Uint32Array | undefined): Uint32Array {
  return groups === undefined ? rows : rows.map((row) => groups[row] as number);
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

/** Draws the places of one of the draws side by side, four per draw of the stream: a place takes 12 of its 53 bits. */
function drawPlaces(places: Uint16Array, draw: number, stream: RandomStream): void {
  let rest = 0;
  for (let at = draw, drawn = 0; at < places.length; at += DRAWS_AT_ONCE, drawn++) {
    if (drawn % 4 === 0) rest = stream.uniform();
    rest *= TABLE_WEIGHTS;
    const place = Math.floor(rest);
    rest -= place;
    places[at] = place;
  }
}

function largest(values: Uint32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
