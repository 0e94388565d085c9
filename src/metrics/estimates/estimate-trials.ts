import { type DrawnMetric, isScoredMetric, METRIC_NAMES, METRICS, type MetricName } from '../../metric.js';
import {
  combine,
  type Estimate,
  type EstimateOptions,
  once,
  type SeedValues,
  type TrialDraws,
  type TrialEstimates,
} from '../noise/combine-noise.js';
import { hiddenNoise, NOTHING_HIDDEN } from '../noise/few-rows.js';
import {
  type BootstrapRows,
  type RowDraws,
  type RowDrawsByMetric,
  rowBootstrap,
} from '../noise/row-bootstrap.js';
import { ROUNDING } from '../noise/row-noise.js';
import type { ScoredTrials } from '../noise/scores/drawn-scores.js';
import { scoredTrials } from '../noise/scores/score-noise.js';
import { independentRows } from '../noise/splits/row-groups.js';
import { exactMean } from './exact-mean.js';
import { meanRecalls, splitRecalls, worstRecallBounds } from './worst-recall-bound.js';

export type { Estimate, EstimateOptions, SeedValues, TrialEstimates } from '../noise/combine-noise.js';

/** Estimates metrics of all trials from predictions on the same rows, which may have been drawn already, and from the values of their seeds. */
export function estimateTrials<Name extends DrawnMetric>(
  rows: BootstrapRows,
  values: { readonly [name in Name]: SeedValues },
  options: EstimateOptions,
  drawn?: RowDrawsByMetric,
): { readonly [name in Name]: TrialEstimates } {
  const names = Object.keys(values) as Name[];
  const draws: RowDrawsByMetric = drawn ?? rowBootstrap(rows, names, options);
  const hiddenOf = hiddenNoise(rows);
  const entries = names.map((name) => {
    const [lowest, highest] = METRICS[name].range;
    const seen = (draws.get(name) as readonly RowDraws[]).map((own, trial): TrialDraws => {
      const hidden = hiddenOf(name, trial);
      // Any class may become the worst in a draw, so one class alone hides nothing as long as draws differ.
      const isSeen = name === 'worst_recall' && own.runVariance > ROUNDING;
      return {
        ...own,
        hidden: isSeen
          ? { ...NOTHING_HIDDEN, unseenDifference: hidden.unseenDifference, ofLoneRows: hidden.ofLoneRows }
          : hidden,
      };
    });
    const stream = METRIC_NAMES.indexOf(name) + 1;
    const combined = combine(seen, values[name], { ...options, lowest, highest, stream });
    return [name, name === 'worst_recall' ? boundWorstRecall(combined, rows) : combined] as const;
  });
  return Object.fromEntries(entries) as { [name in Name]: TrialEstimates };
}

/** The least of many recalls is a biased figure of a few rows: its interval is its bounds, and it decides nothing alone. */
function boundWorstRecall(combined: TrialEstimates, rows: BootstrapRows): TrialEstimates {
  const { labels, classCount, trials, rowsOf } = rows;
  const support = Array.from({ length: classCount }, () => 0);
  for (const label of labels) support[label] = (support[label] ?? 0) + 1;
  const bounded = (estimate: Estimate, trial: number): Estimate => {
    const own = trials[trial] ?? [];
    const parts = rowsOf?.[trial];
    const recalls =
      parts === undefined ? meanRecalls(labels, own, support) : splitRecalls(labels, own, parts, classCount);
    const bound = worstRecallBounds(recalls, independentRows(rows, own, parts));
    const interval = { low: Math.min(estimate.mean, bound.low), high: Math.max(estimate.mean, bound.high) };
    return { ...estimate, interval };
  };
  return { ...combined, estimates: once(() => combined.estimates().map(bounded)), isUndecided: true };
}

/**
 * The same for a metric that does not follow from predictions: from draws of rows that were made when runs were measured. Without them
 * it is from seeds alone, and the error of a trial of one seed is unknown, unless other trials have more. A trial without the
 * metric has NaN, and is left out of the noise of the others.
 */
export function estimateMeasured(
  name: MetricName,
  values: SeedValues,
  options: EstimateOptions,
  scored?: ScoredTrials,
): TrialEstimates {
  const [lowest, highest] = METRICS[name].range;
  const isKnown = values.map((own) => ![...own.values()].some(Number.isNaN));
  const known = <Value>(of: readonly Value[]) => of.filter((_, trial) => isKnown[trial]);
  const none: TrialDraws = {
    means: new Float64Array(options.draws),
    runVariance: 0,
    hidden: NOTHING_HIDDEN,
  };
  const drawn =
    scored && isScoredMetric(name)
      ? scoredTrials(name, known(scored.trials), scored.table, {
          draws: options.draws,
          values: known(values).map((own) => exactMean([...own.values()])),
        })
      : undefined;
  const combined = combine(drawn ?? known(values).map(() => none), known(values), {
    ...options,
    models: options.models && known(options.models),
    lowest,
    highest,
    stream: drawn === undefined ? 0xffff : METRIC_NAMES.indexOf(name) + 1,
  });
  const place = isKnown.map((_, trial) => isKnown.slice(0, trial).filter(Boolean).length);
  const spread = <Value>(of: readonly Value[], missing: Value): readonly Value[] =>
    isKnown.map((there, trial) => (there ? (of[place[trial] as number] as Value) : missing));
  const estimates = () =>
    drawn !== undefined
      ? combined.estimates()
      : combined.estimates().map((estimate, at) => ({
          ...estimate,
          rowError: Number.NaN,
          interval: combined.isReplicated[at] ? estimate.interval : UNKNOWN,
        }));
  return {
    widest: highest - lowest,
    isUndecided: false,
    ofLoneRows: spread(combined.ofLoneRows, 0),
    biases: spread(combined.biases, 0),
    means: spread(combined.means, Number.NaN),
    deviations: spread(combined.deviations, none.means),
    isReplicated: spread(combined.isReplicated, false),
    estimates: once(() =>
      spread(estimates(), {
        mean: Number.NaN,
        interval: UNKNOWN,
        rowError: Number.NaN,
        seedSd: Number.NaN,
      }),
    ),
  };
}

const UNKNOWN = { low: Number.NaN, high: Number.NaN } as const;
