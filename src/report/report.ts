import { type SeedSummary, summarise } from '../metrics/seed-statistics.js';
import type { RunRow, SweepDetail, SweepReader, TrialRow } from '../store/store.js';
import { isCrossEntropy, type Metric, type MetricName, type ParameterPoint } from '../sweep.js';
import { pointLabel } from './point-label.js';

export type MetricSummaries = { readonly [name in MetricName]: SeedSummary };

/** A configuration with what its finished seeds give on the validation rows. */
export interface Configuration {
  /** From 1; configurations without a finished seed are not ranked. */
  readonly rank: number;
  readonly trialId: string;
  readonly label: string;
  readonly point: ParameterPoint;
  readonly isCrossEntropy: boolean;
  readonly seeds: readonly number[];
  readonly metrics: MetricSummaries;
  /** Epochs trained, mean over seeds. */
  readonly epochs: number;
  /** Seed by seed, this configuration less the cross-entropy baseline; null without seeds in common. */
  readonly versusBaseline: { readonly macro_f1: SeedSummary; readonly rare_recall: SeedSummary } | null;
}

/** Recall of one class on the validation rows, mean over seeds. */
export interface ClassRecall {
  readonly name: string;
  readonly rare: boolean;
  readonly trainRows: number;
  readonly validationRows: number;
  readonly challenger: number | null;
  readonly baseline: number | null;
}

/** A configuration on rows that ranked nothing. */
export interface Confirmation {
  readonly trialId: string;
  readonly label: string;
  readonly macro_f1: SeedSummary;
  readonly rare_recall: SeedSummary;
}

/** All that a report shows, computed once for every renderer. */
export interface SweepReport {
  readonly sweep: SweepDetail;
  readonly configurations: readonly Configuration[];
  readonly best: Configuration | null;
  /** The cross-entropy configuration that ranks highest. */
  readonly baseline: Configuration | null;
  /** The configuration that ranks highest among the others. */
  readonly challenger: Configuration | null;
  readonly classes: readonly ClassRecall[];
  readonly confirmations: readonly Confirmation[];
}

/** Computes the report of a sweep, the latest by default. */
export function buildReport(reader: SweepReader, name?: string): SweepReport {
  const sweep = reader.sweep(name);
  const runs = byTrial(reader.runs(sweep.name));
  const finished = reader.trials(sweep.name).flatMap((trial) => {
    const own = runs.get(trial.trialId);
    return own === undefined ? [] : [{ trial, runs: own, metrics: metricSummaries(own) }];
  });
  finished.sort((a, b) => byMetric(sweep.metric, a.metrics, b.metrics));
  const baselineEntry = finished.find(({ trial }) => isCrossEntropy(trial.config));
  const configurations = finished.map((entry, index) => configuration(entry, index + 1, baselineEntry));
  const baseline = configurations.find((candidate) => candidate.isCrossEntropy) ?? null;
  const challenger = configurations.find((candidate) => !candidate.isCrossEntropy) ?? null;
  const recallsOf = (shown: Configuration | null) =>
    shown === null ? null : recalls(reader, runs.get(shown.trialId));
  return {
    sweep,
    configurations,
    best: configurations[0] ?? null,
    baseline,
    challenger,
    classes: classRecalls(sweep, recallsOf(baseline), recallsOf(challenger)),
    confirmations: [baseline, challenger].flatMap((shown) =>
      shown === null ? [] : [confirmation(reader, shown)],
    ),
  };
}

interface Finished {
  readonly trial: TrialRow;
  readonly runs: readonly RunRow[];
  readonly metrics: MetricSummaries;
}

function byTrial(runs: readonly RunRow[]): ReadonlyMap<string, readonly RunRow[]> {
  const groups = new Map<string, RunRow[]>();
  for (const run of runs) {
    const group = groups.get(run.trialId);
    if (group === undefined) groups.set(run.trialId, [run]);
    else group.push(run);
  }
  return groups;
}

/** Mean over the seeds of every metric. */
export function metricSummaries(runs: readonly RunRow[]): MetricSummaries {
  const names = Object.keys(runs[0]?.validation ?? {}) as MetricName[];
  const entries = names.map((name) => [name, summarise(runs.map((run) => run.validation[name]))]);
  return Object.fromEntries(entries) as MetricSummaries;
}

/** Better first by the sweep's metric; ties by rare recall. NaN ranks last. */
function byMetric(metric: Metric, a: MetricSummaries, b: MetricSummaries): number {
  const sign = metric.goal === 'maximize' ? -1 : 1;
  return (
    order(sign * a[metric.name].mean, sign * b[metric.name].mean) ||
    order(-a.rare_recall.mean, -b.rare_recall.mean)
  );
}

function order(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b;
}

function configuration(entry: Finished, rank: number, baseline: Finished | undefined): Configuration {
  const { trial, runs, metrics } = entry;
  return {
    rank,
    trialId: trial.trialId,
    label: pointLabel(trial.point),
    point: trial.point,
    isCrossEntropy: isCrossEntropy(trial.config),
    seeds: runs.map((run) => run.seed),
    metrics,
    epochs: runs.reduce((sum, run) => sum + run.epochsTrained, 0) / runs.length,
    versusBaseline: baseline === undefined ? null : paired(runs, baseline.runs),
  };
}

function paired(runs: readonly RunRow[], baseline: readonly RunRow[]): Configuration['versusBaseline'] {
  const bySeed = new Map(baseline.map((run) => [run.seed, run]));
  const differences = (metric: 'macro_f1' | 'rare_recall'): readonly number[] =>
    runs.flatMap((run) => {
      const other = bySeed.get(run.seed);
      return other === undefined ? [] : [run.validation[metric] - other.validation[metric]];
    });
  const macro = differences('macro_f1');
  return macro.length === 0
    ? null
    : { macro_f1: summarise(macro), rare_recall: summarise(differences('rare_recall')) };
}

function recalls(reader: SweepReader, runs: readonly RunRow[] = []): readonly number[] {
  return meanRecalls(
    reader,
    runs.map((run) => run.runId),
  );
}

type Recalls = readonly number[] | null;

function classRecalls(
  { dataset }: SweepDetail,
  baseline: Recalls,
  challenger: Recalls,
): readonly ClassRecall[] {
  return dataset.classNames.map((name, index) => ({
    name,
    rare: dataset.rareClasses.includes(index),
    trainRows: dataset.support.train[index] ?? 0,
    validationRows: dataset.support.validation[index] ?? 0,
    baseline: baseline?.[index] ?? null,
    challenger: challenger?.[index] ?? null,
  }));
}

/** Recall of every class on the validation rows, mean over runs. */
export function meanRecalls(reader: SweepReader, runIds: readonly string[]): readonly number[] {
  const perRun = [...reader.classMetrics(runIds, 'validation').values()];
  const classes = perRun[0]?.length ?? 0;
  return Array.from(
    { length: classes },
    (_, index) => perRun.reduce((sum, run) => sum + (run[index]?.recall ?? 0), 0) / perRun.length,
  );
}

function confirmation(reader: SweepReader, { trialId, label }: Configuration): Confirmation {
  const test = [...reader.testMetrics(trialId).values()];
  return {
    trialId,
    label,
    macro_f1: summarise(test.map((metrics) => metrics.macro_f1)),
    rare_recall: summarise(test.map((metrics) => metrics.rare_recall)),
  };
}
