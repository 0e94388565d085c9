// The public API: everything that the command line is made of.
export { classSupport, type DataCard, type Dataset } from './data/dataset.js';
export { loadDataset } from './data/load-dataset.js';
export type { Engine, Trainer } from './engine/engine.js';
export { loadEngine } from './engine/select-engine.js';
export { FocalLoss, type FocalLossOptions, type TensorLike } from './engine/tfjs/focal-loss.js';
export { EXIT, UserError } from './errors.js';
export { resolveAlpha } from './loss/alpha.js';
export { focalLoss, focalLossGradient } from './loss/focal-loss.js';
export { classMetrics, metricValues } from './metrics/classification-metrics.js';
export { confusionMatrix } from './metrics/confusion.js';
export { type SeedSummary, summarise } from './metrics/seed-statistics.js';
export { planSweep, type SweepPlan } from './plan/plan.js';
export { buildReport } from './report/build-report.js';
export { renderReport } from './report/render-report.js';
export type { SweepReport } from './report/report.js';
export { type ProgressEvent, type RunSweepOptions, runSweep, type SweepSummary } from './run/run-sweep.js';
export { parseSpec, readSpec } from './spec/parse-spec.js';
export type { SweepSpec } from './spec/sweep-spec.js';
export { openReader as openStore, openWriter } from './store/sqlite-store.js';
export type { SweepReader, SweepWriter } from './store/store.js';
export type {
  AlphaScheme,
  EpochRecord,
  Metric,
  MetricName,
  MetricValues,
  Run,
  RunResult,
  Trial,
  TrialConfig,
} from './sweep.js';
