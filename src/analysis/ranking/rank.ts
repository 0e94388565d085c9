import { isCrossEntropy } from '../../knobs/plain-loss.js';
import type { RowBootstrap, RowDrawsByMetric } from '../../metrics/noise/row-bootstrap.js';
import { dataSummary } from '../data/data-summary.js';
import { epochChoice } from '../epoch-choice.js';
import type { RankingFacts } from '../facts/facts.js';
import { pointLabel } from '../point-label.js';
import { classRecalls } from './class-recalls.js';
import type { Configuration, Estimate } from './configuration.js';
import { confirm } from './confirmation.js';
import { headline } from './headline.js';
import type { Ranking } from './ranking.js';
import { type Standing, standings } from './standings.js';
import { bootstrapDraws, drawSplit, type SweepEstimates, validationEstimates } from './sweep-estimates.js';
import { finalists, present, rankedTrials, type TrialResult } from './trial-results.js';

/** Draws of the rows that a ranking looks at. */
export interface RankingDraws {
  /** Of all trials, in the order of the ranking. */
  readonly validation: RowDrawsByMetric;
  /** Of the baseline, then of the challenger. */
  readonly test: RowDrawsByMetric;
}

/** Does the draws of `rank` outside of this thread. */
export async function drawRanking(facts: RankingFacts, bootstrap: RowBootstrap): Promise<RankingDraws> {
  const results = rankedTrials(facts, facts.sweep.metric);
  const { baseline, challenger } = finalists(results, ({ trial }) => isCrossEntropy(trial.config));
  const [validation, test] = await Promise.all([
    drawSplit(facts, 'validation', results, bootstrap),
    drawSplit(facts, 'test', present([baseline, challenger]), bootstrap),
  ]);
  return { validation, test };
}

/** Ranks a sweep's configurations; also returns the estimates behind the ranking. */
export function rank(
  facts: RankingFacts,
  drawn?: RankingDraws,
): { readonly ranking: Ranking; readonly estimates: SweepEstimates } {
  const { sweep } = facts;
  const results = rankedTrials(facts, sweep.metric);
  const estimates = validationEstimates(facts, results, drawn?.validation);
  const baselineAt = results.findIndex(({ trial }) => isCrossEntropy(trial.config));
  const standing = standings(results, estimates, { metric: sweep.metric, baseline: baselineAt });
  const configurations = results.map((result, at) =>
    configuration({ result, at, estimates, standing: standing[at] as Standing }),
  );
  const { baseline, challenger } = finalists(configurations, (candidate) => candidate.isCrossEntropy);
  const tested = present([baseline, challenger]).map((candidate) => ({
    configuration: candidate,
    result: results[candidate.rank - 1] as TrialResult,
  }));
  const best = configurations[0] ?? null;
  const parts = {
    sweep,
    data: dataSummary(sweep.dataset),
    epochChoice: epochChoice(
      sweep.engine,
      configurations.map(({ config }) => config),
    ),
    configurations,
    tied: configurations.filter(({ isTied }) => isTied).length,
    best,
    baseline,
    challenger,
    ...confirm(facts, tested, drawn?.test),
  };
  const ranking = {
    ...parts,
    unfinished: sweep.runs - sweep.complete - sweep.failed,
    headline: headline(parts),
    classes: classRecalls(facts, {
      baseline: baseline?.runs ?? null,
      challenger: challenger?.runs ?? null,
    }),
    draws: bootstrapDraws(sweep, results),
  };
  return { ranking, estimates };
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
