import { METRICS, type MetricName } from '../../metric.js';
import { Z_975 } from '../../metrics/estimates/intervals.js';
import { summarise, t975 } from '../../metrics/estimates/seed-statistics.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { doubtOf } from '../../metrics/noise/seeds/doubt.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import type { Differences } from '../choices/choice.js';
import type { RankingFacts } from '../facts/facts.js';
import type {
  Configuration,
  Confirmation,
  Difference,
  Ensemble,
  Estimate,
  OptimismGap,
} from './configuration.js';
import { equivalenceOf } from './difference.js';
import { ensembleOf } from './ensemble.js';
import { againstBaseline } from './standings.js';
import { type SweepEstimates, testEstimates } from './sweep-estimates.js';
import type { TrialResult } from './trial-results.js';

/** A configuration with its results. */
export interface Finalist {
  readonly configuration: Configuration;
  readonly result: TrialResult;
}

/** Configurations on the test rows. */
export interface Confirmed {
  /** In the order of the finalists. */
  readonly confirmations: readonly Confirmation[];
  /** By trial id, less the first finalist where that is the baseline: in these metrics, with intervals simultaneous over the finalists. */
  readonly differences: (trialId: string, metrics: readonly MetricName[]) => Differences | null;
}

/** The finalists on the test rows: the baseline first, if there is one. */
export async function confirm(
  facts: RankingFacts,
  finalists: readonly Finalist[],
  bootstrap: RowBootstrap,
): Promise<Confirmed> {
  const results = finalists.map(({ result }) => result);
  const [estimates, ...ensembles] = await Promise.all([
    testEstimates(facts, results, bootstrap),
    ...results.map((result) => ensembleOf(facts, result, bootstrap)),
  ]);
  return {
    confirmations: finalists.map((finalist, at) =>
      confirmation(facts, finalist, { estimates, at, ensemble: ensembles[at] ?? null }),
    ),
    differences: differencesOn(facts, finalists, estimates),
  };
}

interface Placed {
  readonly estimates: SweepEstimates;
  readonly at: number;
  readonly ensemble: Ensemble | null;
}

function confirmation(
  facts: RankingFacts,
  { configuration, result }: Finalist,
  { estimates, at, ensemble }: Placed,
): Confirmation {
  const of = (name: 'ranked' | 'macro_f1' | 'rare_recall'): Estimate =>
    estimates[name].estimates()[at] as Estimate;
  const { name } = facts.sweep.metric;
  const gap = (metric: MetricName, validation: Estimate, test: Estimate): OptimismGap =>
    optimismGap({ metric, validation, test, seeds: seedGaps(facts, result, metric) });
  return {
    trialId: configuration.trialId,
    label: configuration.label,
    isCrossEntropy: configuration.isCrossEntropy,
    ranked: of('ranked'),
    macro_f1: of('macro_f1'),
    rare_recall: of('rare_recall'),
    of: new Map([...estimates.of].map(([metric, own]) => [metric, own.estimates()[at] as Estimate])),
    optimism: {
      ranked: gap(name, configuration.ranked, of('ranked')),
      rare_recall: gap('rare_recall', configuration.estimates.rare_recall, of('rare_recall')),
    },
    ensemble,
  };
}

interface Gap {
  readonly metric: MetricName;
  readonly validation: Estimate;
  readonly test: Estimate;
  /** Validation minus test of each seed. */
  readonly seeds: readonly number[];
}

/** Rows of both parts are drawn independently; seeds are the same, so that only their differences count. */
function optimismGap({ metric, validation, test, seeds }: Gap): OptimismGap {
  const sign = GOAL_SIGNS[METRICS[metric].goal];
  const mean = sign * (validation.mean - test.mean);
  const rows = [validation.rowError, test.rowError].map((error) => (Number.isNaN(error) ? 0 : error));
  const rowVariance = rows.reduce((sum, error) => sum + error ** 2, 0);
  const { sd, count } = summarise(seeds);
  const variance = count < 2 ? 0 : sd ** 2 / count;
  const doubt = doubtOf({ variance, onTheseRows: variance }, rowVariance);
  const widening = count < 2 ? 1 : 1 + (t975(count - 1) / Z_975 - 1) * doubt;
  const half = widening * Z_975 * Math.sqrt(rowVariance + variance);
  const [lowest, highest] = METRICS[metric].range;
  const widest = highest - lowest;
  const interval =
    half === 0
      ? { low: Number.NaN, high: Number.NaN }
      : { low: Math.max(-widest, mean - half), high: Math.min(widest, mean + half) };
  return { mean, interval };
}

function seedGaps(
  { testMetrics }: RankingFacts,
  { runs }: TrialResult,
  metric: MetricName,
): readonly number[] {
  return runs.flatMap(({ runId, validation }) => {
    const test = testMetrics.get(runId);
    return test === undefined ? [] : [validation[metric] - test[metric]];
  });
}

function differencesOn(
  { sweep, choosing }: RankingFacts,
  finalists: readonly Finalist[],
  estimates: SweepEstimates,
): Confirmed['differences'] {
  if (finalists[0]?.configuration.isCrossEntropy !== true) return () => null;
  // The baseline was chosen on other rows, so its choice is no noise here.
  const against = againstBaseline(estimates, {
    metric: sweep.metric,
    baseline: 0,
    candidates: [0],
    equivalent: equivalenceOf(choosing.equivalent, sweep),
  });
  return (trialId, metrics) => {
    const at = finalists.findIndex(({ configuration }) => configuration.trialId === trialId);
    if (at < 1) return null;
    return new Map(metrics.map((name): [MetricName, Difference] => [name, against(name)(at)]));
  };
}
