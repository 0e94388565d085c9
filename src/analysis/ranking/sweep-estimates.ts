import {
  estimateFromSeeds,
  estimateTrials,
  type SeedValues,
  type TrialEstimates,
} from '../../metrics/estimates/estimate-trials.js';
import type { CountMetric } from '../../metrics/margin-metrics.js';
import type { ScoredSplit, SweepDetail, SweepReader } from '../../store/store.js';
import type { MetricName, MetricValues } from '../../sweep.js';
import { ESTIMATED_METRICS, type EstimatedMetric } from '../report.js';
import { predictionsOf, type TrialResult } from './trial-results.js';

const MOST_DRAWS = 2000;
const FEWEST_DRAWS = 200;
/** What is drawn at most, over all runs and draws: some seconds' work. */
const MOST_DRAWN_ROWS = 7e9;
const MOST_DRAWN_RUNS = 5e6;
/** Any fixed number does: the same store gives the same report. */
const RESAMPLE_SEED = 0;

/** Estimates of all trials of a list, in its order. */
export type SweepEstimates = { readonly [name in EstimatedMetric | 'ranked']: TrialEstimates };

/** Bootstrap draws behind every interval: 2,000, and fewer for so many runs that nobody would wait for them. */
export function bootstrapDraws({ dataset }: SweepDetail, trials: readonly TrialResult[]): number {
  const runs = Math.max(
    1,
    trials.reduce((sum, trial) => sum + trial.runs.length, 0),
  );
  const rows = Math.max(1, dataset.validationLabels.length);
  const draws = Math.min(MOST_DRAWS, MOST_DRAWN_RUNS / runs, MOST_DRAWN_ROWS / (runs * rows));
  return Math.round(Math.max(FEWEST_DRAWS, draws));
}

/** Estimates the metrics that reports show, and the one that ranks, on a split. */
export function sweepEstimates(
  reader: SweepReader,
  sweep: SweepDetail,
  trials: readonly TrialResult[],
  split: ScoredSplit = 'validation',
): SweepEstimates {
  const { dataset, metric } = sweep;
  const scores = trials.map((trial) => seedScores(reader, trial, split));
  const values = (name: MetricName): SeedValues =>
    scores.map((own) => new Map(own.map(({ seed, metrics }) => [seed, metrics[name]])));
  const names = new Set<CountMetric>(ESTIMATED_METRICS);
  if (metric.name !== 'log_loss') names.add(metric.name);
  const options = { draws: bootstrapDraws(sweep, trials), seed: RESAMPLE_SEED };
  const counted = estimateTrials(
    {
      labels: split === 'validation' ? dataset.validationLabels : dataset.testLabels,
      rareClasses: dataset.rareClasses,
      classCount: dataset.classNames.length,
      trials: predictionsOf(reader, trials, split),
    },
    Object.fromEntries([...names].map((name) => [name, values(name)])) as Record<CountMetric, SeedValues>,
    options,
  );
  const ranked =
    metric.name === 'log_loss' ? estimateFromSeeds(values('log_loss'), options) : counted[metric.name];
  return { ...counted, ranked };
}

function seedScores(
  reader: SweepReader,
  { trial, runs }: TrialResult,
  split: ScoredSplit,
): readonly { readonly seed: number; readonly metrics: MetricValues }[] {
  if (split === 'validation') return runs.map(({ seed, validation }) => ({ seed, metrics: validation }));
  const test = reader.testMetrics(trial.trialId);
  return runs.flatMap(({ runId, seed }) => {
    const metrics = test.get(runId);
    return metrics === undefined ? [] : [{ seed, metrics }];
  });
}
