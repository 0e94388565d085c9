import type { SweepFacts } from '../facts/facts.js';
import { trialLabel } from '../point-label.js';
import type { TimelineEntry } from './findings.js';

/** Every attempt at a run of the sweep, with times from the first one's start. */
export function timeline({
  attempts,
  trials,
  runs: finished,
}: Pick<SweepFacts, 'attempts' | 'trials' | 'runs'>): readonly TimelineEntry[] {
  const firstMs = attempts[0]?.startedAtMs ?? 0;
  const labels = new Map(trials.map((trial) => [trial.trialId, trialLabel(trial)]));
  const runs = new Map(finished.map((run) => [run.runId, run]));
  const ended = attempts.filter(
    ({ runId, endedAtMs, error }) => endedAtMs !== null && error === null && runs.has(runId),
  );
  // A run that has paused has several; the last one finished it.
  const finishing = new Set(new Map(ended.map((attempt) => [attempt.runId, attempt])).values());
  return attempts.map((attempt) => {
    const { runId, worker, startedAtMs, endedAtMs, error } = attempt;
    const run = runs.get(runId);
    return {
      runId,
      label: labels.get(run?.trialId ?? '') ?? runId.slice(0, 8),
      seed: run?.seed ?? null,
      worker,
      startMs: startedAtMs - firstMs,
      endMs: endedAtMs === null ? null : endedAtMs - firstMs,
      finished: finishing.has(attempt),
      failed: error !== null,
    };
  });
}
