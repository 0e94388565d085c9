import { randomStream } from '../../../random.js';
import type { Margins } from '../../margin-metrics.js';
import type { BootstrapOptions, BootstrapRows, Measure, RowDraws, RowDrawsByMetric } from '../bootstrap.js';
import { type DeviationTable, deviationTable } from '../deviations.js';
import { DRAWS_AT_ONCE } from '../draw-kernel.js';
import { drawPlaces, poolSplit, unitCountOf, unitsOf, weightTables } from './pool-weights.js';
import { Weigher } from './weigher.js';

/** Runs on rows of their seeds. */
export interface PoolRows extends BootstrapRows {
  readonly rowsOf: NonNullable<BootstrapRows['rowsOf']>;
}

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
  const unitCount = unitCountOf(rows);
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

/** A trial's draws from those of its runs. */
export function rowDraws(runs: readonly Float64Array[]): RowDraws {
  const means = new Float64Array(runs[0]?.length ?? 0);
  for (const run of runs) {
    for (let draw = 0; draw < means.length; draw++) {
      means[draw] = (means[draw] as number) + (run[draw] as number) / runs.length;
    }
  }
  const runVariance = runs.reduce((sum, run) => sum + variance(run) / runs.length, 0);
  return { means, runVariance, runs };
}

/** Draws of runs that all have the same rows. */
export function withoutRuns({ means, runVariance }: RowDraws): RowDraws {
  return { means, runVariance };
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
    const split = poolSplit(rows, own);
    const predictions = runs.map((run) => run.predictions);
    return { ...split, table: deviationTable(split.labels, predictions, rows.classCount), runs };
  });
}
