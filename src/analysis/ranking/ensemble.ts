import type { DrawnMetric, MetricName, MetricValues } from '../../metric.js';
import { compareWith, differenceInterval } from '../../metrics/estimates/comparisons.js';
import {
  estimateMeasured,
  estimateTrials,
  type TrialEstimates,
} from '../../metrics/estimates/estimate-trials.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { scoredTrialsOf } from '../../metrics/noise/scores/drawn-scores.js';
import { aimMetrics } from '../../spec/aims.js';
import { sum } from '../../wording/numbers.js';
import type { RankingFacts } from '../facts/facts.js';
import type { Ensemble, EnsembleFigure } from './configuration.js';
import { type ComparedRows, comparedRows } from './sweep-estimates.js';
import type { TrialResult } from './trial-results.js';

/** What every report shows of an ensemble; beside them the metric that ranks and those of the aims. */
const ENSEMBLE_METRICS = ['macro_f1', 'rare_recall', 'accuracy', 'log_loss'] as const;

/**
 * The ensemble of a configuration's seeds on the test rows, beside the seeds alone; null where that is not known. Rows are drawn
 * again, the same for both; the seeds are these.
 */
export async function ensembleOf(
  facts: RankingFacts,
  result: TrialResult,
  bootstrap: RowBootstrap,
): Promise<Ensemble | null> {
  const scores = facts.ensembles.get(result.trial.trialId);
  if (scores === undefined) return null;
  const alone = result.runs.flatMap(({ runId }) => facts.testMetrics.get(runId) ?? []);
  const ofAims = facts.choosing.aims.flatMap(aimMetrics);
  const names = [...new Set<MetricName>([facts.sweep.metric.name, ...ENSEMBLE_METRICS, ...ofAims])];
  const compared = comparedRows(facts, result, { predictions: scores.predictions, names });
  const values: FigureValues = { together: scores.metrics, alone };
  const drawn = new Map([
    ...(await drawnFigures(compared, values, bootstrap)),
    ...scoredFigures(facts, result, { names, compared, values }),
  ]);
  return {
    seeds: result.runs.length,
    of: new Map(names.map((name) => [name, drawn.get(name) ?? plainFigure(name, values)])),
  };
}

type Alone = readonly MetricValues[];

interface FigureValues {
  readonly together: MetricValues;
  readonly alone: Alone;
}

/** Without intervals. */
function plainFigure(name: MetricName, { together, alone }: FigureValues): EnsembleFigure {
  const single = meanOf(name, alone);
  return {
    mean: together[name],
    interval: UNKNOWN,
    single,
    gain: { mean: together[name] - single, interval: UNKNOWN },
  };
}

const UNKNOWN = { low: Number.NaN, high: Number.NaN } as const;

/** As if the mean of the seeds and the ensemble were one seed each, so that no noise of seeds is added. */
async function drawnFigures(
  { rows, drawn, options }: ComparedRows,
  figures: FigureValues,
  bootstrap: RowBootstrap,
): Promise<ReadonlyMap<MetricName, EnsembleFigure>> {
  const values = (name: DrawnMetric) => asOneSeed(name, figures);
  const estimates = estimateTrials(
    rows,
    Object.fromEntries(drawn.map((name) => [name, values(name)])) as Record<
      DrawnMetric,
      ReturnType<typeof asOneSeed>
    >,
    options,
    await bootstrap(rows, drawn, options),
  );
  return new Map(drawn.map((name) => [name, figureOf(name, estimates[name], figures)]));
}

/** Metrics of probabilities whose rows were drawn. */
function scoredFigures(
  { ensembles, testDrawnScores }: RankingFacts,
  { trial, runs }: TrialResult,
  { names, compared, values }: ScoredFigures,
): ReadonlyMap<MetricName, EnsembleFigure> {
  const together = ensembles.get(trial.trialId)?.drawn;
  if (together === undefined) return new Map();
  const scores = {
    draws: new Map([...testDrawnScores.draws, [TOGETHER_ID, together.draws]]),
    classes: new Map([...testDrawnScores.classes, [TOGETHER_ID, together.classes]]),
  };
  const { alone, together: ofAll } = values;
  const trials = [
    runs.map(({ runId }, at) => ({ runId, metrics: alone[at] as MetricValues })),
    [{ runId: TOGETHER_ID, metrics: ofAll }],
  ];
  return new Map(
    names.flatMap((name) => {
      const scored = scoredTrialsOf(name, trials, scores, compared.rows);
      if (scored === undefined) return [];
      const estimates = estimateMeasured(name, asOneSeed(name, values), compared.options, scored);
      return [[name, figureOf(name, estimates, values)]];
    }),
  );
}

interface ScoredFigures {
  readonly names: readonly MetricName[];
  readonly compared: ComparedRows;
  readonly values: FigureValues;
}

/** In place of the id of a run. */
const TOGETHER_ID = 'together';

const asOneSeed = (name: MetricName, { together, alone }: FigureValues) =>
  [meanOf(name, alone), together[name]].map((value) => new Map([[0, value]]));

function figureOf(
  name: MetricName,
  estimates: TrialEstimates,
  { together, alone }: FigureValues,
): EnsembleFigure {
  const comparison = compareWith(estimates, SINGLE);
  return {
    mean: together[name],
    interval: estimates.estimates()[TOGETHER]?.interval ?? UNKNOWN,
    single: meanOf(name, alone),
    gain: {
      mean: comparison.differences[TOGETHER] as number,
      interval: differenceInterval(comparison, TOGETHER),
    },
  };
}

/** Places of the two that are compared. */
const SINGLE = 0;
const TOGETHER = 1;

function meanOf(name: MetricName, alone: Alone): number {
  return sum(alone.map((metrics) => metrics[name])) / alone.length;
}
