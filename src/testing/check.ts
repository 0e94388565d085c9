/** A requirement that a test runner registers under its name. */
export interface Check {
  readonly name: string;
  /** Rejects with an AssertionError if the requirement is not met. */
  check(): Promise<void>;
}
