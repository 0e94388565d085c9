import { knobValue } from '../knobs/knob-value.js';
import { isBaseline } from '../knobs/plain-loss.js';
import type { MetricValues } from '../metric.js';
import { isBetter } from '../metrics/selection.js';
import type { TrialPlan } from '../plan/plan.js';
import type { Cohort, ScoredTrial, SeedScore } from '../search/search.js';
import type { Rung } from '../search/stopper.js';
import type { EpochRecord, Run, Trial, TrialConfig } from '../sweep.js';
import { epochMetric } from '../train/folds/fold-scores.js';

/** What is known of runs, by run id. */
export interface KnownScores {
  /** Of finished runs. */
  readonly results: ReadonlyMap<string, MetricValues>;
  /** In order; runs without any may be left out. */
  readonly epochs: ReadonlyMap<string, readonly EpochRecord[]>;
}

/**
 * Trials as a rung sees them, whatever else was trained of them before: with its seeds, and with the epochs up to its own. A run
 * that has ended by then has the scores of its result, and so has one of a program whose epochs tell no metric to judge by. A run
 * that failed before has none: what it told until then is no reason to prefer it to what can be trained.
 */
export function scoredCohort(
  plan: TrialPlan,
  trials: readonly Trial[],
  known: KnownScores,
  { seeds, epochs: most = Number.POSITIVE_INFINITY }: Rung,
): Cohort {
  const { spec } = plan;
  const judged = new Set(spec.seeds.slice(0, seeds));
  const byTrial = new Map(trials.map((trial) => [trial.trialId, { trial, scores: [] as SeedScore[] }]));
  for (const { runId, trialId, seed } of plan.runs) {
    const own = byTrial.get(trialId);
    if (own === undefined || !judged.has(seed)) continue;
    const result = known.results.get(runId);
    const all = epochsInOrder(known.epochs.get(runId));
    const hasFailed = result === undefined && all.length < most;
    if (hasFailed) continue;
    const epochs = all.slice(0, most);
    const soFar = keptEpoch(epochs, own.trial, plan)?.validation;
    const isLater = all.length > most && !Number.isNaN(soFar?.[spec.metric.name]);
    const validation = (isLater ? undefined : result) ?? soFar;
    if (validation === undefined) continue;
    own.scores.push({ seed, validation, epochs: epochs.map((epoch) => epoch.validation) });
  }
  return [...byTrial.values()].map(
    ({ trial: { trialId, space, point, config, addedBaseline }, scores }): ScoredTrial => ({
      trialId,
      ...(space !== undefined && { space }),
      point,
      isBaseline: addedBaseline || isBaseline(config, spec.baseline),
      scores,
    }),
  );
}

/** The runs of some trials in the order of the plan, with the first of the seeds or with all; without those before `first`. */
export function runsOf(
  { spec, runs }: TrialPlan,
  trials: readonly Trial[],
  seeds = spec.seeds.length,
  first = 0,
): readonly Run[] {
  const ids = new Set(trials.map(({ trialId }) => trialId));
  const wanted = new Set(spec.seeds.slice(first, seeds));
  return runs.filter(({ trialId, seed }) => ids.has(trialId) && wanted.has(seed));
}

/** The runs that have neither ended nor reached the epoch of a rung. */
export function runsBehind(
  runs: readonly Run[],
  { results, epochs }: KnownScores,
  reached = Number.POSITIVE_INFINITY,
): readonly Run[] {
  return runs.filter(({ runId }) => !results.has(runId) && epochsInOrder(epochs.get(runId)).length < reached);
}

/** Epochs until one is missing: a process that was killed may have left some of the last untold. */
function epochsInOrder(epochs: readonly EpochRecord[] = []): readonly EpochRecord[] {
  const gap = epochs.findIndex(({ epoch }, at) => epoch !== at + 1);
  return gap < 0 ? epochs : epochs.slice(0, gap);
}

/** The epoch whose model would be kept if training ended with the last of these. */
function keptEpoch(
  epochs: readonly EpochRecord[],
  { config }: Trial,
  { spec }: TrialPlan,
): EpochRecord | undefined {
  if (knobValue(config, 'select') === 'last') return epochs.at(-1);
  const metric = epochMetric({ config: config as TrialConfig, metric: spec.metric });
  const valueAt = (epoch: EpochRecord | undefined) => epoch?.validation[metric.name];
  return epochs
    .slice(1)
    .reduce(
      (best, epoch) => (isBetter(metric, valueAt(epoch) ?? Number.NaN, valueAt(best)) ? epoch : best),
      epochs[0],
    );
}
