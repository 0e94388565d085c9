/** The element types that a checkpoint may hold. */
export type CheckpointArray = Float32Array | Float64Array | Uint16Array | Uint32Array;

/** Everything that a run goes on from, to the same bits, in its trainer's own terms: nobody else looks into it. */
export interface Checkpoint {
  readonly arrays: Readonly<Record<string, CheckpointArray>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Keeps checkpoints of runs in training. */
export interface Checkpoints {
  /** The run's checkpoint; undefined where there is none that can be used. */
  load(runId: string): Checkpoint | undefined;
  /** Whether the run has trained long enough since its last checkpoint. */
  isDue(runId: string): boolean;
  save(runId: string, checkpoint: Checkpoint): void;
}
