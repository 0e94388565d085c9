/** A change to the spec: the new value at a path. */
export interface SpecChange {
  /** The one of the spec's spaces in which the path starts; absent for the top of the spec. */
  readonly space?: string | undefined;
  readonly path: readonly string[];
  readonly value: unknown;
}

export interface Advice {
  /** Stable, for scripts: `edge-of-grid`, `more-seeds` … */
  readonly id: string;
  readonly title: string;
  /** What was seen, with numbers. */
  readonly evidence: string;
  /** What to change, in words. */
  readonly action: string;
  readonly changes: readonly SpecChange[];
}
