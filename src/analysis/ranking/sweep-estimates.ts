import {
  type DrawnMetric,
  isCostMetric,
  isDrawnMetric,
  type MetricName,
  type MetricValues,
} from '../../metric.js';
import {
  type EstimateOptions,
  estimateMeasured,
  estimateTrials,
  type SeedValues,
  type TrialEstimates,
} from '../../metrics/estimates/estimate-trials.js';
import { MOST_DRAWS, RESAMPLE_SEED } from '../../metrics/noise/bootstrap.js';
import { type BootstrapRows, type RowBootstrap, rowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { type DrawnScores, fewestDraws, scoredTrialsOf } from '../../metrics/noise/scores/drawn-scores.js';
import { TIES_BY } from '../../metrics/selection.js';
import { aimMetrics } from '../../spec/aims.js';
import type { Predictions, RankingFacts, ScoreFacts, SweepDetail } from '../facts/facts.js';
import { groupsOfRows, modelsOf, rowsOfRuns, trainingNoise } from '../facts/seed-rows.js';
import { ESTIMATED_METRICS, type EstimatedMetric } from './configuration.js';
import { droppedBySearch, predictionsOf, type TrialResult } from './trial-results.js';

const FEWEST_DRAWS = 200;
/** Limit of the work over all runs and draws: a few seconds. */
const MOST_DRAWN_ROWS = 7e9;
const MOST_DRAWN_RUNS = 5e6;

/** Estimates of all trials of a list, in its order. */
export type SweepEstimates = { readonly [name in EstimatedMetric | 'ranked']: TrialEstimates } & {
  /** These, and the metrics that aims name. */
  readonly of: ReadonlyMap<MetricName, TrialEstimates>;
};

/** On the rows that choose. */
export type ValidationEstimates = SweepEstimates & {
  /** The metrics that an aim gives a margin, as expected of models that are trained on these training rows. */
  readonly trainedHere: SweepEstimates['of'];
};

/** Bootstrap draws behind every interval: 2,000, and fewer if so many runs would take too long, or had when they were measured. */
export function bootstrapDraws(
  { sweep: { dataset }, drawnScores }: Pick<ScoreFacts, 'sweep' | 'drawnScores'>,
  trials: readonly TrialResult[],
): number {
  const runs = Math.max(
    1,
    trials.reduce((sum, trial) => sum + trial.runs.length, 0),
  );
  const rows = Math.max(1, dataset.validationLabels.length);
  const draws = Math.min(MOST_DRAWS, MOST_DRAWN_RUNS / runs, MOST_DRAWN_ROWS / (runs * rows));
  return fewestDraws(drawnScores.draws.values(), Math.round(Math.max(FEWEST_DRAWS, draws)));
}

/** Draws on this thread. */
export const drawHere: RowBootstrap = async (rows, metrics, options) => rowBootstrap(rows, metrics, options);

/** Estimates the metrics that reports show, and the ranking one, on the validation rows. */
export async function validationEstimates(
  facts: ScoreFacts,
  trials: readonly TrialResult[],
  bootstrap: RowBootstrap,
): Promise<ValidationEstimates> {
  const estimated = await validationEstimator(facts, trials, { names: neededMetrics(facts), bootstrap });
  return { ...allEstimates(facts, estimated), trainedHere: trainedHere(facts, estimated) };
}

/** On the validation rows, the metrics of the aims and the ranking one alone. */
export async function aimEstimates(
  facts: ScoreFacts,
  trials: readonly TrialResult[],
  bootstrap: RowBootstrap,
): Promise<Pick<ValidationEstimates, 'ranked' | 'of' | 'trainedHere'>> {
  const { name } = facts.sweep.metric;
  const names = [...new Set<MetricName>([name, TIES_BY, ...facts.choosing.aims.flatMap(aimMetrics)])];
  const estimated = await validationEstimator(facts, trials, { names, bootstrap });
  const of = estimated(names);
  return { ranked: of.get(name) as TrialEstimates, of, trainedHere: trainedHere(facts, estimated) };
}

function validationEstimator(
  facts: ScoreFacts,
  trials: readonly TrialResult[],
  { names, bootstrap }: Pick<SplitScores, 'names' | 'bootstrap'>,
): Promise<Estimator> {
  const { sweep, predictions, drawnScores } = facts;
  const scores = trials.map(({ runs }) =>
    runs.map(({ runId, seed, validation }) => ({ runId, seed, metrics: validation })),
  );
  const { validationLabels: labels } = sweep.dataset;
  const ofRuns = rowsOfRuns(sweep.dataset, trials);
  const dropped = droppedBySearch(facts).length;
  const groups = groupsOfRows(sweep.dataset, 'validation');
  const split = { labels, predictions, drawnScores, rowsOf: ofRuns, groups };
  return estimator(facts, trials, { ...split, names, scores, bootstrap, dropped });
}

function trainedHere(facts: ScoreFacts, estimated: Estimator): SweepEstimates['of'] {
  return estimated(marginMetrics(facts), { trainingRows: 0 });
}

/** The same on the test rows. */
export async function testEstimates(
  facts: RankingFacts,
  trials: readonly TrialResult[],
  bootstrap: RowBootstrap,
): Promise<SweepEstimates> {
  const { sweep, testMetrics, testPredictions: predictions, testDrawnScores: drawnScores } = facts;
  const scores = trials.map(({ runs }) =>
    runs.flatMap(({ runId, seed }) => {
      const metrics = testMetrics.get(runId);
      return metrics === undefined ? [] : [{ runId, seed, metrics }];
    }),
  );
  const { testLabels: labels } = sweep.dataset;
  const groups = groupsOfRows(sweep.dataset, 'test');
  const split = { labels, predictions, drawnScores, groups };
  const names = neededMetrics(facts);
  return allEstimates(facts, await estimator(facts, trials, { ...split, names, scores, bootstrap }));
}

/** The seeds of a configuration, then their ensemble, on the test rows. */
export interface ComparedRows {
  readonly rows: BootstrapRows;
  /** Those of the metrics whose rows can be drawn. */
  readonly drawn: readonly DrawnMetric[];
  readonly options: EstimateOptions;
}

/** What is needed to compare the seeds of a trial with what they predict together. */
export function comparedRows(
  facts: RankingFacts,
  trial: TrialResult,
  together: { readonly predictions: Uint16Array; readonly names: readonly MetricName[] },
): ComparedRows {
  const { sweep, testPredictions: predictions } = facts;
  const { testLabels: labels } = sweep.dataset;
  const groups = groupsOfRows(sweep.dataset, 'test');
  const { trials, ...rows } = rowsOf(sweep, [trial], { labels, predictions, groups });
  return {
    rows: { ...rows, trials: [...trials, [together.predictions]] },
    drawn: together.names.filter(drawable(sweep)),
    options: drawing(facts, [trial], labels.length),
  };
}

interface SplitPredictions {
  readonly labels: Uint16Array;
  readonly predictions: Predictions;
  readonly rowsOf?: BootstrapRows['rowsOf'];
  readonly groups: BootstrapRows['groups'];
}

/** The results of the trials on a split. */
interface SplitScores extends SplitPredictions {
  /** Those that may be asked for. */
  readonly names: readonly MetricName[];
  readonly bootstrap: RowBootstrap;
  /** Per trial. */
  readonly scores: readonly (readonly MeasuredRun[])[];
  readonly drawnScores: DrawnScores;
  /** Other trials that began on these rows, which the search dropped. None by default. */
  readonly dropped?: number;
}

interface MeasuredRun {
  readonly runId: string;
  readonly seed: number;
  readonly metrics: MetricValues;
}

/** Estimates metrics of all trials; `other` options replace those of the split. */
type Estimator = (names: readonly MetricName[], other?: Partial<EstimateOptions>) => SweepEstimates['of'];

function allEstimates(facts: ScoreFacts, estimated: Estimator): SweepEstimates {
  const of = estimated(neededMetrics(facts));
  const all = Object.fromEntries(of) as Record<EstimatedMetric, TrialEstimates>;
  return { ...all, ranked: of.get(facts.sweep.metric.name) as TrialEstimates, of };
}

async function estimator(
  facts: ScoreFacts,
  trials: readonly TrialResult[],
  { names: all, scores, drawnScores, bootstrap, dropped = 0, ...split }: SplitScores,
): Promise<Estimator> {
  const { sweep } = facts;
  const values = (name: MetricName): SeedValues =>
    scores.map((own) => new Map(own.map(({ seed, metrics }) => [seed, metrics[name]])));
  const rows = rowsOf(sweep, trials, split);
  const options = drawing(facts, trials, split.labels.length);
  const scored = (name: MetricName) => scoredTrialsOf(name, scores, drawnScores, rows);
  const isDrawn = drawable(sweep);
  const draws = await bootstrap(rows, all.filter(isDrawn), options);
  return (names, other) => {
    const own = { ...options, ...other };
    const entries = names.filter(isDrawn).map((name) => [name, values(name)] as const);
    const fromRows = estimateTrials(
      rows,
      Object.fromEntries(entries) as Record<DrawnMetric, SeedValues>,
      own,
      draws,
    );
    return new Map(
      names.map((name) => [
        name,
        {
          ...(isDrawn(name) ? fromRows[name] : estimateMeasured(name, values(name), own, scored(name))),
          dropped,
        },
      ]),
    );
  };
}

/** Those that an aim gives a margin. */
function marginMetrics({ choosing }: Pick<ScoreFacts, 'choosing'>): readonly MetricName[] {
  const constraints = choosing.aims.flatMap((aim) => aim.constraints);
  return [...new Set(constraints.flatMap((own) => ('margin' in own ? [own.metric] : [])))];
}

/** What every report shows, the ranking metric, and what aims name. */
function neededMetrics({ sweep, choosing }: Pick<ScoreFacts, 'sweep' | 'choosing'>): readonly MetricName[] {
  const ofAims = choosing.aims.flatMap(aimMetrics);
  return [...new Set<MetricName>([...ESTIMATED_METRICS, sweep.metric.name, ...ofAims])];
}

/** Those that follow from predictions, and the costs of the sweep if it has any; none where a program told metrics alone. */
function drawable({ costs, dataset }: SweepDetail): (name: MetricName) => name is DrawnMetric {
  const hasRows = dataset.classNames.length > 0;
  return (name): name is DrawnMetric =>
    hasRows && isDrawnMetric(name) && (costs !== null || !isCostMetric(name));
}

function drawing(facts: ScoreFacts, trials: readonly TrialResult[], rows: number): EstimateOptions {
  return {
    draws: bootstrapDraws(facts, trials),
    seed: RESAMPLE_SEED,
    models: modelsOf(facts.sweep.dataset, trials),
    ...trainingNoise(facts.sweep.dataset, rows),
  };
}

function rowsOf(
  { dataset, metric, costs }: SweepDetail,
  trials: readonly TrialResult[],
  { labels, predictions, rowsOf: ofRuns, groups }: SplitPredictions,
): BootstrapRows {
  return {
    labels,
    groups,
    rowsOf: ofRuns,
    rareClasses: dataset.rareClasses,
    classCount: dataset.classNames.length,
    metric,
    costs: costs ?? undefined,
    trials: predictionsOf(trials, predictions),
  };
}
