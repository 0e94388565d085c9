import { openStore } from '../../store/open-store.js';
import type { SweepReader, SweepSummary } from '../../store/store.js';

/** Reads something that an earlier launch of a sweep recorded; undefined without a database or without such a sweep in it. */
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
