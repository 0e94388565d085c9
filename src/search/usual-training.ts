import { METRIC_NAMES, METRICS, type Metric, type MetricValues } from '../metric.js';
import { GOAL_SIGNS } from '../metrics/selection.js';
import { randomStream } from '../random.js';
import { decideRung } from './decide-rung.js';
import type { ScoredTrial } from './search.js';
import type { Rung, Stopper } from './stopper.js';

/** A configuration whose cost is to be guessed. */
export interface CostedTrial {
  readonly trialId: string;
  readonly isBaseline: boolean;
  /** That its runs train at most. */
  readonly epochs: number;
}

/** What is known of a sweep before it trains. */
export interface UntrainedSweep {
  readonly trials: readonly CostedTrial[];
  readonly seeds: readonly number[];
  readonly metric: Metric;
}

/** What a sweep trains. */
export interface TrainingAmount {
  readonly runs: number;
  /** Of all runs. */
  readonly epochs: number;
}

/** Of the values of the metric between configurations and between seeds, and how long configurations take to show what they can. */
const BETWEEN_TRIALS = 0.1;
const BETWEEN_SEEDS = 0.02;
const HALF_LIVES = [1, 4] as const;
/** Of more configurations the first ones stand for all. */
const MOST_TRIALS = 500;

/**
 * What a stopper trains of made-up configurations: their values are normal, seeds move them by a fifth of their spread, and
 * each nears its own by half in one to four epochs. Real ones differ in this, and so in their cost; where a stopper drops a fixed share they do not.
 */
export function usualTraining(stopper: Stopper, sweep: UntrainedSweep): TrainingAmount {
  const { seeds, metric } = sweep;
  const trials = sweep.trials.slice(0, MOST_TRIALS);
  const curves = new Map(trials.map((trial, at) => [trial.trialId, curveOf(sweep, at)]));
  const trained = new Map<string, number>();
  let going = trials;
  const train = ({ seeds: count, epochs = Number.POSITIVE_INFINITY }: Rung): void => {
    for (const { trialId, epochs: most } of going) {
      for (const seed of seeds.slice(0, count)) {
        const key = `${trialId} ${seed}`;
        trained.set(key, Math.max(trained.get(key) ?? 0, Math.min(epochs, most)));
      }
    }
  };
  for (const rung of stopper.rungs) {
    if (going.length === 0) break;
    train(rung);
    const cohort = going.map((trial): ScoredTrial => {
      const { trialId, isBaseline } = trial;
      const curve = curves.get(trialId) as Curve;
      const scores = seeds.slice(0, rung.seeds).map((seed, at) => {
        const length = trained.get(`${trialId} ${seed}`) ?? 0;
        const epochs = Array.from({ length }, (_, epoch) => metricsOf(curve(at, epoch + 1)));
        return { seed, validation: epochs.at(-1) ?? metricsOf(0), epochs: epochs.slice(0, rung.epochs) };
      });
      return { trialId, point: {}, isBaseline, scores };
    });
    const ids = new Set(decideRung(stopper, cohort, rung, metric).going);
    going = going.filter(({ trialId }) => ids.has(trialId));
  }
  train({ seeds: seeds.length });
  const epochs = [...trained.values()].reduce((sum, own) => sum + own, 0);
  const share = trials.length / sweep.trials.length;
  return { runs: trained.size / share, epochs: epochs / share };
}

/** A value in [0, 1] after an epoch of a seed, larger is better. */
type Curve = (seed: number, epoch: number) => number;

function curveOf({ seeds }: UntrainedSweep, at: number): Curve {
  const stream = randomStream(0, 'synthetic', at);
  const own = 0.5 + BETWEEN_TRIALS * stream.normal();
  const halfLife = HALF_LIVES[0] + (HALF_LIVES[1] - HALF_LIVES[0]) * stream.uniform();
  const noise = seeds.map(() => BETWEEN_SEEDS * stream.normal());
  return (seed, epoch) => (own + (noise[seed] ?? 0)) * (1 - 0.5 ** (epoch / halfLife));
}

/** All metrics say the same. */
function metricsOf(value: number): MetricValues {
  const entries = METRIC_NAMES.map((name) => [name, GOAL_SIGNS[METRICS[name].goal] * value]);
  return Object.fromEntries(entries) as MetricValues;
}
