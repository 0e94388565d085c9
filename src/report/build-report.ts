import { type SeedSummary, summarise } from '../metrics/seed-statistics.js';
import type { RunRow, SweepReader } from '../store/store.js';
import { isCrossEntropy } from '../sweep.js';
import { classRecalls } from './class-recalls.js';
import { confusionViews } from './confusion-views.js';
import { learningCurves } from './learning-curves.js';
import { pointLabel } from './point-label.js';
import type { Configuration, Confirmation, Difference, Estimate, SweepReport } from './report.js';
import { rankedTrials, type TrialResult } from './trial-results.js';

/** Configurations whose learning curves are shown, besides the baseline. */
const CURVES = 5;

/** Computes the report of a sweep, the latest by default. */
export function buildReport(reader: SweepReader, name?: string): SweepReport {
  const sweep = reader.sweep(name);
  const ranked = rankedTrials(reader, sweep.name, sweep.metric);
  const baselineEntry = ranked.find(({ trial }) => isCrossEntropy(trial.config));
  const configurations = ranked.map((entry, index) =>
    configuration(entry, index + 1, baselineEntry, sweep.metric.name),
  );
  const best = configurations[0] ?? null;
  const baseline = configurations.find((candidate) => candidate.isCrossEntropy) ?? null;
  const challenger = configurations.find((candidate) => !candidate.isCrossEntropy) ?? null;
  const shown = (candidates: readonly (Configuration | null)[]): readonly Configuration[] => [
    ...new Set(candidates.filter((candidate) => candidate !== null)),
  ];
  return {
    sweep,
    headline: null,
    configurations,
    best,
    baseline,
    challenger,
    classes: classRecalls(reader, sweep, {
      baseline: baseline?.runs ?? null,
      challenger: challenger?.runs ?? null,
    }),
    confirmations: shown([baseline, challenger]).map((candidate) => confirmation(reader, candidate)),
    testDifference: null,
    importance: null,
    curves: learningCurves(reader, shown([...configurations.slice(0, CURVES), baseline])),
    confusions: confusionViews(reader, shown([best, baseline])),
    postHoc: [],
    advice: [],
    timeline: [],
    draws: 0,
  };
}

function configuration(
  { trial, runs, metrics }: TrialResult,
  rank: number,
  baseline: TrialResult | undefined,
  metric: keyof TrialResult['metrics'],
): Configuration {
  const { macro_f1, rare_recall, worst_recall } = metrics;
  return {
    rank,
    trialId: trial.trialId,
    label: pointLabel(trial.point),
    point: trial.point,
    config: trial.config,
    isCrossEntropy: isCrossEntropy(trial.config),
    addedBaseline: trial.addedBaseline,
    seeds: runs.map((run) => run.seed),
    runs,
    metrics,
    estimates: {
      macro_f1: estimate(macro_f1),
      rare_recall: estimate(rare_recall),
      worst_recall: estimate(worst_recall),
    },
    ranked: estimate(metrics[metric]),
    epochs: runs.reduce((sum, run) => sum + run.epochsTrained, 0) / runs.length,
    bestProbability: rank === 1 ? 1 : 0,
    rankInterval: { low: rank, high: rank },
    isTied: rank === 1,
    isParetoOptimal: rank === 1,
    versusBaseline:
      baseline === undefined || baseline.trial === trial ? null : paired(runs, baseline.runs, metric),
  };
}

function estimate({ mean, margin, sd }: SeedSummary): Estimate {
  return { mean, interval: { low: mean - margin, high: mean + margin }, rowError: Number.NaN, seedSd: sd };
}

function paired(
  runs: readonly RunRow[],
  baseline: readonly RunRow[],
  metric: keyof TrialResult['metrics'],
): Configuration['versusBaseline'] {
  const bySeed = new Map(baseline.map((run) => [run.seed, run]));
  const difference = (name: typeof metric): Difference => {
    const { mean, interval } = estimate(
      summarise(
        runs.flatMap((run) => {
          const other = bySeed.get(run.seed);
          return other === undefined ? [] : [run.validation[name] - other.validation[name]];
        }),
      ),
    );
    return { mean, interval, verdict: 'no evidence' };
  };
  return {
    ranked: difference(metric),
    macro_f1: difference('macro_f1'),
    rare_recall: difference('rare_recall'),
  };
}

function confirmation(
  reader: SweepReader,
  { trialId, label, isCrossEntropy, metrics }: Configuration,
): Confirmation {
  const test = [...reader.testMetrics(trialId).values()];
  const macro_f1 = estimate(summarise(test.map((values) => values.macro_f1)));
  return {
    trialId,
    label,
    isCrossEntropy,
    macro_f1,
    rare_recall: estimate(summarise(test.map((values) => values.rare_recall))),
    optimismGap: metrics.macro_f1.mean - macro_f1.mean,
  };
}
