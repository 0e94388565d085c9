import { type RandomStream, randomStream } from '../random.js';
import { deviationTable } from './deviations.js';
import { MarginDraws } from './margin-draws.js';
import { type CountMetric, marginMetric } from './margin-metrics.js';
import { PackedCounts } from './packed-counts.js';

/** Runs on the same rows, grouped into trials. */
export interface BootstrapRows {
  /** True class of each row. */
  readonly labels: Uint16Array;
  readonly rareClasses: readonly number[];
  readonly classCount: number;
  /** Per trial, per seed, the predicted class of each row. */
  readonly trials: readonly (readonly Uint16Array[])[];
}

/** One metric of one trial under resampled rows. */
export interface RowDraws {
  /** Mean over the trial's runs, per draw. */
  readonly means: Float64Array;
  /** Variance over draws of a single run, averaged over the trial's runs. */
  readonly runVariance: number;
}

export interface BootstrapOptions {
  readonly draws: number;
  readonly seed: number;
}

/**
 * Stratified bootstrap of rows, the same rows for every run: per metric, per trial, its draws. Of a class with n rows, n − 1
 * are drawn with replacement and weigh n / (n − 1) each, which makes the variance of small classes right (Rao & Wu 1988,
 * "Resampling inference with complex survey data"); a class of one row always stays as it is.
 */
export function rowBootstrap<Name extends CountMetric>(
  rows: BootstrapRows,
  metrics: readonly Name[],
  { draws, seed }: BootstrapOptions,
): ReadonlyMap<Name, readonly RowDraws[]> {
  const { labels, classCount } = rows;
  const strata = rowsOfClasses(labels, classCount);
  const support = Float64Array.from(strata, (own) => own.length);
  const isRare = Array.from({ length: classCount }, (_, index) => rows.rareClasses.includes(index));
  const tables = metrics.map((name) => ({ name, tally: new Tally(rows.trials, draws) }));
  const table = deviationTable(labels, rows.trials.flat(), classCount);
  const stream = randomStream(seed, 'resample');
  const counts = new PackedCounts(
    labels.length,
    support.reduce((most, count) => Math.max(most, count), 1),
  );
  const marginDraws = new MarginDraws(table, counts, support);
  for (let first = 0; first < draws; first += counts.draws) {
    drawRows(strata, stream, counts);
    marginDraws.drawn();
    table.runs.forEach((deviations, run) => {
      marginDraws.turnTo(deviations);
      for (let place = 0; place < counts.draws && first + place < draws; place++) {
        const margins = marginDraws.at(place);
        for (const { name, tally } of tables)
          tally.add(run, first + place, marginMetric(name, margins, isRare));
      }
    });
  }
  return new Map(tables.map(({ name, tally }) => [name, tally.result()]));
}

/** Collects draws of runs into trials' means. */
class Tally {
  readonly #means: readonly Float64Array[];
  readonly #trialOf: readonly number[];
  readonly #counts: readonly number[];
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor(
    trials: BootstrapRows['trials'],
    private readonly draws: number,
  ) {
    this.#means = trials.map(() => new Float64Array(draws));
    this.#trialOf = trials.flatMap((runs, trial) => runs.map(() => trial));
    this.#counts = trials.map((runs) => runs.length);
    this.#sums = new Float64Array(this.#trialOf.length);
    this.#squares = new Float64Array(this.#trialOf.length);
  }

  add(run: number, draw: number, value: number): void {
    const trial = this.#trialOf[run] as number;
    const means = this.#means[trial] as Float64Array;
    means[draw] = (means[draw] as number) + value / (this.#counts[trial] as number);
    this.#sums[run] = (this.#sums[run] as number) + value;
    this.#squares[run] = (this.#squares[run] as number) + value ** 2;
  }

  result(): readonly RowDraws[] {
    const variances = this.#means.map(() => 0);
    this.#trialOf.forEach((trial, run) => {
      const mean = (this.#sums[run] as number) / this.draws;
      const variance = Math.max(0, (this.#squares[run] as number) / this.draws - mean ** 2);
      variances[trial] = (variances[trial] as number) + variance / (this.#counts[trial] as number);
    });
    return this.#means.map((means, trial) => ({ means, runVariance: variances[trial] as number }));
  }
}

function rowsOfClasses(labels: Uint16Array, classCount: number): readonly Int32Array[] {
  const rows = Array.from({ length: classCount }, (): number[] => []);
  for (let row = 0; row < labels.length; row++) rows[labels[row] as number]?.push(row);
  return rows.map((own) => Int32Array.from(own));
}

function drawRows(strata: readonly Int32Array[], stream: RandomStream, counts: PackedCounts): void {
  counts.clear();
  for (let place = 0; place < counts.draws; place++) {
    for (const rows of strata) {
      const drawn = Math.max(1, rows.length - 1);
      for (let k = 0; rows.length > 0 && k < drawn; k++)
        counts.add(rows[stream.pick(rows.length)] as number, place);
    }
  }
}
