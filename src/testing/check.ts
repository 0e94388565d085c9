/** Something that must hold; a test runner registers it under its name. */
export interface Check {
  readonly name: string;
  /** Rejects, with an AssertionError, where it does not hold. */
  check(): Promise<void>;
}
