import type { SweepWriter } from '../../store.js';
import type { Connection } from '../file/connection.js';
import { recordEvent } from './event-writes.js';
import { holds, releaseHold, renewHold, requireHold, takeHold, watchHolder } from './holders.js';
import { LogitKeeper } from './logit-keeper.js';
import { recordPlan, settledStates } from './plan-writes.js';
import { readFailures } from './run-state.js';

/** Each sign of life is a durable write, so they come seldom; looking whether to stop is cheap. */
const RENEW_AFTER_MS = 5_000;

/** A writer on an open database; `onNote` is told what it waits for. */
export function sqliteWriter(connection: Connection, onNote: (text: string) => void = () => {}): SweepWriter {
  /** Fencing tokens of the sweeps that this writer holds. */
  const tokens = new Map<string, number>();
  const logits = new LogitKeeper(connection);
  let renewedAtMs = performance.now();
  const requireHolds = () => [...tokens].map(([sweep, token]) => requireHold(connection, sweep, token));
  return {
    open: (sweep) => {
      const { name } = sweep;
      const silent = tokens.has(name) ? undefined : watchHolder(connection, name, onNote);
      return connection.transaction(() => {
        recordPlan(connection, sweep);
        logits.watch(sweep);
        if (!tokens.has(name)) tokens.set(name, takeHold(connection, name, silent));
        return settledStates(connection, sweep);
      });
    },
    failures: (sweep) => readFailures(connection, sweep),
    record: (events) =>
      connection.transaction(() => {
        requireHolds();
        for (const event of events) recordEvent(connection, event);
        logits.recorded(events);
      }),
    beat: () => {
      connection.requireSameFile();
      const holds = connection.snapshot(requireHolds);
      if (performance.now() - renewedAtMs >= RENEW_AFTER_MS) {
        renewedAtMs = performance.now();
        connection.transaction(() => {
          requireHolds();
          for (const [sweep, token] of tokens) renewHold(connection, sweep, token);
        });
      }
      return holds.some(({ stop_requested }) => stop_requested === 1) ? 'stop' : 'go on';
    },
    close: () => {
      try {
        if (tokens.size > 0) {
          connection.transaction(() => {
            const isOurs = ([sweep, token]: [string, number]) => holds(connection, sweep, token);
            if ([...tokens].every(isOurs)) logits.prune();
            for (const [sweep, token] of tokens) releaseHold(connection, sweep, token);
          });
        }
      } finally {
        connection.close();
      }
    },
  };
}
