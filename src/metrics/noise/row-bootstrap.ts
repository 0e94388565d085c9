import { type DrawnMetric, isCostMetric, isCountMetric } from '../../metric.js';
import { streamState } from '../../random.js';
import { type Margins, marginMetric, marginSettings } from '../margin-metrics.js';
import type { BootstrapOptions, BootstrapRows, Measure, RowDraws, RowDrawsByMetric } from './bootstrap.js';
import { costRows, meanCountedCost } from './cost-rows.js';
import { type Deviations, deviationTable } from './deviations.js';
import { DRAWS_AT_ONCE } from './draw-kernel.js';
import { Resampler, strataOf } from './resampler.js';
import { poolBootstrap, withoutRuns } from './splits/pool-bootstrap.js';

export type {
  BootstrapOptions,
  BootstrapRows,
  RowBootstrap,
  RowDraws,
  RowDrawsByMetric,
} from './bootstrap.js';

/** Rows in which runs differ that are held at once, 8 bytes each. */
const BATCH_DEVIATIONS = 2 ** 24;

/**
 * Stratified bootstrap of rows, the same rows for every run: per metric, per trial, its draws. Of a class with n rows, n − 1
 * are drawn with replacement and weigh n / (n − 1) each, which makes the variance of small classes right (Rao & Wu 1988,
 * "Resampling inference with complex survey data"); a class of one row always stays as it is. Where rows come in groups, whole
 * groups are drawn, as `poolBootstrap` does it.
 */
export function rowBootstrap(
  rows: BootstrapRows,
  metrics: readonly DrawnMetric[],
  options: BootstrapOptions,
): RowDrawsByMetric {
  const settings = marginSettings(rows);
  const measures = metrics
    .filter(isCountMetric)
    .map((name): Measure => ({ name, of: (margins) => marginMetric(name, margins, settings) }));
  const drawn = drawMeasures(rows, measures, options);
  const ofCosts = metrics.filter(isCostMetric);
  if (ofCosts.length === 0 || rows.costs === undefined) return drawn;
  const costed = costRows(rows, rows.costs);
  const meanCost = ofCosts.map(
    (name): Measure => ({ name, of: (margins) => meanCountedCost(margins, costed.values) }),
  );
  return new Map([...drawn, ...drawMeasures(costed.rows, meanCost, options)]);
}

function drawMeasures(
  rows: BootstrapRows,
  measures: readonly Measure[],
  { draws, seed }: BootstrapOptions,
): RowDrawsByMetric {
  const { labels, classCount, rowsOf, groups } = rows;
  if (groups !== undefined && rowsOf === undefined) return drawSharedGroups(rows, measures, { draws, seed });
  if (rowsOf !== undefined) return poolBootstrap({ ...rows, rowsOf }, measures, { draws, seed });
  const tables = measures.map((measure) => ({ ...measure, tally: new Tally(rows.trials, draws) }));
  const table = deviationTable(labels, rows.trials.flat(), classCount);
  const strata = strataOf(labels, classCount);
  for (const { first, runs } of batches(table.runs)) {
    const resampler = new Resampler({ table, runs, strata, state: streamState(seed, 'resample') });
    for (let draw = 0; draw < draws; draw += DRAWS_AT_ONCE) {
      resampler.draw();
      for (let at = 0; at < runs.length; at++) {
        const drawn = resampler.count(at);
        for (const { of, tally } of tables) {
          tally.add(first + at, draw, (place) => of(drawn[place] as Margins));
        }
      }
    }
  }
  return new Map(tables.map(({ name, tally }) => [name, tally.result()]));
}

/** Groups of the rows of one split, which all runs have. */
function drawSharedGroups(
  rows: BootstrapRows,
  measures: readonly Measure[],
  options: BootstrapOptions,
): RowDrawsByMetric {
  const all = Uint32Array.from(rows.labels.keys());
  const rowsOf = rows.trials.map((runs) => runs.map(() => all));
  const drawn = poolBootstrap({ ...rows, rowsOf }, measures, options);
  return new Map([...drawn].map(([name, trials]) => [name, trials.map(withoutRuns)]));
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

  /** Takes in the draws that were computed together, from `first` on. */
  add(run: number, first: number, valueAt: (place: number) => number): void {
    const trial = this.#trialOf[run] as number;
    const means = this.#means[trial] as Float64Array;
    const count = this.#counts[trial] as number;
    let sum = this.#sums[run] as number;
    let squares = this.#squares[run] as number;
    for (let draw = first; draw < this.draws && draw < first + DRAWS_AT_ONCE; draw++) {
      const value = valueAt(draw - first);
      means[draw] = (means[draw] as number) + value / count;
      sum += value;
      squares += value * value;
    }
    this.#sums[run] = sum;
    this.#squares[run] = squares;
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

/** Runs that are counted together, from `first` on: all of them unless they would take too much memory. */
function* batches(
  runs: readonly Deviations[],
): Generator<{ readonly first: number; readonly runs: readonly Deviations[] }> {
  let first = 0;
  let size = 0;
  for (const [at, { rows }] of runs.entries()) {
    if (size > 0 && size + rows.length > BATCH_DEVIATIONS) {
      yield { first, runs: runs.slice(first, at) };
      first = at;
      size = 0;
    }
    size += rows.length;
  }
  yield { first, runs: runs.slice(first) };
}
