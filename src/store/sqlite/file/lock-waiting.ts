import { sqliteCode } from './driver.js';

/** How long another program may hold a lock before a command gives up. */
const LONGEST_WAIT_MS = 30_000;
/** How long SQLite itself waits before it says that there is a lock. */
export const QUIET_WAIT_MS = 1_000;
const LOOK_AGAIN_MS = 50;

/**
 * Gives a function that repeats work which another program's lock does not let begin, for half a minute, and says once that it
 * waits. After it has waited in vain it only tries, until the lock is gone.
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
