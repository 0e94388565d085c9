/** The end of what the program of a run printed. */
export interface RunLogsTable {
  readonly run_id: string;
  /** See store/content/kept-log.ts. */
  readonly log: Uint8Array;
}

/** Sweeps that name what the others are compared with. */
export interface SweepBaselinesTable {
  readonly sweep: string;
  /** JSON text of the values by name. */
  readonly baseline: string;
}
