// The public API: specs, tables, plans, sweeps and their queues, stores, reports, comparisons, suggestions and files of models. Only the
// command line has `init`, `train`, `predict`, `importance` and runs as tables (`export --runs`). It loads no TensorFlow, and no SQLite
// until a store is opened.

export {
  buildComparison,
  buildRanking,
  buildReport,
  buildShown,
  buildSuggestion,
} from './analysis/analysis.js';
export type { Comparison } from './analysis/comparison/comparison.js';
export { type DataReport, dataReport } from './analysis/data/data-summary.js';
export { ranksIn } from './analysis/facts/find-configuration.js';
export type { Ranking } from './analysis/ranking/ranking.js';
export type { SweepReport } from './analysis/report.js';
export type { RunReport } from './analysis/shown/run-report.js';
export type { TrialReport } from './analysis/shown/trial-report.js';
export { classSupport, type DataCard, type Dataset, type SharedDataset } from './data/dataset.js';
export { type LoadedData, loadData, loadDataset, type PrepareTable } from './data/load-dataset.js';
export type { SeedSplits } from './data/seed-splits.js';
export { EXIT, UserError } from './errors.js';
export type { ExportedModel, ExportFile, ModelExporter, ModelFormat } from './export/export.js';
export { EXPORTERS } from './export/exporters.js';
export { classMetrics, metricValues } from './metrics/classification-metrics.js';
export { confusionMatrix } from './metrics/confusion.js';
export { type SeedSummary, summarise } from './metrics/estimates/seed-statistics.js';
export { decodeRunFile, encodeRunFile, type HandedFile, type RunFile } from './model/file/handed-file.js';
export { decodeModel, encodeModel } from './model/file/model-file.js';
export type {
  ClassDecision,
  Model,
  ModelMember,
  ModelScoring,
  ModelTree,
  NetworkPredictor,
  Predictor,
  TableReading,
  TreesPredictor,
  WeightedLayer,
} from './model/model.js';
export { type Preparation, prepareRow, type RawRow, type RawValue } from './model/preparation.js';
export { planSweep, type SweepPlan } from './plan/plan.js';
export type { ParameterValue, Program, ProgramConfig } from './program.js';
export { checkpointFolder } from './run/checkpoints/checkpoint-files.js';
export { type PreparedSweep, type PrepareOptions, prepareSweep } from './run/prepare/prepare-sweep.js';
export { type SweepCost, sweepCost } from './run/prepare/sweep-cost.js';
export { serveSweep } from './run/queue/serve-sweep.js';
export { type LaunchOutcome, type ProgressEvent, type RunSweepOptions, runSweep } from './run/run-sweep.js';
export type { Cohort, Sampler, ScoredTrial, SeedScore } from './search/search.js';
export { type Search, searchOf } from './search/search-of.js';
export type { Rung, Stopper } from './search/stopper.js';
export { parseSpec, readSpec } from './spec/parse-spec.js';
export type { SweepSpec } from './spec/sweep-spec.js';
export { openStore } from './store/open-store.js';
export type { RunQuery, Store, StoreKeeper, SweepReader, SweepWriter } from './store/store.js';
export type {
  AlphaScheme,
  AnyConfig,
  ColumnImportance,
  EpochRecord,
  Metric,
  MetricName,
  MetricValues,
  Run,
  RunResult,
  SplitResult,
  Trial,
  TrialConfig,
} from './sweep.js';
export type { Checkpoint, CheckpointArray, Checkpoints } from './train/checkpoint.js';
export { loadTrainer, probeTrainers } from './train/load-trainer.js';
export {
  defineTrainer,
  type ModuleData,
  type ModuleEpoch,
  type ModuleResult,
  type ModuleRun,
  type ModuleSplit,
  type ModuleTrain,
  type ModuleValues,
} from './train/module/define-trainer.js';
export { type ScoredData, scoreRun, scoreSplit } from './train/score.js';
export type {
  AnyTrainer,
  Availability,
  ModelArray,
  RunJob,
  SplitOutput,
  TrainedRun,
  Trainer,
  Training,
  TrainingListener,
  Workload,
} from './train/trainer.js';
export { type RenderOptions, render } from './views/render.js';
export { type Contents, FORMATS } from './views/renderer.js';
