import type { NamedBaseline } from '../knobs/plain-loss.js';
import type { Metric, MetricValues } from '../metric.js';
import type {
  AnyConfig,
  ClassMetrics,
  ColumnImportance,
  CostMatrix,
  EpochRecord,
  ParameterPoint,
  Run,
  RunResult,
  RunState,
  ScoreDraws,
  SplitName,
  Trial,
} from '../sweep.js';
import type { CellValue } from '../where/cells.js';
import type { DatasetRecord } from './sweep-record.js';

export type { CellValue } from '../where/cells.js';

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
  /** Runs that the search does not train any further; those that wait at a rung for it to decide are not counted. */
  readonly pruned: number;
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
  /** Null while it trains, or if its process died. */
  readonly endedAtMs: number | null;
  readonly error: string | null;
}

export interface TrialRow extends Trial {
  /** Position in the plan. */
  readonly position: number;
  /** Why its search does not train it any further: a pruned run says so. Dropped trials are not ranked. */
  readonly dropped?: string | undefined;
}

export interface SweepDetail extends SweepSummary {
  readonly specText: string;
  /** What the others are compared with; null for plain cross-entropy. */
  readonly baseline: NamedBaseline;
  /** By true class, then predicted class; null if the spec does not say what mistakes cost. */
  readonly costs: CostMatrix | null;
  /** The path of the spec at the last launch; null for sweeps of older versions. */
  readonly specFile: string | null;
  /** The program, Node and machine of the last launch; null for sweeps of older versions. */
  readonly environment: string | null;
  readonly dataset: DatasetRecord;
}

/** A run in any state, with its configuration. What its mistakes cost is by the first of its sweeps that has costs. */
export interface RunDetail {
  readonly sweeps: readonly string[];
  readonly run: Run;
  readonly state: RunState;
  readonly error: string | null;
  /** The id of what trained it, or will. */
  readonly engine: string;
  readonly config: AnyConfig;
  /** In its latest sweep, where that has several spaces. */
  readonly space?: string | undefined;
  readonly point: ParameterPoint;
  readonly result: RunResult | null;
  /** Epochs so far of a run without a result. */
  readonly liveEpochs: readonly EpochRecord[];
}

/** The progress of a run without a result. */
export interface RunProgress extends Run {
  readonly state: RunState;
  /** Number of attempts that were started. */
  readonly attempts: number;
  /** Epochs so far, in order. */
  readonly epochs: readonly EpochRecord[];
}

/** A part of a sweep's trials, in the order of the plan. */
export interface Stretch {
  /** How many trials come before it. */
  readonly skip: number;
  readonly take: number;
}

/** A run in any state with what was recorded of it, but classes and predictions. */
export interface RecordedRun extends Run {
  readonly state: RunState;
  readonly error: string | null;
  /** How often it was begun. */
  readonly attempts: number;
  /** When its first attempt began and its last one ended; null if that is not known. */
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** What the attempt took that finished it. */
  readonly durationMs: number | null;
  readonly result: RecordedScores | null;
  /** Of a run without a result, the epochs so far. */
  readonly epochs: readonly EpochRecord[];
}

export interface RecordedScores extends Pick<RunRow, 'epochsTrained' | 'chosenEpoch' | 'stoppedBy'> {
  readonly validation: SplitScores;
  readonly test: SplitScores;
}

/** The mean loss and the metrics of a split, by the costs of the sweep. */
export interface SplitScores {
  readonly loss: number;
  readonly metrics: MetricValues;
}

/** The decision of a search at a step. */
export interface RecordedDecision {
  readonly step: number;
  readonly decision: unknown;
}

/** The run or trial that an id or the start of one refers to. */
export interface FoundId {
  readonly kind: 'run' | 'trial';
  readonly id: string;
}

export interface RunQuery {
  /** Only runs of this sweep; by default of all. */
  readonly sweep?: string;
  /** The `--where` expression. */
  readonly where?: string;
  /** Trial ids by their names in the expression, such as `#3`; starts of ids need no entry. */
  readonly trialNames?: ReadonlyMap<string, string>;
  /** Column names, with `-` in front for descending order. */
  readonly sort?: readonly string[];
  readonly columns?: readonly string[];
  readonly limit?: number;
}

export interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly CellValue[])[];
}

/** Reads a store. A read-only one never blocks a writer. Throws UserError with "did you mean" for unknown names. */
export interface SweepReader {
  /** Its store, as messages and commands name it. */
  readonly where: string;
  /** Latest launched first. */
  sweeps(): Promise<readonly SweepSummary[]>;
  /** The sweep of that name, or the latest. */
  sweep(name?: string): Promise<SweepDetail>;
  /** In the order of the plan; a stretch of them, for a sweep that is too large for memory. */
  trials(sweep: string, stretch?: Stretch): Promise<readonly TrialRow[]>;
  /** The runs of a stretch of trials in any state, in the order of the plan, then by seed. */
  recordedRuns(sweep: string, stretch: Stretch): Promise<readonly RecordedRun[]>;
  /** Finished runs, by trial position, then seed. */
  runs(sweep: string): Promise<readonly RunRow[]>;
  /** Those of these runs that have a result, each with the names of the sweeps that have it, in order. */
  finished(runIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Test-split metrics of one trial's runs by run id, with the costs of a sweep: never for ranking. */
  testMetrics(sweep: string, trialId: string): Promise<ReadonlyMap<string, MetricValues>>;
  epochs(runId: string): Promise<readonly EpochRecord[]>;
  /** Per finished run, the metrics of each class on a split. */
  classMetrics(
    runIds: readonly string[],
    split: ScoredSplit,
  ): Promise<ReadonlyMap<string, readonly ClassMetrics[]>>;
  /** The confusion matrices of finished runs of one sweep, summed: classes × classes, true class by row. */
  confusion(runIds: readonly string[], split: ScoredSplit): Promise<Uint32Array>;
  /** Per finished run, the predicted class of each row of the split, in the split's row order. */
  predictions(runIds: readonly string[], split: ScoredSplit): Promise<ReadonlyMap<string, Uint16Array>>;
  /** Metrics of probabilities in each draw of a split's rows, by run id; runs without any are left out. */
  scoreDraws(runIds: readonly string[], split: ScoredSplit): Promise<ReadonlyMap<string, ScoreDraws>>;
  /** What columns mean to the models of finished runs, by run id; runs of which nothing is known are left out. */
  columnImportance(runIds: readonly string[]): Promise<ReadonlyMap<string, readonly ColumnImportance[]>>;
  /** A run's logits on a split as `RunResult.validationLogits`; null if they were not kept. */
  logits(runId: string, split: ScoredSplit): Promise<Uint16Array | null>;
  /** The model of a run as the bytes of a model file, or what `decodeRunFile` reads for a program that handed over a file; null if it was not kept. */
  model(runId: string): Promise<Uint8Array | null>;
  /** Runs of the sweep that have no result, by trial position, then seed. */
  progress(sweep: string): Promise<readonly RunProgress[]>;
  /** The decisions of a search so far, in order of step. */
  decisions(sweep: string, search: string): Promise<readonly RecordedDecision[]>;
  /** Every attempt at a run of the sweep, in the order in which they started. */
  attempts(sweep: string): Promise<readonly AttemptRow[]>;
  /** The run or trial whose id starts like this; null if there is none. Throws UserError if there are several. */
  find(idStart: string): Promise<FoundId | null>;
  /** The end of what the program of a run printed, by its last attempt; null for a run without. */
  log(runId: string): Promise<string | null>;
  /** Names of parameters that only programs know, of a sweep or of all, in order. */
  ownParameters(sweep?: string): Promise<readonly string[]>;
  /** Finds a run by its id or an unambiguous start of it. */
  run(idPrefix: string): Promise<RunDetail>;
  /** A trial by its id or an unambiguous start of it; null if there is none. */
  findTrial(idPrefix: string): Promise<Trial | null>;
  query(query: RunQuery): Promise<Rows>;
  /** Runs one read-only statement, which is stopped after `timeLimitMs` or if its rows take more than `mostBytes`, by default 64 MB. */
  sql(statement: string, timeLimitMs: number, mostBytes?: number): Promise<Rows>;
  /** SHA-256, hex, over the sweep's result tables in key order. */
  fingerprint(sweep: string): Promise<string>;
  close(): Promise<void>;
}
