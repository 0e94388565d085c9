import {
  type EstimateOptions,
  estimateFromSeeds,
  estimateTrials,
  type SeedValues,
  type TrialEstimates,
} from '../../metrics/estimates/estimate-trials.js';
import type { CountMetric } from '../../metrics/margin-metrics.js';
import type { BootstrapRows, RowBootstrap, RowDrawsByMetric } from '../../metrics/noise/row-bootstrap.js';
import type { MetricName, MetricValues } from '../../sweep.js';
import type { Predictions, RankingFacts, ScoreFacts, SweepDetail } from '../facts/facts.js';
import { rowsOfRuns, splitOverlap } from '../facts/seed-rows.js';
import { ESTIMATED_METRICS, type EstimatedMetric } from './configuration.js';
import { predictionsOf, type TrialResult } from './trial-results.js';

const MOST_DRAWS = 2000;
const FEWEST_DRAWS = 200;
/** Limit of the work over all runs and draws: a few seconds. */
const MOST_DRAWN_ROWS = 7e9;
const MOST_DRAWN_RUNS = 5e6;
/** Fixed, so that the same store gives the same report. */
const RESAMPLE_SEED = 0;

/** Estimates of all trials of a list, in its order. */
export type SweepEstimates = { readonly [name in EstimatedMetric | 'ranked']: TrialEstimates };

/** Bootstrap draws behind every interval: 2,000, and fewer if so many runs would take too long. */
export function bootstrapDraws({ dataset }: SweepDetail, trials: readonly TrialResult[]): number {
  const runs = Math.max(
    1,
    trials.reduce((sum, trial) => sum + trial.runs.length, 0),
  );
  const rows = Math.max(1, dataset.validationLabels.length);
  const draws = Math.min(MOST_DRAWS, MOST_DRAWN_RUNS / runs, MOST_DRAWN_ROWS / (runs * rows));
  return Math.round(Math.max(FEWEST_DRAWS, draws));
}

/** Draws the rows of a split for the trials outside of this thread. */
export function drawSplit(
  facts: RankingFacts,
  split: 'validation' | 'test',
  trials: readonly TrialResult[],
  bootstrap: RowBootstrap,
): Promise<RowDrawsByMetric> {
  const { sweep, predictions, testPredictions } = facts;
  const { validationLabels, testLabels } = sweep.dataset;
  const rows = rowsOf(
    sweep,
    trials,
    split === 'validation'
      ? { labels: validationLabels, predictions, rowsOf: rowsOfRuns(sweep.dataset, trials) }
      : { labels: testLabels, predictions: testPredictions },
  );
  return bootstrap(rows, estimatedMetrics(sweep), drawing(sweep, trials));
}

/** Estimates the metrics that reports show, and the ranking one, on the validation rows, which may have been drawn already. */
export function validationEstimates(
  { sweep, predictions }: ScoreFacts,
  trials: readonly TrialResult[],
  drawn?: RowDrawsByMetric,
): SweepEstimates {
  const scores = trials.map(({ runs }) =>
    runs.map(({ seed, validation }) => ({ seed, metrics: validation })),
  );
  const { validationLabels: labels } = sweep.dataset;
  const rowsOf = rowsOfRuns(sweep.dataset, trials);
  return estimates(sweep, trials, { labels, predictions, rowsOf, scores, drawn });
}

/** The same on the test rows. */
export function testEstimates(
  { sweep, testMetrics, testPredictions: predictions }: RankingFacts,
  trials: readonly TrialResult[],
  drawn?: RowDrawsByMetric,
): SweepEstimates {
  const scores = trials.map(({ runs }) =>
    runs.flatMap(({ runId, seed }) => {
      const metrics = testMetrics.get(runId);
      return metrics === undefined ? [] : [{ seed, metrics }];
    }),
  );
  return estimates(sweep, trials, { labels: sweep.dataset.testLabels, predictions, scores, drawn });
}

interface SplitPredictions {
  readonly labels: Uint16Array;
  readonly predictions: Predictions;
  readonly rowsOf?: BootstrapRows['rowsOf'];
}

/** The results of the trials on a split. */
interface SplitScores extends SplitPredictions {
  readonly drawn?: RowDrawsByMetric | undefined;
  /** Per trial. */
  readonly scores: readonly (readonly { readonly seed: number; readonly metrics: MetricValues }[])[];
}

function estimates(
  sweep: SweepDetail,
  trials: readonly TrialResult[],
  { scores, drawn, ...split }: SplitScores,
): SweepEstimates {
  const { metric } = sweep;
  const values = (name: MetricName): SeedValues =>
    scores.map((own) => new Map(own.map(({ seed, metrics }) => [seed, metrics[name]])));
  const options = drawing(sweep, trials);
  const counted = estimateTrials(
    rowsOf(sweep, trials, split),
    Object.fromEntries(estimatedMetrics(sweep).map((name) => [name, values(name)])) as Record<
      CountMetric,
      SeedValues
    >,
    options,
    drawn,
  );
  const ranked =
    metric.name === 'log_loss' ? estimateFromSeeds(values('log_loss'), options) : counted[metric.name];
  return { ...counted, ranked };
}

/** The metrics that follow from predictions. */
function estimatedMetrics({ metric }: SweepDetail): readonly CountMetric[] {
  const names = new Set<CountMetric>(ESTIMATED_METRICS);
  if (metric.name !== 'log_loss') names.add(metric.name);
  return [...names];
}

function drawing(sweep: SweepDetail, trials: readonly TrialResult[]): EstimateOptions {
  return {
    draws: bootstrapDraws(sweep, trials),
    seed: RESAMPLE_SEED,
    overlap: splitOverlap(sweep.dataset),
  };
}

function rowsOf(
  { dataset }: SweepDetail,
  trials: readonly TrialResult[],
  { labels, predictions, rowsOf: ofRuns }: SplitPredictions,
): BootstrapRows {
  return {
    labels,
    rowsOf: ofRuns,
    rareClasses: dataset.rareClasses,
    classCount: dataset.classNames.length,
    trials: predictionsOf(trials, predictions),
  };
}
