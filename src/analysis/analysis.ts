import type { RowBootstrap } from '../metrics/noise/row-bootstrap.js';
import type { SweepReader } from '../store/store.js';
import { checkCount, compareSides } from './comparison/compare-sides.js';
import type { Comparison } from './comparison/comparison.js';
import { readSides } from './facts/comparison-facts.js';
import { readShown } from './facts/shown-facts.js';
import { readRankingFacts, readSweepFacts } from './facts/sweep-facts.js';
import { drawRanking, rank } from './ranking/rank.js';
import type { Ranking } from './ranking/ranking.js';
import { type SweepReport, sweepReport } from './report.js';
import { type RunReport, runReport } from './shown/run-report.js';
import { type TrialReport, trialReport } from './shown/trial-report.js';

/** Reads and computes the report of a sweep, the latest by default. */
export async function buildReport(
  reader: SweepReader,
  name?: string,
  bootstrap?: RowBootstrap,
): Promise<SweepReport> {
  const facts = await readSweepFacts(reader, name);
  return sweepReport(facts, bootstrap && (await drawRanking(facts, bootstrap)));
}

/** Only the first half of the report; `bootstrap` draws rows outside of this thread, with the same result. */
export async function buildRanking(
  reader: SweepReader,
  name?: string,
  bootstrap?: RowBootstrap,
): Promise<Ranking> {
  const facts = await readRankingFacts(reader, name);
  return rank(facts, bootstrap && (await drawRanking(facts, bootstrap))).ranking;
}

/** Compares sweeps, configurations or runs, by name, rank or id, with the first of them. Throws UserError for unknown ones. */
export async function buildComparison(reader: SweepReader, given: readonly string[]): Promise<Comparison> {
  checkCount(given.length);
  return compareSides(await readSides(reader, given));
}

/** Describes the run or configuration that a word from a table refers to. Throws UserError for unknown ones. */
export async function buildShown(reader: SweepReader, word: string): Promise<RunReport | TrialReport> {
  const facts = await readShown(reader, word);
  return facts.kind === 'run' ? runReport(facts) : trialReport(facts);
}

/** The spec of the next sweep, null if the results suggest none, and the report that it is based on. */
export async function buildSuggestion(
  reader: SweepReader,
  name?: string,
): Promise<{ readonly report: SweepReport; readonly spec: string | null }> {
  const facts = await readSweepFacts(reader, name);
  const { suggestSpec } = await import('./suggest/suggest.js');
  const report = sweepReport(facts);
  return { report, spec: suggestSpec(report, facts.sweepNames) };
}
