import type { Connection } from './connection.js';
import { recordEvent } from './event-writes.js';
import { openSweep } from './plan-writes.js';
import type { SweepWriter } from './store.js';

/** A writer on an open database. */
export function sqliteWriter(connection: Connection): SweepWriter {
  return {
    open: (sweep) => connection.transaction(() => openSweep(connection, sweep)),
    record: (events) =>
      connection.transaction(() => {
        for (const event of events) recordEvent(connection, event);
      }),
    close: () => connection.close(),
  };
}
