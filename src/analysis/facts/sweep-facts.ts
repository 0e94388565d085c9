import { isCrossEntropy } from '../../knobs/plain-loss.js';
import { adjustLogits, type LogitAdjustment } from '../../metrics/post-hoc-adjustment.js';
import type { SweepReader } from '../../store/store.js';
import type { RunState } from '../../sweep.js';
import { shownInCurves } from '../findings/learning-curves.js';
import { finalists, present, rankedTrials, type TrialResult } from '../ranking/trial-results.js';
import { earlierNames } from '../suggest/sweep-name.js';
import type { RankingFacts, RunEnd, ScoreFacts, SweepFacts } from './facts.js';
import { labelsOfSeed, trainRowsOfSeed } from './seed-rows.js';

/** Reads what a ranking needs, by default of the latest sweep. */
export async function readRankingFacts(reader: SweepReader, name?: string): Promise<RankingFacts> {
  const scores = await readScores(reader, name);
  const { baseline, challenger } = finalistsOf(rankedTrials(scores, scores.sweep.metric));
  return { ...scores, ...(await readFinalists(reader, present([baseline, challenger]))) };
}

/** Reads what a report needs: scores of all runs first, then details of the few configurations that are shown. */
export async function readSweepFacts(reader: SweepReader, name?: string): Promise<SweepFacts> {
  const scores = await readScores(reader, name);
  const ranked = rankedTrials(scores, scores.sweep.metric);
  const { baseline, challenger } = finalistsOf(ranked);
  const shown = present([baseline, challenger]);
  const sweep = scores.sweep.name;
  return {
    ...scores,
    ...(await readFinalists(reader, shown)),
    epochs: await readEpochs(reader, shownInCurves(ranked, baseline)),
    confusions: await readConfusions(reader, shown),
    adjustments: await readAdjustments(reader, scores),
    attempts: await reader.attempts(sweep),
    ends: await readEnds(reader, sweep),
    ...(await readFamily(reader, sweep)),
  };
}

function finalistsOf(ranked: readonly TrialResult[]) {
  return finalists(ranked, ({ trial }) => isCrossEntropy(trial.config));
}

async function readScores(reader: SweepReader, name?: string): Promise<ScoreFacts> {
  const sweep = await reader.sweep(name);
  const trials = await reader.trials(sweep.name);
  const runs = await reader.runs(sweep.name);
  const predictions = await reader.predictions(idsOf(runs), 'validation');
  return { sweep, trials, runs, predictions };
}

async function readFinalists(
  reader: SweepReader,
  shown: readonly TrialResult[],
): Promise<Omit<RankingFacts, keyof ScoreFacts>> {
  const runIds = idsOf(shown.flatMap(({ runs }) => runs));
  const testMetrics = await Promise.all(
    shown.map(async ({ trial }) => await reader.testMetrics(trial.trialId)),
  );
  return {
    testMetrics: new Map(testMetrics.flatMap((ofTrial) => [...ofTrial])),
    testPredictions: await reader.predictions(runIds, 'test'),
    classScores: await reader.classMetrics(runIds, 'validation'),
  };
}

async function readEpochs(reader: SweepReader, shown: readonly TrialResult[]): Promise<SweepFacts['epochs']> {
  const runIds = idsOf(shown.flatMap(({ runs }) => runs));
  return new Map(
    await Promise.all(runIds.map(async (runId) => [runId, await reader.epochs(runId)] as const)),
  );
}

async function readConfusions(
  reader: SweepReader,
  shown: readonly TrialResult[],
): Promise<SweepFacts['confusions']> {
  return new Map(
    await Promise.all(
      shown.map(
        async ({ trial, runs }) =>
          [trial.trialId, await reader.confusion(idsOf(runs), 'validation')] as const,
      ),
    ),
  );
}

/** Logits are by far the largest facts, so each run's are adjusted when they are read, and not kept. */
async function readAdjustments(
  reader: SweepReader,
  { sweep: { dataset, metric }, runs, predictions: predictionsOf }: ScoreFacts,
): Promise<SweepFacts['adjustments']> {
  const { rareClasses } = dataset;
  const tunedBy = metric.name === 'log_loss' ? 'macro_f1' : metric.name;
  const adjustments = new Map<string, LogitAdjustment>();
  for (const { runId, seed } of runs) {
    const logits = await reader.logits(runId);
    const predictions = predictionsOf.get(runId);
    if (logits === null || predictions === undefined) continue;
    const labels = labelsOfSeed(dataset, seed);
    const run = { logits, predictions, labels, rareClasses, trainSupport: trainRowsOfSeed(dataset, seed) };
    adjustments.set(runId, adjustLogits(run, tunedBy));
  }
  return adjustments;
}

async function readEnds(reader: SweepReader, sweep: string): Promise<readonly RunEnd[]> {
  const { rows } = await reader.query({ sweep, columns: ['trial', 'seed', 'state', 'error'] });
  return rows.map(([trial, seed, state, error]) => ({
    trialId: String(trial),
    seed: Number(seed),
    state: state as RunState,
    error: error === null ? null : String(error),
  }));
}

async function readFamily(
  reader: SweepReader,
  sweep: string,
): Promise<Pick<SweepFacts, 'earlierTrials' | 'sweepNames'>> {
  const sweepNames = (await reader.sweeps()).map(({ name }) => name);
  const earlier = await Promise.all(
    earlierNames(sweep, sweepNames).map(async (name) => await reader.trials(name)),
  );
  return { sweepNames, earlierTrials: earlier.flat() };
}

function idsOf(runs: readonly { readonly runId: string }[]): readonly string[] {
  return runs.map(({ runId }) => runId);
}
