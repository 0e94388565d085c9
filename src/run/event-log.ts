import type { StoreEvent, SweepWriter } from '../store/store.js';

const FLUSH_AFTER_MS = 100;

/** Collects what happens and writes it to the store in batches: one durable transaction for many quick runs. */
export interface EventLog {
  append(event: StoreEvent): void;
  /** Writes what is left. */
  flush(): void;
  /** Rejects as soon as a write fails; never resolves by itself. */
  readonly failure: Promise<never>;
}

/** An event log in front of a writer; `onRecorded` is told what is durable. */
export function createEventLog(
  writer: SweepWriter,
  onRecorded: (events: readonly StoreEvent[]) => void = () => {},
): EventLog {
  let waiting: StoreEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let fail: (error: unknown) => void = () => {};
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  failure.catch(() => {});
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    writer.record(waiting);
    const recorded = waiting;
    waiting = [];
    onRecorded(recorded);
  };
  return {
    append(event) {
      waiting.push(event);
      timer ??= setTimeout(() => {
        try {
          flush();
        } catch (error) {
          fail(error);
        }
      }, FLUSH_AFTER_MS);
    },
    flush,
    failure,
  };
}
