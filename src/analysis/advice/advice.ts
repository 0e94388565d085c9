/** A change to the spec: the new value at a path. */
export interface SpecChange {
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
