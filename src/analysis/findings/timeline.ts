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
  return attempts.map(({ runId, worker, startedAtMs, endedAtMs, error }) => {
    const run = runs.get(runId);
    return {
      runId,
      label: labels.get(run?.trialId ?? '') ?? runId.slice(0, 8),
      seed: run?.seed ?? null,
      worker,
      startMs: startedAtMs - firstMs,
      endMs: endedAtMs === null ? null : endedAtMs - firstMs,
      failed: error !== null,
    };
  });
}
