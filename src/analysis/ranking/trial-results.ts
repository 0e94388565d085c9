import { METRIC_NAMES, type Metric, type MetricValues } from '../../metric.js';
import { summarise } from '../../metrics/estimates/seed-statistics.js';
import { betterFirst } from '../../metrics/selection.js';
import type { Predictions, RunRow, ScoreFacts, TrialRow } from '../facts/facts.js';
import type { MetricSummaries } from './configuration.js';

/** A trial with its finished runs. */
export interface TrialResult {
  readonly trial: TrialRow;
  readonly runs: readonly RunRow[];
  readonly metrics: MetricSummaries;
  /** Means of the metrics, which decide the order. */
  readonly means: MetricValues;
}

/** The sweep's trials that have a finished run, best first; without those that the search dropped. */
export function rankedTrials(
  { trials, runs }: Pick<ScoreFacts, 'trials' | 'runs'>,
  metric: Metric,
): readonly TrialResult[] {
  const ofTrial = byTrial(runs);
  return trials
    .flatMap((trial) => {
      const own = ofTrial.get(trial.trialId);
      if (own === undefined || trial.dropped !== undefined) return [];
      return [trialResult(trial, own)];
    })
    .sort((a, b) => betterFirst(metric, a.means, b.means));
}

/** A trial with the runs that it is judged by. */
export function trialResult(trial: TrialRow, runs: readonly RunRow[]): TrialResult {
  const metrics = metricSummaries(runs);
  return { trial, runs, metrics, means: meansOf(metrics) };
}

/** Those that began and that the search dropped: who is left was selected out of them, too. */
export function droppedBySearch({ trials }: Pick<ScoreFacts, 'trials'>): readonly TrialRow[] {
  return trials.filter(({ dropped }) => dropped !== undefined);
}

/** The two configurations that a report compares: the best cross-entropy one and the best of the others. */
export function finalists<Candidate>(
  ranked: readonly Candidate[],
  isBaseline: (candidate: Candidate) => boolean,
): { readonly baseline: Candidate | null; readonly challenger: Candidate | null } {
  return {
    baseline: ranked.find(isBaseline) ?? null,
    challenger: ranked.find((candidate) => !isBaseline(candidate)) ?? null,
  };
}

/** Those that exist, each once. */
export function present<Candidate>(candidates: readonly (Candidate | null)[]): readonly Candidate[] {
  return [...new Set(candidates.filter((candidate) => candidate !== null))];
}

function byTrial(runs: readonly RunRow[]): ReadonlyMap<string, readonly RunRow[]> {
  const groups = new Map<string, RunRow[]>();
  for (const run of runs) {
    const group = groups.get(run.trialId);
    if (group === undefined) groups.set(run.trialId, [run]);
    else group.push(run);
  }
  return groups;
}

/** The predicted class of each row, per trial and finished run. */
export function predictionsOf(
  trials: readonly Pick<TrialResult, 'runs'>[],
  predictions: Predictions,
): readonly (readonly Uint16Array[])[] {
  return trials.map(({ runs }) => runs.map(({ runId }) => predictions.get(runId) ?? new Uint16Array()));
}

function metricSummaries(runs: readonly RunRow[]): MetricSummaries {
  const entries = METRIC_NAMES.map((name) => [name, summarise(runs.map((run) => run.validation[name]))]);
  return Object.fromEntries(entries) as MetricSummaries;
}

function meansOf(metrics: MetricSummaries): MetricValues {
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, metrics[name].mean]),
  ) as unknown as MetricValues;
}
