import { type RandomStream, randomStream } from '../random.js';
import { type JointOutcomes, jointOutcomes } from './joint-outcomes.js';
import { type CountMetric, type Margins, marginMetric } from './margin-metrics.js';

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
  const outcomes = jointOutcomes(rows.labels, rows.trials.flat(), rows.classCount);
  const isRare = Array.from({ length: rows.classCount }, (_, index) => rows.rareClasses.includes(index));
  const tables = metrics.map((name) => ({ name, tally: new Tally(rows.trials, draws) }));
  const weights = new Float64Array(outcomes.truth.length);
  const stream = randomStream(seed, 'resample');
  const margins = emptyMargins(outcomes);
  for (let draw = 0; draw < draws; draw++) {
    drawWeights(outcomes, stream, weights);
    const base = referenceMargins(outcomes, weights);
    outcomes.runs.forEach((_, run) => {
      runMargins(outcomes, run, weights, base, margins);
      for (const { name, tally } of tables) tally.add(run, draw, marginMetric(name, margins, isRare));
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

function drawWeights({ rowsOfClass }: JointOutcomes, stream: RandomStream, weights: Float64Array): void {
  weights.fill(0);
  for (const rows of rowsOfClass) {
    const count = rows.length;
    const drawn = Math.max(1, count - 1);
    const weight = count / drawn;
    for (let k = 0; count > 0 && k < drawn; k++) {
      const outcome = rows[stream.integer(count)] as number;
      weights[outcome] = (weights[outcome] as number) + weight;
    }
  }
}

function emptyMargins({ support, classCount }: JointOutcomes): Margins {
  return { support, predicted: new Float64Array(classCount), hits: new Float64Array(classCount) };
}

function referenceMargins(outcomes: JointOutcomes, weights: Float64Array): Margins {
  const base = emptyMargins(outcomes);
  const { truth, reference } = outcomes;
  for (let outcome = 0; outcome < weights.length; outcome++) {
    const weight = weights[outcome] as number;
    const predicted = reference[outcome] as number;
    base.predicted[predicted] = (base.predicted[predicted] as number) + weight;
    if (predicted === truth[outcome]) base.hits[predicted] = (base.hits[predicted] as number) + weight;
  }
  return base;
}

/** The reference's margins with the run's deviations put in, written to `out`. */
function runMargins(
  { truth, reference, runs }: JointOutcomes,
  run: number,
  weights: Float64Array,
  base: Margins,
  { predicted, hits }: Margins,
): void {
  predicted.set(base.predicted);
  hits.set(base.hits);
  const own = runs[run] as JointOutcomes['runs'][number];
  for (let at = 0; at < own.outcome.length; at++) {
    const outcome = own.outcome[at] as number;
    const weight = weights[outcome] as number;
    if (weight === 0) continue;
    const from = reference[outcome] as number;
    const to = own.predicted[at] as number;
    const actual = truth[outcome] as number;
    predicted[from] = (predicted[from] as number) - weight;
    predicted[to] = (predicted[to] as number) + weight;
    if (from === actual) hits[actual] = (hits[actual] as number) - weight;
    if (to === actual) hits[actual] = (hits[actual] as number) + weight;
  }
}
