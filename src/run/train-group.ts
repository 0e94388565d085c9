import type { StoreEvent } from '../store/store.js';
import type { EpochRecord, Metric, Run, RunResult, Trial } from '../sweep.js';
import type { ErrorMessage, WorkerMessage } from './messages.js';
import type { WorkerPool } from './worker-pool.js';

export interface PlannedRun {
  readonly run: Run;
  readonly trial: Trial;
}

/** What happens to a run of a group, with what is to be recorded of it. */
export type GroupEvent =
  | (PlannedRun & { readonly type: 'epoch'; readonly epoch: EpochRecord })
  | (PlannedRun & { readonly type: 'started'; readonly record: StoreEvent })
  | (PlannedRun & { readonly type: 'interrupted'; readonly record: StoreEvent })
  | (PlannedRun & { readonly type: 'failed'; readonly record: StoreEvent; readonly error: ErrorMessage })
  | (PlannedRun & {
      readonly type: 'complete';
      readonly record: StoreEvent;
      readonly result: RunResult;
      readonly durationMs: number;
    });

export interface GroupTraining {
  readonly pool: WorkerPool;
  readonly group: readonly PlannedRun[];
  readonly sweep: string;
  readonly metric: Metric;
  readonly onEvent: (event: GroupEvent) => void;
}

/** Trains runs of one lane group on one thread; a run of which the thread tells no end was interrupted. */
export async function trainGroup({ pool, group, sweep, metric, onEvent }: GroupTraining): Promise<void> {
  const startedAtMs = Date.now();
  const open = new Map(group.map((planned) => [planned.run.runId, planned]));
  const attemptEnd = (runId: string) => ({
    runId,
    endedAtMs: Date.now(),
    durationMs: Date.now() - startedAtMs,
  });
  const onMessage = (message: WorkerMessage): void => {
    const runId = message.type === 'result' ? message.result.runId : 'runId' in message ? message.runId : '';
    const planned = open.get(runId);
    if (planned === undefined) return;
    if (message.type === 'epoch') onEvent({ ...planned, type: 'epoch', epoch: message.epoch });
    if (message.type === 'started') {
      const attempt = { runId, sweep, worker: message.worker, startedAtMs };
      onEvent({ ...planned, type: 'started', record: { type: 'started', attempt } });
    }
    if (message.type !== 'result' && message.type !== 'failed') return;
    open.delete(runId);
    const attempt = attemptEnd(runId);
    if (message.type === 'result') {
      const { result } = message;
      const record: StoreEvent = { type: 'complete', result, attempt };
      onEvent({ ...planned, type: 'complete', record, result, durationMs: attempt.durationMs });
    } else {
      const { error } = message;
      const record: StoreEvent = { type: 'failed', attempt: { ...attempt, error: error.message } };
      onEvent({ ...planned, type: 'failed', record, error });
    }
  };
  const jobs = group.map(({ run, trial }) => ({
    runId: run.runId,
    seed: run.seed,
    config: trial.config,
    metric,
  }));
  await pool.train(jobs, onMessage);
  for (const [runId, planned] of open) {
    onEvent({ ...planned, type: 'interrupted', record: { type: 'interrupted', attempt: attemptEnd(runId) } });
  }
}
