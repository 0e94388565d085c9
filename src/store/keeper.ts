/** Changes a sweep that is not being trained, and looks after the store. */
export interface StoreKeeper {
  /** The living process that trains the sweep. */
  holder(sweep: string): Promise<Holder | undefined>;
  /** Asks the process that trains the sweep to stop; it looks several times a second. */
  requestStop(sweep: string): Promise<void>;
  /** Lets failed runs of a sweep wait for another attempt; gives their number. */
  retryFailed(sweep: string): Promise<number>;
  /** Looks for damage; with `repair` takes out what cannot be trusted, so that it is trained again. */
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
