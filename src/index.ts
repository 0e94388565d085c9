// The public API: everything that the command line is made of.

export { buildReport } from './analysis/analysis.js';
export type { SweepReport } from './analysis/report.js';
export { classSupport, type DataCard, type Dataset } from './data/dataset.js';
export { loadDataset } from './data/load-dataset.js';
export { EXIT, UserError } from './errors.js';
export { resolveAlpha } from './loss/alpha.js';
export { focalLoss, focalLossGradient } from './loss/focal-loss.js';
export { classMetrics, metricValues } from './metrics/classification-metrics.js';
export { confusionMatrix } from './metrics/confusion.js';
export { type SeedSummary, summarise } from './metrics/estimates/seed-statistics.js';
export { planSweep, type SweepPlan } from './plan/plan.js';
export { type ProgressEvent, type RunSweepOptions, runSweep, type SweepSummary } from './run/run-sweep.js';
export { parseSpec, readSpec } from './spec/parse-spec.js';
export type { SweepSpec } from './spec/sweep-spec.js';
export { openReader as openStore, openWriter } from './store/sqlite/sqlite-store.js';
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
export type { Engine, Trainer } from './train/network/engine.js';
export { loadEngine } from './train/network/select-engine.js';
export { FocalLoss, type FocalLossOptions, type TensorLike } from './train/network/tfjs/focal-loss.js';
export { renderReport } from './views/render-report.js';
