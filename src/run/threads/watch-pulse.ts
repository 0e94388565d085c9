const LOOK_EVERY_MS = 1000;

/**
 * Watches a counter that a thread increments while it trains. It counts its checks instead of time, so that threads do not look
 * stalled after their process was paused or the machine slept.
 */
export function watchPulse(
  pulse: Int32Array,
  stallMs: number,
): { readonly stalled: Promise<void>; end(): void } {
  let last = Atomics.load(pulse, 0);
  let unchangedMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<void>((resolve) => {
    timer = setInterval(() => {
      const now = Atomics.load(pulse, 0);
      unchangedMs = now === last ? unchangedMs + LOOK_EVERY_MS : 0;
      last = now;
      if (unchangedMs >= stallMs) resolve();
    }, LOOK_EVERY_MS);
  });
  return { stalled, end: () => clearInterval(timer) };
}
