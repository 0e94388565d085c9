import type { RunSweepOptions } from './sweep-options.js';

/** How often the sweep checks whether it should stop or was taken over. */
const BEAT_EVERY_MS = 250;

/** Reasons to end a sweep before it is done. */
export interface Stopping {
  /** Aborted by the caller's signal or by `focalsweep stop`. */
  readonly stop: AbortSignal;
  /** Whether `focalsweep stop` was used. */
  requested(): boolean;
  /** Rejects if another process has taken the sweep over, or the store can no longer be read. */
  readonly lost: Promise<never>;
  /** Settles when the store is no longer used; rejects as `lost` does. */
  end(): Promise<void>;
}

/** Gives signs of life and checks for requests to stop until `end` is called. */
export function createStopping({ writer, signal }: RunSweepOptions): Stopping {
  const controller = new AbortController();
  let requested = false;
  const abort = (): void => controller.abort();
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    const beat = async (): Promise<void> => {
      try {
        if ((await writer.beat()) === 'go on') return;
        requested = true;
        abort();
      } catch (error) {
        abort();
        reject(error);
      } finally {
        beating = undefined;
      }
    };
    timer = setInterval(() => {
      beating ??= beat();
    }, BEAT_EVERY_MS);
  });
  lost.catch(() => {});
  return {
    stop: controller.signal,
    requested: () => requested,
    lost,
    async end() {
      clearInterval(timer);
      signal?.removeEventListener('abort', abort);
      await beating;
      // Rejects if it is lost by now.
      await Promise.race([lost, undefined]);
    },
  };
}
