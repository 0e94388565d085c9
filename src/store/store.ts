import type { DataCard } from '../data/dataset.js';
import type {
  ClassMetrics,
  EpochRecord,
  Metric,
  MetricValues,
  ParameterPoint,
  Run,
  RunResult,
  RunState,
  SplitName,
  Trial,
  TrialConfig,
} from '../sweep.js';

/** What the store keeps of a dataset: enough to read every result by name. */
export interface DatasetRecord {
  readonly fingerprint: string;
  readonly rowCount: number;
  readonly featureCount: number;
  readonly classNames: readonly string[];
  readonly rareClasses: readonly number[];
  /** Rows per class, in class order. */
  readonly support: { readonly [name in SplitName]: readonly number[] };
  /** True class of every validation row and test row, in the order of predictions. */
  readonly validationLabels: Uint16Array;
  readonly testLabels: Uint16Array;
  readonly card: DataCard;
}

/** A sweep as it was planned. */
export interface SweepRecord {
  readonly name: string;
  readonly description: string;
  /** The spec as the user wrote it. */
  readonly specText: string;
  /** Where the spec lies, absolute; relative paths in it start there. */
  readonly specFile: string;
  readonly metric: Metric;
  readonly engine: string;
  readonly dataset: DatasetRecord;
  readonly trials: readonly Trial[];
  readonly runs: readonly Run[];
  /** Keep the validation logits of every run, not only of the best, the baseline and the Pareto front. */
  readonly storeLogits?: boolean;
}

export interface AttemptStart {
  readonly runId: string;
  readonly sweep: string;
  readonly worker: number;
  readonly startedAtMs: number;
}

/** What only happened: never part of a result, never compared. */
export interface AttemptEnd {
  readonly runId: string;
  readonly endedAtMs: number;
  readonly durationMs: number;
  readonly error?: string;
}

export type StoreEvent =
  | { readonly type: 'started'; readonly attempt: AttemptStart }
  | { readonly type: 'complete'; readonly result: RunResult; readonly attempt: AttemptEnd }
  /** `failed` gives a run up until somebody sets it back; after `retry` it waits for another attempt. */
  | { readonly type: 'failed' | 'retry' | 'interrupted'; readonly attempt: AttemptEnd };

/** Writes a sweep; held by the main thread alone. Every method is one durable transaction. */
export interface SweepWriter {
  /**
   * Takes hold of the sweep, records the plan and gives back the state of each of its runs. A sweep of that name is extended:
   * its trials become those of this plan, and results of runs that stay are kept. Throws UserError when the name belongs to
   * another dataset, or while another living process holds the sweep.
   */
  open(sweep: SweepRecord): ReadonlyMap<string, RunState>;
  /** Failed attempts of the sweep's runs since they were last set back, by run id; runs without any are left out. */
  failures(sweep: string): ReadonlyMap<string, number>;
  /** Applies events in order. Throws UserError, and writes nothing, where another process has taken a sweep over. */
  record(events: readonly StoreEvent[]): void;
  /** Gives a sign of life, and says whether somebody asked the sweep to stop. Throws UserError like `record`. */
  beat(): 'go on' | 'stop';
  /** Lets the sweeps go. */
  close(): void;
}

/** Changes a sweep that is not being trained, and looks after the file. */
export interface StoreKeeper {
  /** The living process that trains the sweep. */
  holder(sweep: string): Holder | undefined;
  /** Asks the process that trains the sweep to stop; it looks several times a second. */
  requestStop(sweep: string): void;
  /** Lets failed runs of a sweep wait for another attempt; gives their number. */
  retryFailed(sweep: string): number;
  /** Looks for damage; with `repair` takes out what cannot be trusted, so that it is trained again. */
  check(options: { readonly repair: boolean }): CheckReport;
  /** Runs without a result. */
  unfinishedRuns(): ReadonlySet<string>;
  close(): void;
}

/** Who trains a sweep. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly sinceMs: number;
}

export interface CheckReport {
  /** Results that were looked at. */
  readonly results: number;
  readonly problems: readonly CheckProblem[];
}

export interface CheckProblem {
  readonly what: string;
  readonly repaired: boolean;
}

export interface SweepSummary {
  readonly name: string;
  readonly description: string;
  readonly metric: Metric;
  readonly engine: string;
  readonly source: string;
  readonly trials: number;
  readonly runs: number;
  readonly complete: number;
  readonly failed: number;
  readonly firstLaunchedAtMs: number;
  readonly lastLaunchedAtMs: number;
}

/** The splits that a result has scores for. */
export type ScoredSplit = Exclude<SplitName, 'train'>;

/** A finished run with its trial. */
export interface RunRow {
  readonly runId: string;
  readonly trialId: string;
  readonly seed: number;
  readonly epochsTrained: number;
  readonly chosenEpoch: number;
  readonly stoppedBy: 'epochs' | 'patience';
  readonly validationLoss: number;
  readonly validation: MetricValues;
  readonly durationMs: number | null;
}

/** One attempt at a run. */
export interface AttemptRow {
  readonly runId: string;
  readonly worker: number;
  readonly startedAtMs: number;
  /** Null while it trains, or where its process died. */
  readonly endedAtMs: number | null;
  readonly error: string | null;
}

export interface TrialRow extends Trial {
  /** Position in the plan. */
  readonly position: number;
}

export interface SweepDetail extends SweepSummary {
  readonly specText: string;
  /** Where the spec lay when it was last launched; null for sweeps of older versions. */
  readonly specFile: string | null;
  /** The program, Node and machine that launched it last; null for sweeps of older versions. */
  readonly environment: string | null;
  readonly dataset: DatasetRecord;
}

/** A run with its configuration, whatever its state. */
export interface RunDetail {
  readonly sweeps: readonly string[];
  readonly run: Run;
  readonly state: RunState;
  readonly error: string | null;
  readonly config: TrialConfig;
  readonly point: ParameterPoint;
  readonly result: RunResult | null;
}

/** What an id or the start of one stands for. */
export interface FoundId {
  readonly kind: 'run' | 'trial';
  readonly id: string;
}

export interface RunQuery {
  /** Of this sweep only; else of all. */
  readonly sweep?: string;
  /** The `--where` expression. */
  readonly where?: string;
  /** Trial ids by what the expression calls them, such as `#3`; starts of ids need no entry. */
  readonly trialNames?: ReadonlyMap<string, string>;
  /** Column names, `-` in front for descending. */
  readonly sort?: readonly string[];
  readonly columns?: readonly string[];
  readonly limit?: number;
}

export type CellValue = number | string | null;
export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** Reads a store; opened read-only, never blocks a writer. Unknown names throw UserError with "did you mean". */
export interface SweepReader {
  /** Latest launched first. */
  sweeps(): readonly SweepSummary[];
  /** The sweep of that name, or the latest. */
  sweep(name?: string): SweepDetail;
  trials(sweep: string): readonly TrialRow[];
  /** Finished runs, by trial position, then seed. */
  runs(sweep: string): readonly RunRow[];
  /** Test-split metrics of one trial's runs by run id: never for ranking. */
  testMetrics(trialId: string): ReadonlyMap<string, MetricValues>;
  epochs(runId: string): readonly EpochRecord[];
  /** Per finished run, the metrics of each class on a split. */
  classMetrics(runIds: readonly string[], split: ScoredSplit): ReadonlyMap<string, readonly ClassMetrics[]>;
  /** The confusion matrices of finished runs of one sweep, summed: classes × classes, true class by row. */
  confusion(runIds: readonly string[], split: ScoredSplit): Uint32Array;
  /** Per finished run, the predicted class of each row of the split, in the split's row order. */
  predictions(runIds: readonly string[], split: ScoredSplit): ReadonlyMap<string, Uint16Array>;
  /** A run's validation logits as `RunResult.validationLogits`; null where they were not kept. */
  logits(runId: string): Uint16Array | null;
  /** Every attempt at a run of the sweep, in order of start. */
  attempts(sweep: string): readonly AttemptRow[];
  /** The run or trial whose id is or starts so; null where there is none. Throws UserError when several do. */
  find(idStart: string): FoundId | null;
  /** Finds a run by its id or an unambiguous start of it. */
  run(idPrefix: string): RunDetail;
  /** A trial by its id or an unambiguous start of it; null where there is none. */
  findTrial(idPrefix: string): Trial | null;
  query(query: RunQuery): Rows;
  /** One read-only statement, stopped after `timeLimitMs`, or where its rows take over `mostBytes` of memory, by default 64 MB. */
  sql(statement: string, timeLimitMs: number, mostBytes?: number): Promise<Rows>;
  /** SHA-256, hex, over the sweep's result tables in key order. */
  fingerprint(sweep: string): string;
  close(): void;
}
