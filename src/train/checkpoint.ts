/** The element types that a checkpoint may hold. */
export type CheckpointArray = Float32Array | Float64Array | Uint8Array | Uint16Array | Uint32Array;

/** Everything that a run needs to continue to the same bits. Only its trainer understands the content. */
export interface Checkpoint {
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Stores checkpoints of runs in training. */
export interface Checkpoints {
  /** The run's checkpoint; undefined if there is no usable one. */
  load(runId: string): Checkpoint | undefined;
  /** Whether the run has trained long enough since its last checkpoint. */
  isDue(runId: string): boolean;
  save(runId: string, checkpoint: Checkpoint): void;
}
