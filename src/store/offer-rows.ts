import type { KeptCheckpoint } from './events.js';
import type { ShippedFile } from './writer.js';

/** What a sweep lets others train now. */
export interface OfferRow {
  readonly sweep: string;
  readonly position: number;
  readonly run_id: string;
  readonly pause_after: number | null;
}

/** A file of a sweep's table, for workers. */
export interface ShippedFileRow extends ShippedFile {
  readonly sweep: string;
}

/** Where a run can go on. */
export interface CheckpointRow extends KeptCheckpoint {
  readonly run_id: string;
}
