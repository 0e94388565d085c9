import { UserError } from '../../errors.js';
import { isProbabilityMetric, type ScoredMetric } from '../../metric.js';
import { probabilityMetrics } from '../../metrics/probability-metrics.js';
import { storedProbabilities } from '../../metrics/score-curves.js';
import { BUDGET_DECISIONS, type BudgetEnd } from '../../search/budget-end.js';
import { SHARD_DECISIONS, shardsIn } from '../../search/recorded-shard.js';
import { type Aim, defaultAims, EQUIVALENT, scoredMetrics } from '../../spec/aims.js';
import { requireCostsOfAims } from '../../spec/mistakes/require-costs.js';
import { parseSpec } from '../../spec/parse-spec.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { SweepReader } from '../../store/store.js';
import type { RunState } from '../../sweep.js';
import { detailed } from '../findings/learning-curves.js';
import type { Configuration } from '../ranking/configuration.js';
import { finalistsOf, type Scored } from '../ranking/score-trials.js';
import { earlierNames } from '../suggest/sweep-name.js';
import type { RankingFacts, RunEnd, ScoreFacts, SweepDetail, SweepFacts } from './facts.js';
import { readRace } from './race-facts.js';
import { readRareFactors } from './rare-factor-facts.js';
import { readEnsembles } from './scores/ensemble-facts.js';
import { readDrawnScores } from './scores/score-draws.js';
import { readLogitFacts } from './scores/score-facts.js';
import { withUnrecordedGroups } from './unrecorded-groups.js';

/** Which sweep, by default the latest, and what for, by default what its spec says. */
export interface Asked {
  readonly sweep?: string | undefined;
  readonly aims?: readonly Aim[] | undefined;
}

/** Reads the scores of all runs, which say what is shown in detail. */
export async function readScoreFacts(reader: SweepReader, asked: Asked = {}): Promise<ScoreFacts> {
  const sweep = withUnrecordedGroups(await reader.sweep(asked.sweep));
  const trials = await reader.trials(sweep.name);
  const runs = await reader.runs(sweep.name);
  const predictions = await reader.predictions(idsOf(runs), 'validation');
  const { choose, equivalent } = choosingOf(sweep);
  const aims = asked.aims ?? choose;
  if (sweep.costs === null) requireCostsOfAims(asked.aims ?? [], '--choose');
  const race = await readRace(reader, sweep, runs);
  const ends = await reader.decisions(sweep.name, BUDGET_DECISIONS);
  const budgetEnd = (ends.at(-1)?.decision as BudgetEnd | undefined) ?? null;
  const shards = shardsIn(await reader.decisions(sweep.name, SHARD_DECISIONS));
  return {
    sweep,
    choosing: { aims, equivalent },
    trials,
    runs,
    predictions,
    drawnScores: await readDrawnScores(reader, {
      ...{ sweep, runs, split: 'validation' },
      metrics: scoredMetrics(sweep.metric, aims),
    }),
    race,
    budgetEnd,
    shards,
  };
}

/** What the spec of a sweep chooses for; the defaults if it was written for another version. */
export function choosingOf({ specText, metric }: SweepDetail): Pick<SweepSpec, 'choose' | 'equivalent'> {
  try {
    return parseSpec(specText);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { choose: defaultAims(metric), equivalent: EQUIVALENT };
  }
}

/** Adds what a ranking shows of its finalists. */
export async function readRankingFacts(reader: SweepReader, scored: Scored): Promise<RankingFacts> {
  const finalists = finalistsOf(scored);
  return {
    ...scored.facts,
    ...(await readTest(reader, scored.facts, finalists)),
    classScores: await reader.classMetrics(idsOfRuns(finalists), 'validation'),
  };
}

/** Adds the details that a report shows of a few configurations. */
export async function readSweepFacts(reader: SweepReader, scored: Scored): Promise<SweepFacts> {
  const { facts, configurations } = scored;
  const sweep = facts.sweep.name;
  const finalists = finalistsOf(scored);
  const shown = detailed(configurations, finalists);
  const runIds = idsOfRuns(shown);
  return {
    ...facts,
    ...(await readTest(reader, facts, finalists)),
    classScores: await reader.classMetrics(runIds, 'validation'),
    epochs: await readEpochs(reader, runIds),
    confusions: await readConfusions(reader, shown),
    ...(await readLogitFacts(reader, facts, finalists)),
    columnImportance: await reader.columnImportance(idsOfRuns(finalists)),
    attempts: await reader.attempts(sweep),
    ends: await readEnds(reader, sweep),
    ...(await readFamily(reader, sweep)),
  };
}

async function readTest(
  reader: SweepReader,
  facts: ScoreFacts,
  finalists: readonly Configuration[],
): Promise<
  Pick<RankingFacts, 'testMetrics' | 'testPredictions' | 'testDrawnScores' | 'ensembles' | 'rareFactors'>
> {
  const { sweep, choosing } = facts;
  const scored = scoredMetrics(sweep.metric, choosing.aims);
  const testPredictions = await reader.predictions(idsOfRuns(finalists), 'test');
  const measured = await readTestMetrics(reader, { sweep, scored }, finalists);
  return {
    ...measured,
    testPredictions,
    ensembles: await readEnsembles(reader, {
      ...{ sweep, configurations: finalists, scored },
      drawnScores: measured.testDrawnScores,
    }),
    rareFactors: await readRareFactors(reader, { ...facts, testPredictions }, finalists),
  };
}

/** By run. Runs are not scored for every metric of probabilities on test rows: what an aim asks for is measured by stored logits. */
async function readTestMetrics(
  reader: SweepReader,
  { sweep, scored }: Pick<ScoreFacts, 'sweep'> & { readonly scored: readonly ScoredMetric[] },
  finalists: readonly Configuration[],
): Promise<Pick<RankingFacts, 'testMetrics' | 'testDrawnScores'>> {
  const found = await Promise.all(
    finalists.map(async ({ trialId }) => await reader.testMetrics(sweep.name, trialId)),
  );
  const testMetrics = new Map(found.flatMap((ofTrial) => [...ofTrial]));
  const { draws, classes: recorded } = await readDrawnScores(reader, {
    ...{ sweep, split: 'test', metrics: scored },
    runs: finalists.flatMap(({ runs }) => runs),
  });
  const classes = new Map(recorded);
  const asked = scored.filter(isProbabilityMetric);
  const { testLabels: targets, classNames } = sweep.dataset;
  for (const [runId, own] of testMetrics) {
    if (!asked.some((name) => Number.isNaN(own[name]))) continue;
    const logits = await reader.logits(runId, 'test');
    if (logits === null) continue;
    const columns = storedProbabilities(logits, classNames.length);
    const { metrics, rankings } = probabilityMetrics(
      { columns, targets, classes: classNames.length },
      sweep.metric,
    );
    testMetrics.set(runId, { ...own, ...metrics });
    const ofClasses = classes.get(runId) ?? [];
    classes.set(
      runId,
      ofClasses.map((ofClass, cls) => ({ ...ofClass, ...(rankings[cls] && { ranking: rankings[cls] }) })),
    );
  }
  return { testMetrics, testDrawnScores: { draws, classes } };
}

async function readEpochs(reader: SweepReader, runIds: readonly string[]): Promise<SweepFacts['epochs']> {
  return new Map(
    await Promise.all(runIds.map(async (runId) => [runId, await reader.epochs(runId)] as const)),
  );
}

async function readConfusions(
  reader: SweepReader,
  shown: readonly Configuration[],
): Promise<SweepFacts['confusions']> {
  return new Map(
    await Promise.all(
      shown.map(
        async ({ trialId, runs }) => [trialId, await reader.confusion(idsOf(runs), 'validation')] as const,
      ),
    ),
  );
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

function idsOfRuns(configurations: readonly Configuration[]): readonly string[] {
  return idsOf(configurations.flatMap(({ runs }) => runs));
}
