import { openStore } from '../../store/open-store.js';
import type { SweepReader, SweepSummary } from '../../store/store.js';

/** Reads something of a sweep that an earlier launch recorded; undefined where there is no database or no such sweep in it. */
export async function ofRecordedSweep<T>(
  db: string,
  name: string,
  read: (sweep: SweepSummary, reader: SweepReader) => T | Promise<T>,
): Promise<T | undefined> {
  const store = openStore(db);
  if (!(await store.exists())) return undefined;
  const reader = await store.reader();
  try {
    const sweep = (await reader.sweeps()).find((one) => one.name === name);
    return sweep && (await read(sweep, reader));
  } finally {
    await reader.close();
  }
}
