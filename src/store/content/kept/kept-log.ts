import { gunzipSync, gzipSync } from 'node:zlib';

/** A log as it is stored. */
export function packedLog(log: Uint8Array): Uint8Array {
  return gzipSync(log);
}

/** A stored log as text; bytes that are no UTF-8 become �. */
export function logText(packed: Uint8Array): string {
  return gunzipSync(packed).toString('utf8');
}

/** The end of what the program of a run printed, as a row. */
export interface LogRow {
  readonly run_id: string;
  readonly log: Uint8Array;
}
