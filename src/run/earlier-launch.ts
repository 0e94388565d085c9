import { hasDatabase, openReader } from '../store/sqlite/sqlite-store.js';
import type { SweepReader, SweepSummary } from '../store/store.js';

/** Reads something of a sweep that an earlier launch recorded; undefined where there is no database or no such sweep in it. */
export function ofRecordedSweep<T>(
  db: string,
  name: string,
  read: (sweep: SweepSummary, reader: SweepReader) => T,
): T | undefined {
  if (!hasDatabase(db)) return undefined;
  const reader = openReader(db);
  try {
    const sweep = reader.sweeps().find((one) => one.name === name);
    return sweep && read(sweep, reader);
  } finally {
    reader.close();
  }
}
