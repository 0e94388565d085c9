import { METRIC_NAMES, type MetricName } from '../../metric.js';
import { exactMean } from '../../metrics/estimates/exact-mean.js';
import type { RecordedRun, SweepDetail, TrialRow } from '../../store/store.js';

/** A configuration as a trial of Optuna. */
export interface OptunaTrial {
  readonly state: 'COMPLETE' | 'FAIL' | 'PRUNED' | 'RUNNING' | 'WAITING';
  /** The mean over seeds, of a complete trial. */
  readonly value: number | null;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** By epoch, the mean over the seeds that trained it. */
  readonly intermediate: ReadonlyMap<number, number>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What Optuna is told of a trial with these runs. */
export function optunaTrial(
  { metric, lastLaunchedAtMs }: SweepDetail,
  trial: TrialRow,
  runs: readonly RecordedRun[],
): OptunaTrial {
  const mean = meanOf(runs, metric.name);
  const state = stateOf(trial, runs, mean);
  const begun = runs.flatMap(({ startedAtMs }) => startedAtMs ?? []);
  const ended = runs.flatMap(({ endedAtMs }) => endedAtMs ?? []);
  const isOver = ['COMPLETE', 'FAIL', 'PRUNED'].includes(state);
  // Optuna wants both times of a trial that is over; who trained a run elsewhere may not have left them.
  const started = begun.length > 0 ? Math.min(...begun) : lastLaunchedAtMs;
  return {
    state,
    value: state === 'COMPLETE' ? mean : null,
    startedAtMs: state === 'WAITING' ? null : started,
    endedAtMs: isOver ? Math.max(started, ...ended) : null,
    intermediate: intermediateOf(runs, metric.name),
    attributes: attributesOf(metric.name, trial, runs),
  };
}

function stateOf({ dropped }: TrialRow, runs: readonly RecordedRun[], mean: number): OptunaTrial['state'] {
  const has = (state: RecordedRun['state']) => runs.some((run) => run.state === state);
  if (has('running')) return 'RUNNING';
  if (has('failed')) return 'FAIL';
  if (has('waiting') || has('interrupted') || runs.length === 0) return 'WAITING';
  if (dropped !== undefined && has('pruned')) return 'PRUNED';
  // What was left of a race needs no further seeds, and has a value; what has none waits at a rung.
  if (has('pruned') && Number.isNaN(mean)) return 'WAITING';
  // Optuna has no complete trial without a number.
  return Number.isNaN(mean) ? 'FAIL' : 'COMPLETE';
}

function meanOf(runs: readonly RecordedRun[], metric: MetricName): number {
  return exactMean(runs.flatMap(({ result }) => result?.validation.metrics[metric] ?? []));
}

function intermediateOf(runs: readonly RecordedRun[], metric: MetricName): ReadonlyMap<number, number> {
  const byEpoch = new Map<number, number[]>();
  for (const { epochs } of runs) {
    for (const { epoch, validation } of epochs) {
      const values = byEpoch.get(epoch) ?? [];
      values.push(validation[metric]);
      byEpoch.set(epoch, values);
    }
  }
  const means = [...byEpoch].map(([epoch, values]) => [epoch, exactMean(values)] as const);
  // What mistakes cost is not known by epoch.
  return new Map(means.filter(([, mean]) => !Number.isNaN(mean)).toSorted(([a], [b]) => a - b));
}

function attributesOf(
  metric: MetricName,
  { trialId, space, engine, addedBaseline, dropped }: TrialRow,
  runs: readonly RecordedRun[],
): OptunaTrial['attributes'] {
  const done = runs.filter(({ result }) => result !== null);
  const errors = runs.flatMap(({ seed, state, error }) =>
    error === null || state === 'pruned' ? [] : [[seed, error]],
  );
  const others = METRIC_NAMES.filter((name) => name !== metric).map((name) => [name, meanOf(runs, name)]);
  const known = others.filter(([, mean]) => Number.isFinite(mean));
  return {
    trial: trialId,
    ...(space !== undefined && { space }),
    engine,
    added_baseline: addedBaseline,
    ...(dropped !== undefined && { dropped }),
    seeds: done.map(({ seed }) => seed),
    [`${metric}_by_seed`]: done.map(({ result }) => numberOf(result?.validation.metrics[metric])),
    ...(done.length > 0 && Object.fromEntries(known)),
    ...(errors.length > 0 && { errors: Object.fromEntries(errors) }),
  };
}

/** JSON has no other. */
function numberOf(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
