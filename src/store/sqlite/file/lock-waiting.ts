import { sqliteCode } from './driver.js';

/** How long another program may hold a lock before a command gives up. */
const LONGEST_WAIT_MS = 30_000;
/** How long SQLite itself waits before it reports a lock. */
export const QUIET_WAIT_MS = 1_000;
const LOOK_AGAIN_MS = 50;

/**
 * Returns a function that repeats work, for half a minute, while another program's lock keeps it from beginning, and notes once
 * that it waits. After a wait in vain it tries only once per call, until the lock is gone.
 */
export function lockWaiting(onNote: (text: string) => void): <T>(work: () => T) => T {
  let patienceMs = LONGEST_WAIT_MS;
  let told = false;
  return (work) => {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        const result = work();
        patienceMs = LONGEST_WAIT_MS;
        told = false;
        return result;
      } catch (error) {
        if (!/^SQLITE_(BUSY|LOCKED)/.test(sqliteCode(error))) throw error;
        if (performance.now() >= deadline) {
          patienceMs = 0;
          throw error;
        }
        if (!told) onNote('the database is locked by another program; waiting up to 30 s for it');
        told = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
      }
    }
  };
}
