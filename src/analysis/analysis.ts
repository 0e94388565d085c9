import type { RowBootstrap } from '../metrics/noise/row-bootstrap.js';
import type { Aim } from '../spec/aims.js';
import type { SweepReader } from '../store/store.js';
import { checkCount, compareSides } from './comparison/compare-sides.js';
import type { Comparison } from './comparison/comparison.js';
import { readSides } from './facts/comparison-facts.js';
import type { TrialFacts } from './facts/facts.js';
import { readShown } from './facts/shown-facts.js';
import { readRankingFacts, readScoreFacts, readSweepFacts } from './facts/sweep-facts.js';
import type { Ensemble } from './ranking/configuration.js';
import { rank } from './ranking/rank.js';
import type { Ranking } from './ranking/ranking.js';
import { scoreTrials } from './ranking/score-trials.js';
import { type SweepReport, sweepReport } from './report.js';
import { type RunReport, runReport } from './shown/run-report.js';
import { type TrainedReport, trainedReport } from './shown/trained-report.js';
import { type TrialReport, trialReport } from './shown/trial-report.js';

/** How a report or a ranking is made. */
export interface ReportOptions {
  /** Draws rows outside of this thread, with the same result. */
  readonly bootstrap?: RowBootstrap | undefined;
  /** What configurations are chosen for; by default what the spec says. */
  readonly aims?: readonly Aim[] | undefined;
}

/** Reads and computes the report of a sweep, the latest by default. */
export async function buildReport(
  reader: SweepReader,
  sweep?: string,
  { aims, bootstrap }: ReportOptions = {},
): Promise<SweepReport> {
  const scored = await scoreTrials(await readScoreFacts(reader, { sweep, aims }), bootstrap);
  return await sweepReport(scored, await readSweepFacts(reader, scored), bootstrap);
}

/** Only the first half of the report. */
export async function buildRanking(
  reader: SweepReader,
  sweep?: string,
  { aims, bootstrap }: ReportOptions = {},
): Promise<Ranking> {
  const scored = await scoreTrials(await readScoreFacts(reader, { sweep, aims }), bootstrap);
  return await rank(scored, await readRankingFacts(reader, scored), bootstrap);
}

/** Compares sweeps, configurations or runs, by name, rank or id, with the first of them. Throws UserError for unknown ones. */
export async function buildComparison(reader: SweepReader, given: readonly string[]): Promise<Comparison> {
  checkCount(given.length);
  return compareSides(await readSides(reader, given));
}

/** Describes the run or configuration that a word from a table refers to. Throws UserError for unknown ones. */
export async function buildShown(
  reader: SweepReader,
  word: string,
  options: Pick<ReportOptions, 'bootstrap'> = {},
): Promise<RunReport | TrialReport> {
  const facts = await readShown(reader, word);
  return facts.kind === 'run' ? runReport(facts) : trialReport(facts, await ensemble(reader, facts, options));
}

/** The ensemble of a configuration, if its sweep shows the configuration on the test rows. Most have no logits, which is seen at once. */
async function ensemble(
  reader: SweepReader,
  { name, trial: { trialId }, sweeps, runs }: TrialFacts,
  options: ReportOptions,
): Promise<Ensemble | null> {
  const finished = runs.filter(({ state }) => state === 'complete');
  if (finished.length < 2) return null;
  for (const { runId } of finished) if ((await reader.logits(runId, 'test')) === null) return null;
  const sweep = sweeps.find((own) => name.startsWith(`${own}#`)) ?? sweeps[0];
  const { confirmations } = await buildRanking(reader, sweep, options);
  return confirmations.find((own) => own.trialId === trialId)?.ensemble ?? null;
}

/** Describes a run that was trained alone, by its store. */
export async function buildTrained(reader: SweepReader, runId: string): Promise<TrainedReport> {
  const facts = await readShown(reader, runId);
  if (facts.kind !== 'run') throw new RangeError(`${runId} is no run`);
  return trainedReport(facts, (await buildReport(reader)).advice);
}

/** The spec of the next sweep, null if the results suggest none, and the report that it is based on. */
export async function buildSuggestion(
  reader: SweepReader,
  name?: string,
): Promise<{ readonly report: SweepReport; readonly spec: string | null }> {
  const scored = await scoreTrials(await readScoreFacts(reader, { sweep: name }));
  const facts = await readSweepFacts(reader, scored);
  const { suggestSpec } = await import('./suggest/suggest.js');
  const report = await sweepReport(scored, facts);
  return { report, spec: suggestSpec(report, facts.sweepNames) };
}
