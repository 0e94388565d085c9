import { summarise } from '../../metrics/estimates/seed-statistics.js';
import type { Metric, MetricName } from '../../sweep.js';
import type { Predictions, RunRow, ScoreFacts, TrialRow } from '../facts/facts.js';
import type { MetricSummaries } from '../report.js';

/** A trial with its finished runs. */
export interface TrialResult {
  readonly trial: TrialRow;
  readonly runs: readonly RunRow[];
  readonly metrics: MetricSummaries;
}

/** The sweep's trials that have a finished run, best first. */
export function rankedTrials(
  { trials, runs }: Pick<ScoreFacts, 'trials' | 'runs'>,
  metric: Metric,
): readonly TrialResult[] {
  const ofTrial = byTrial(runs);
  return trials
    .flatMap((trial) => {
      const own = ofTrial.get(trial.trialId);
      return own === undefined ? [] : [{ trial, runs: own, metrics: metricSummaries(own) }];
    })
    .sort((a, b) => byMetric(metric, a.metrics, b.metrics));
}

/** The two that a report looks at most closely: the best cross-entropy configuration and the best of the others. */
export function finalists<Candidate>(
  ranked: readonly Candidate[],
  isBaseline: (candidate: Candidate) => boolean,
): { readonly baseline: Candidate | null; readonly challenger: Candidate | null } {
  return {
    baseline: ranked.find(isBaseline) ?? null,
    challenger: ranked.find((candidate) => !isBaseline(candidate)) ?? null,
  };
}

/** Those that there are, each once. */
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

/** Per trial and finished run, the predicted class of each row. */
export function predictionsOf(
  trials: readonly Pick<TrialResult, 'runs'>[],
  predictions: Predictions,
): readonly (readonly Uint16Array[])[] {
  return trials.map(({ runs }) => runs.map(({ runId }) => predictions.get(runId) ?? new Uint16Array()));
}

/** Mean over the seeds of every metric. */
export function metricSummaries(runs: readonly RunRow[]): MetricSummaries {
  const names = Object.keys(runs[0]?.validation ?? {}) as MetricName[];
  const entries = names.map((name) => [name, summarise(runs.map((run) => run.validation[name]))]);
  return Object.fromEntries(entries) as MetricSummaries;
}

/** Better first by the sweep's metric; ties by rare recall. NaN ranks last. */
function byMetric(metric: Metric, a: MetricSummaries, b: MetricSummaries): number {
  const sign = metric.goal === 'maximize' ? -1 : 1;
  return (
    order(sign * a[metric.name].mean, sign * b[metric.name].mean) ||
    order(-a.rare_recall.mean, -b.rare_recall.mean)
  );
}

function order(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}
