/** Changes a sweep that is not in training, and maintains the store. */
export interface StoreKeeper {
  /** The living process that trains the sweep. */
  holder(sweep: string): Promise<Holder | undefined>;
  /** Asks the process that trains the sweep to stop; it checks several times a second. */
  requestStop(sweep: string): Promise<void>;
  /** Sets failed runs of a sweep back to waiting; returns their number. */
  retryFailed(sweep: string): Promise<number>;
  /** Finds damage; with `repair` removes data that cannot be trusted, so that it is trained again. */
  check(options: { readonly repair: boolean }): Promise<CheckReport>;
  /** Runs without a result. */
  unfinishedRuns(): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}

/** The process that trains a sweep. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly sinceMs: number;
}

export interface CheckReport {
  /** How many results were verified. */
  readonly results: number;
  readonly problems: readonly CheckProblem[];
}

export interface CheckProblem {
  readonly what: string;
  readonly repaired: boolean;
}
