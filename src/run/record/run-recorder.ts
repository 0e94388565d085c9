import type { RunEvent } from '../../store/store.js';
import { removeCheckpoint } from '../checkpoints/checkpoint-files.js';
import type { Failure, GroupEvent, PlannedRun } from '../groups/follow-group.js';
import type { Crash, RunSweepOptions } from '../sweep-options.js';
import { createEventLog } from './event-log.js';

/** Passes events of runs on to the store, the counts and the listener, and decides what is tried again. */
export interface Recorder {
  readonly counts: { readonly complete: number; readonly failed: number; readonly interrupted: number };
  readonly onEvent: (event: GroupEvent) => void;
  readonly onNote: (text: string) => void;
  /** Fresh runs train in groups, suspect ones have failed and train alone, and the others are over. */
  standing(runId: string): 'fresh' | 'suspect' | 'over';
  /** Counts a crash as a failure of the runs that were in training. */
  blame(crash: Crash, waiting: readonly PlannedRun[]): void;
  /** Records runs in training as interrupted, because their threads did not end in time. */
  abandon(): void;
  /** Whether abandon was called. */
  threadsLeft(): boolean;
  /** Writes what is left. */
  flush(): Promise<void>;
  /** Rejects as soon as a write fails; never resolves by itself. */
  readonly failure: Promise<never>;
}

/** A recorder; `failures` are the failed attempts of earlier launches by run id. */
export function createRecorder(options: RunSweepOptions, failures: Map<string, number>): Recorder {
  const { checkpoints, onProgress, plan } = options;
  const log = createEventLog(options.writer, (events) => {
    if (checkpoints === undefined) return;
    for (const event of events) {
      if (event.type === 'complete' || event.type === 'failed') {
        removeCheckpoint(checkpoints.folder, event.attempt.runId);
      }
    }
  });
  const counts = { complete: 0, failed: 0, interrupted: 0 };
  const over = new Set<string>();
  const training = new Map<string, PlannedRun>();
  let threadsLeft = false;

  const append = ({ claim }: PlannedRun, event: RunEvent): void => log.append({ ...event, claim });
  /** A known culprit without retries left is given up; every other run is tried again. */
  const judge = (planned: PlannedRun, { error, attempt, culprit }: Failure): void => {
    const { run, trial } = planned;
    const failed = (failures.get(run.runId) ?? 0) + 1;
    failures.set(run.runId, failed);
    const record = { ...attempt, error: error.message };
    if (error.final || (culprit === 'known' && failed > plan.spec.retries)) {
      over.add(run.runId);
      counts.failed++;
      append(planned, { type: 'failed', attempt: record });
      onProgress?.({ type: 'failed', run, trial, error });
    } else {
      append(planned, { type: 'retry', attempt: record });
      onProgress?.({ type: 'retry', run, trial, error });
    }
  };
  const onEvent = (event: GroupEvent): void => {
    const { runId } = event.run;
    // A thread that was given up may still send messages, but its runs are settled and their claims released.
    if (over.has(runId)) return;
    if (event.type === 'epoch') {
      append(event, { type: 'epoch', runId, epoch: event.epoch });
      onProgress?.(event);
      return;
    }
    if (event.type === 'log' || event.type === 'checkpoint') {
      append(event, event.record);
      return;
    }
    if (event.type === 'started') {
      training.set(runId, event);
      append(event, event.record);
      return;
    }
    training.delete(runId);
    if (event.type === 'paused') {
      // A process that was killed may have saved a checkpoint without having told its epochs; the store takes each once.
      for (const epoch of event.epochs) append(event, { type: 'epoch', runId, epoch });
      append(event, event.record);
      // What it has trained was not to blame.
      failures.delete(runId);
      return;
    }
    if (event.type === 'failed') {
      judge(event, event.failure);
      return;
    }
    over.add(runId);
    counts[event.type]++;
    append(event, event.record);
    if (event.type === 'complete') onProgress?.(event);
  };
  return {
    counts,
    onEvent,
    onNote: (text) => onProgress?.({ type: 'note', text }),
    standing: (runId) => {
      if (over.has(runId)) return 'over';
      return failures.has(runId) ? 'suspect' : 'fresh';
    },
    blame({ reason, runIds }, waiting) {
      const culprit = runIds.length === 1 ? 'known' : 'one of several';
      for (const planned of waiting) {
        const { runId } = planned.run;
        if (!runIds.includes(runId)) continue;
        const error = { message: reason, final: false };
        judge(planned, { error, culprit, attempt: { runId, endedAtMs: Date.now(), durationMs: 0 } });
      }
    },
    abandon() {
      threadsLeft = true;
      for (const [runId, planned] of training) {
        const attempt = { runId, endedAtMs: Date.now(), durationMs: 0 };
        onEvent({ ...planned, type: 'interrupted', record: { type: 'interrupted', attempt } });
      }
    },
    threadsLeft: () => threadsLeft,
    flush: log.flush,
    failure: log.failure,
  };
}
