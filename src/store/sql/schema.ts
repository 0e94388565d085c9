import type { Generated } from 'kysely';
import type { CostMetric, KeptMetric, MetricName } from '../../metric.js';
import type { RunState } from '../../sweep.js';
import type { ScoreDrawRow } from '../content/draw-rows.js';
import type { ImportanceRow } from '../content/importance-rows.js';
import type { LogRow } from '../content/kept/kept-log.js';
import type { ModelRow } from '../content/kept/kept-model.js';
import type { LogitsRow } from '../content/kept/logits-row.js';
import type { RankingColumn } from '../content/result-rows.js';
import type { CheckpointRow, OfferRow, ShippedFileRow } from '../offer-rows.js';
import type { ScoredSplit } from '../store.js';

/** Real numbers, stored to the last bit, except that SQLite stores NaN as NULL and −0 as 0. */
type Real = number | null;
type Metrics = { readonly [name in KeptMetric]: Real };
type Costs = { readonly [name in CostMetric]: Real };

export interface DatasetsTable {
  readonly dataset: string;
  readonly row_count: number;
  readonly feature_count: number;
  /** True classes in the order of predictions, uint16 little-endian. */
  readonly validation_labels: Uint8Array;
  readonly test_labels: Uint8Array;
}

/** Datasets whose seeds have splits of their own: `validation_labels` are then those of all rows that are no test rows. */
export interface SeedSplitsTable {
  readonly dataset: string;
  readonly seed: number;
  /** Which of the labels are the seed's, ascending, uint32 little-endian. */
  readonly validation_rows: Uint8Array;
}

export interface DatasetClassesTable {
  readonly dataset: string;
  readonly class_index: number;
  readonly class_name: string;
  readonly is_rare: number;
  readonly train_rows: number;
  readonly validation_rows: number;
  readonly test_rows: number;
}

export interface TrialsTable {
  readonly trial_id: string;
  readonly dataset: string;
  readonly metric: MetricName;
  readonly goal: 'maximize' | 'minimize';
  readonly engine: string;
  /** See store/configuration.ts. */
  readonly config: string;
  /** Of the metric; NULL for its default. */
  readonly metric_parameter: Real;
}

export interface RunsTable {
  readonly run_id: string;
  readonly trial_id: string;
  readonly seed: number;
}

export interface ResultsTable {
  readonly run_id: string;
  readonly epochs_trained: number;
  readonly chosen_epoch: number;
  readonly stopped_by: 'epochs' | 'patience';
}

export interface SplitMetricsTable extends Metrics {
  readonly run_id: string;
  readonly split: ScoredSplit;
  readonly loss: Real;
}

/** The metrics are those of the validation split. */
export interface EpochsTable extends Metrics, Costs {
  readonly run_id: string;
  readonly epoch: number;
  readonly train_loss: Real;
  readonly train_accuracy: Real;
  readonly validation_loss: Real;
}

export interface ClassMetricsTable extends Readonly<Record<RankingColumn, Real>> {
  readonly run_id: string;
  readonly split: ScoredSplit;
  readonly class_index: number;
  readonly precision: Real;
  readonly recall: Real;
  readonly f1: Real;
  readonly support: number;
}

export interface ConfusionsTable {
  readonly run_id: string;
  readonly split: ScoredSplit;
  /** classes × classes, true class by row, uint32 little-endian. */
  readonly counts: Uint8Array;
}

/** Follows from confusions and the costs of a sweep, and is written again whenever these change. */
export interface ExpectedCostsTable extends Costs {
  readonly run_id: string;
  readonly sweep: string;
  readonly split: ScoredSplit;
}

export interface PredictionsTable {
  readonly run_id: string;
  readonly split: ScoredSplit;
  /** Predicted class of each row of the split, uint16 little-endian. */
  readonly classes: Uint8Array;
}

/** Sweeps that name what the others are compared with: JSON text of the values by name. */
export interface SweepBaselinesTable {
  readonly sweep: string;
  readonly baseline: string;
}

/** Recorded results that a migration corrected. */
export interface CorrectionsTable {
  readonly run_id: string;
  readonly correction: string;
}

export interface SweepsTable {
  readonly sweep: string;
  readonly description: string;
  readonly spec_text: string;
  readonly metric: MetricName;
  readonly goal: 'maximize' | 'minimize';
  readonly engine: string;
  readonly dataset: string;
  /** JSON text of the DataCard. */
  readonly card: string;
  readonly metric_parameter: Real;
  /** JSON text of the CostMatrix. */
  readonly costs: string | null;
}

export interface LaunchesTable {
  readonly launch_id: Generated<number>;
  readonly sweep: string;
  readonly launched_at_ms: number;
  readonly host: string;
  readonly pid: number;
  /** Absolute path of the spec; relative paths in it start at its folder. */
  readonly spec_file: string | null;
  /** The program's version, Node and the machine. */
  readonly environment: string | null;
}

/** Who trains a sweep; see holders.ts. */
export interface HoldersTable {
  readonly sweep: string;
  /** Grows by one with every holder: the fencing token. */
  readonly token: number;
  readonly host: string;
  /** NULL after the sweep was released. */
  readonly pid: number | null;
  readonly process_start: string;
  readonly since_ms: number;
  readonly alive_at_ms: number;
  readonly stop_requested: number;
}

/** Who may train a run; see claims.ts. */
export interface ClaimsTable {
  /** Grows by one with every claim. */
  readonly token: Generated<number>;
  readonly sweep: string;
  readonly run_id: string;
  readonly host: string;
  readonly pid: number;
  readonly process_start: string;
  readonly lease_ms: number;
  readonly expires_at_ms: number;
}

/** What a search decided. */
export interface DecisionsTable {
  readonly sweep: string;
  readonly search: string;
  readonly step: number;
  /** JSON text. */
  readonly decision: string;
}

/** What the last launch of a sweep chose for the aims of its spec. */
export interface ChoicesTable {
  readonly sweep: string;
  /** The aim's place in the spec, from 0. */
  readonly position: number;
  readonly aim: string;
  readonly trial_id: string;
  /** Finished runs of the sweep that it was chosen from; with another number it is out of date. */
  readonly results: number;
}

/** CRC-32 of the rows of one table that belong to one run, trial, dataset or sweep; see checksums.ts, and kept-logits.ts. */
export interface ChecksumsTable {
  readonly owner: string;
  readonly part: string;
  readonly crc: number;
}

export interface SweepTrialsTable {
  readonly sweep: string;
  readonly trial_id: string;
  readonly position: number;
  /** JSON text of the ParameterPoint. */
  readonly point: string;
  readonly added_baseline: number;
}

/** Trials of sweeps with several spaces. */
export interface TrialSpacesTable {
  readonly sweep: string;
  readonly trial_id: string;
  readonly space: string;
}

export interface SweepRunsTable {
  readonly sweep: string;
  readonly run_id: string;
}

/** A run without a row was never begun: it is waiting. */
export interface RunStatesTable {
  readonly run_id: string;
  readonly state: RunState;
  readonly error: string | null;
  readonly attempts: number;
  /** Attempts that failed since the last `focalsweep retry` of the run. */
  readonly failures: Generated<number>;
  /** Duration of the attempt that finished the run. */
  readonly duration_ms: number | null;
}

export interface AttemptsTable {
  readonly attempt_id: Generated<number>;
  readonly run_id: string;
  readonly sweep: string;
  readonly worker: number;
  readonly host: string;
  readonly pid: number;
  readonly started_at_ms: number;
  readonly ended_at_ms: number | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
}

/** The tables of the newest schema; the first group is results, the second is the plan and what happened. */
export interface Tables {
  datasets: DatasetsTable;
  dataset_classes: DatasetClassesTable;
  trials: TrialsTable;
  runs: RunsTable;
  results: ResultsTable;
  split_metrics: SplitMetricsTable;
  epochs: EpochsTable;
  class_metrics: ClassMetricsTable;
  confusions: ConfusionsTable;
  predictions: PredictionsTable;

  sweeps: SweepsTable;
  launches: LaunchesTable;
  sweep_trials: SweepTrialsTable;
  trial_spaces: TrialSpacesTable;
  sweep_runs: SweepRunsTable;
  expected_costs: ExpectedCostsTable;
  column_importance: ImportanceRow;
  score_draws: ScoreDrawRow;
  run_states: RunStatesTable;
  attempts: AttemptsTable;
  logits: LogitsRow;
  models: ModelRow;
  holders: HoldersTable;
  checksums: ChecksumsTable;
  corrections: CorrectionsTable;
  run_logs: LogRow;
  sweep_baselines: SweepBaselinesTable;
  live_epochs: EpochsTable & { readonly crc: number | null };
  claims: ClaimsTable;
  offers: OfferRow;
  shipped_files: ShippedFileRow;
  checkpoints: CheckpointRow;
  decisions: DecisionsTable;
  seed_splits: SeedSplitsTable;
  choices: ChoicesTable;
}
