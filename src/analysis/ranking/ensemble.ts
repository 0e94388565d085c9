import type { DrawnMetric, MetricName, MetricValues } from '../../metric.js';
import { compareWith, differenceInterval } from '../../metrics/estimates/comparisons.js';
import { estimateTrials } from '../../metrics/estimates/estimate-trials.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { sum } from '../../wording/numbers.js';
import type { RankingFacts } from '../facts/facts.js';
import type { Ensemble, EnsembleFigure } from './configuration.js';
import { type ComparedRows, comparedRows } from './sweep-estimates.js';
import type { TrialResult } from './trial-results.js';

/** What every report shows of an ensemble; beside them the metric that ranks. */
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
  const names = [...new Set<MetricName>([facts.sweep.metric.name, ...ENSEMBLE_METRICS])];
  const compared = comparedRows(facts, result, { predictions: scores.predictions, names });
  const drawn = await drawnFigures(compared, { together: scores.metrics, alone }, bootstrap);
  return {
    seeds: result.runs.length,
    of: new Map(names.map((name) => [name, drawn.get(name) ?? plainFigure(name, scores.metrics, alone)])),
  };
}

type Alone = readonly MetricValues[];

/** Without intervals: these metrics do not follow from predictions. */
function plainFigure(name: MetricName, together: MetricValues, alone: Alone): EnsembleFigure {
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
  { together, alone }: { readonly together: MetricValues; readonly alone: Alone },
  bootstrap: RowBootstrap,
): Promise<ReadonlyMap<MetricName, EnsembleFigure>> {
  const values = (name: DrawnMetric) =>
    [meanOf(name, alone), together[name]].map((value) => new Map([[0, value]]));
  const estimates = estimateTrials(
    rows,
    Object.fromEntries(drawn.map((name) => [name, values(name)])) as Record<
      DrawnMetric,
      ReturnType<typeof values>
    >,
    options,
    await bootstrap(rows, drawn, options),
  );
  return new Map(
    drawn.map((name) => {
      const comparison = compareWith(estimates[name], SINGLE);
      const figure: EnsembleFigure = {
        mean: together[name],
        interval: estimates[name].estimates()[TOGETHER]?.interval ?? UNKNOWN,
        single: meanOf(name, alone),
        gain: {
          mean: comparison.differences[TOGETHER] as number,
          interval: differenceInterval(comparison, TOGETHER),
        },
      };
      return [name, figure];
    }),
  );
}

/** Places of the two that are compared. */
const SINGLE = 0;
const TOGETHER = 1;

function meanOf(name: MetricName, alone: Alone): number {
  return sum(alone.map((metrics) => metrics[name])) / alone.length;
}
