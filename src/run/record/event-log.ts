import { runOf } from '../../store/events.js';
import type { RunEvent, SweepWriter } from '../../store/store.js';

const FLUSH_AFTER_MS = 100;
/** Epochs wait longer: most runs finish before, and then their epochs need no write of their own. */
const FLUSH_EPOCHS_AFTER_MS = 1000;

/** Collects events and writes them to the store in batches: one durable transaction for many quick runs. */
export interface EventLog {
  append(event: RunEvent): void;
  /** Writes what is left. */
  flush(): Promise<void>;
  /** Rejects as soon as a write fails; never resolves by itself. */
  readonly failure: Promise<never>;
}

/** An event log for a writer; `onRecorded` receives events after they are durable. */
export function createEventLog(
  writer: SweepWriter,
  onRecorded: (events: readonly RunEvent[]) => void = () => {},
): EventLog {
  let waiting: RunEvent[] = [];
  /** Epochs by run id. */
  const epochs = new Map<string, RunEvent[]>();
  let epochsSinceMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Number.POSITIVE_INFINITY;
  let written = Promise.resolve();
  let fail: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const takeEpochs = (): void => {
    waiting = waiting.concat(...epochs.values());
    epochs.clear();
    epochsSinceMs = performance.now();
  };
  const write = async (): Promise<void> => {
    clearTimeout(timer);
    dueMs = Number.POSITIVE_INFINITY;
    const epochsWaitMs = epochsSinceMs + FLUSH_EPOCHS_AFTER_MS - performance.now();
    if (epochsWaitMs <= 0) takeEpochs();
    else if (epochs.size > 0) flushWithin(epochsWaitMs);
    const batch = waiting;
    if (batch.length === 0) return;
    waiting = [];
    try {
      await writer.record(batch);
    } catch (error) {
      waiting = [...batch, ...waiting];
      throw error;
    }
    onRecorded(batch);
  };
  const flush = (): Promise<void> => {
    const next = written.then(write);
    written = next.catch(() => {});
    return next;
  };
  const flushWithin = (ms: number): void => {
    const wantedMs = performance.now() + ms;
    if (wantedMs >= dueMs) return;
    dueMs = wantedMs;
    clearTimeout(timer);
    timer = setTimeout(() => flush().catch(fail), ms);
  };
  return {
    append(event) {
      const runId = runOf(event);
      const held = epochs.get(runId) ?? [];
      if (event.type === 'epoch') {
        held.push(event);
        epochs.set(runId, held);
        flushWithin(FLUSH_EPOCHS_AFTER_MS);
        return;
      }
      if (event.type !== 'complete' && held.length > 0) waiting = waiting.concat(held);
      waiting.push(event);
      epochs.delete(runId);
      flushWithin(FLUSH_AFTER_MS);
    },
    flush,
    failure,
  };
}
