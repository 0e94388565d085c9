import { isBaseline, type NamedBaseline } from '../../../knobs/plain-loss.js';
import type { Metric, MetricValues } from '../../../metric.js';
import { bestOf, LEADING, paretoFront } from '../../../metrics/selection.js';
import type { AnyConfig, KeepWord } from '../../../sweep.js';

/** A trial whose runs of a sweep are all complete. */
export interface TrialScore {
  readonly trialId: string;
  readonly config: AnyConfig;
  /** Means over seeds. */
  readonly means: MetricValues;
}

/** What is wanted of a sweep, and by which metric. */
export interface WantedBy {
  readonly metric: Metric;
  readonly baseline?: NamedBaseline | undefined;
}

/**
 * The trials whose logits a report may want, and whose models the word says: the best baseline, the best other one, the first few, of which
 * one is chosen, and the front of macro-F1 against rare recall. When more trials finish, a trial that is not among them never becomes one.
 */
export function wantedTrials(
  scores: readonly TrialScore[],
  { metric, baseline = null }: WantedBy,
  keep: KeepWord = 'front',
): ReadonlySet<string> {
  if (keep === 'none') return new Set();
  if (keep === 'all') return new Set(scores.map(({ trialId }) => trialId));
  if (keep === 'best') return new Set(bestOf(metric, scores).map(({ trialId }) => trialId));
  const front = paretoFront(scores.map(({ means }) => means));
  const baselines = scores.filter(({ config }) => isBaseline(config, baseline));
  const others = scores.filter(({ config }) => !isBaseline(config, baseline));
  const wanted = [
    ...scores.filter((_, at) => front[at]),
    ...bestOf(metric, baselines),
    ...bestOf(metric, others),
    ...bestOf(metric, scores, LEADING),
  ];
  return new Set(wanted.map(({ trialId }) => trialId));
}
