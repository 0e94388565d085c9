import { isCrossEntropy } from '../knobs/plain-loss.js';
import type { SweepReader } from '../store/store.js';
import { advise } from './advice/advice.js';
import { sweepHistory } from './advice/sweep-history.js';
import { axisImportance } from './findings/axis-importance.js';
import { confusionViews } from './findings/confusion-views.js';
import { learningCurves } from './findings/learning-curves.js';
import { postHocResults } from './findings/post-hoc.js';
import { timeline } from './findings/timeline.js';
import { pointLabel } from './point-label.js';
import { classRecalls } from './ranking/class-recalls.js';
import { confirm } from './ranking/confirmation.js';
import { headline } from './ranking/headline.js';
import { type Standing, standings } from './ranking/standings.js';
import { bootstrapDraws, type SweepEstimates, sweepEstimates } from './ranking/sweep-estimates.js';
import { rankedTrials, type TrialResult } from './ranking/trial-results.js';
import type { Configuration, Estimate, Ranking, SweepReport } from './report.js';

/** Configurations whose learning curves are shown, besides the baseline. */
const CURVES = 5;

/** Computes the report of a sweep, the latest by default. */
export function buildReport(reader: SweepReader, name?: string): SweepReport {
  const { ranking, estimates } = rank(reader, name);
  const { sweep, configurations, baseline, challenger } = ranking;
  const findings = {
    ...ranking,
    importance: axisImportance(configurations, estimates.ranked, sweep.metric),
    curves: learningCurves(reader, present([...configurations.slice(0, CURVES), baseline])),
    confusions: confusionViews(reader, present([baseline, challenger])),
    postHoc: postHocResults(reader, sweep, configurations),
    timeline: timeline(reader, sweep.name),
  };
  return { ...findings, advice: advise(findings, sweepHistory(reader, sweep.name)) };
}

/** The report's first half alone. */
export function buildRanking(reader: SweepReader, name?: string): Ranking {
  return rank(reader, name).ranking;
}

function rank(
  reader: SweepReader,
  name?: string,
): { readonly ranking: Ranking; readonly estimates: SweepEstimates } {
  const sweep = reader.sweep(name);
  const results = rankedTrials(reader, sweep.name, sweep.metric);
  const estimates = sweepEstimates(reader, sweep, results);
  const baselineAt = results.findIndex(({ trial }) => isCrossEntropy(trial.config));
  const standing = standings(estimates, sweep.metric, baselineAt);
  const configurations = results.map((result, at) =>
    configuration({ result, at, estimates, standing: standing[at] as Standing }),
  );
  const best = configurations[0] ?? null;
  const baseline = configurations[baselineAt] ?? null;
  const challenger = configurations.find((candidate) => !candidate.isCrossEntropy) ?? null;
  const tested = present([baseline, challenger]).map((candidate) => ({
    configuration: candidate,
    result: results[candidate.rank - 1] as TrialResult,
  }));
  const parts = {
    sweep,
    configurations,
    best,
    baseline,
    challenger,
    ...confirm(reader, sweep, tested),
  };
  const ranking = {
    ...parts,
    headline: headline(parts),
    classes: classRecalls(reader, sweep, {
      baseline: baseline?.runs ?? null,
      challenger: challenger?.runs ?? null,
    }),
    draws: bootstrapDraws(sweep, results),
  };
  return { ranking, estimates };
}

/** Those that are there, each once. */
function present(candidates: readonly (Configuration | null)[]): readonly Configuration[] {
  return [...new Set(candidates.filter((candidate) => candidate !== null))];
}

interface ConfigurationParts {
  readonly result: TrialResult;
  /** Position among the estimates, from 0. */
  readonly at: number;
  readonly estimates: SweepEstimates;
  readonly standing: Standing;
}

function configuration({ result, at, estimates, standing }: ConfigurationParts): Configuration {
  const { trial, runs, metrics } = result;
  const estimate = (name: keyof SweepEstimates): Estimate => estimates[name].estimates[at] as Estimate;
  return {
    rank: at + 1,
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
      macro_f1: estimate('macro_f1'),
      rare_recall: estimate('rare_recall'),
      worst_recall: estimate('worst_recall'),
    },
    ranked: estimate('ranked'),
    epochs: runs.reduce((sum, run) => sum + run.epochsTrained, 0) / runs.length,
    ...standing,
  };
}
