/** The logits of a run, as a row. */
export interface LogitsRow {
  readonly run_id: string;
  /** Rows × classes as `RunResult.validationLogits`, uint16 little-endian. */
  readonly validation: Uint8Array;
  /** The same of the test rows; NULL for results of older versions. */
  readonly test: Uint8Array | null;
}
