import type { MetricName } from '../../metric.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { budgetEndText } from '../../search/budget-end.js';
import { missingShardsText } from '../../search/recorded-shard.js';
import { aimMetrics, scoredMetrics } from '../../spec/aims.js';
import { type BaselineWords, baselineWords } from '../baseline-words.js';
import { afterTraining } from '../choices/after-training.js';
import type { AfterTraining, Choice, Chosen } from '../choices/choice.js';
import { choiceSentence } from '../choices/choice-sentence.js';
import { dataSummary } from '../data/data-summary.js';
import { epochChoice } from '../epoch-choice.js';
import type { RankingFacts, ScoreFacts } from '../facts/facts.js';
import { raceReport } from '../race/race.js';
import { classRecalls } from './class-recalls.js';
import type { Configuration } from './configuration.js';
import { type Confirmed, confirm } from './confirmation.js';
import { isFromSeeds } from './difference.js';
import { headline } from './headline.js';
import type { Ranking, Shown } from './ranking.js';
import { finalistsOf, resultOf, type Scored } from './score-trials.js';
import { bootstrapDraws, drawHere } from './sweep-estimates.js';

/** Adds to the scores what the test rows say. */
export async function rank(
  scored: Scored,
  facts: RankingFacts,
  bootstrap: RowBootstrap = drawHere,
): Promise<Ranking> {
  const { sweep } = facts;
  const words = baselineWords(sweep);
  const { results, configurations, baseline, challenger, contrasts, spaces } = scored;
  const finalists = finalistsOf(scored);
  const shown = finalists.map((configuration) => ({ configuration, role: roleOf(configuration, scored) }));
  const confirmed = await confirm(
    facts,
    finalists.map((configuration) => ({ configuration, result: resultOf(configuration, scored) })),
    bootstrap,
  );
  const data = dataSummary(sweep.dataset);
  const parts = {
    sweep,
    data: { ...data, notes: [...endNotes(facts), ...data.notes] },
    epochChoice: epochChoice(
      sweep.engine,
      configurations.map(({ config }) => config),
    ),
    race: raceReport(facts),
    configurations,
    tied: configurations.filter(({ isTied }) => isTied).length,
    best: configurations[0] ?? null,
    baseline,
    challenger,
    choices: await Promise.all(
      scored.chosen.map(async (chosen) =>
        confirmChoice(chosen, {
          ...confirmed,
          words,
          afterTraining: await afterTraining(chosen, scored, {
            ...facts,
            shown: confirmed.confirmations,
            bootstrap,
          }),
        }),
      ),
    ),
    contrasts,
    spaces,
    shown,
    confirmations: confirmed.confirmations,
  };
  return {
    ...parts,
    unfinished: unfinishedRuns(sweep),
    headline: headline(parts),
    classes: classRecalls(facts, shown),
    equivalent: facts.choosing.equivalent,
    draws: bootstrapDraws(facts, results),
    fromSeeds: fromSeeds(scored, confirmed),
  };
}

/** Of what is estimated of configurations on the validation rows or shown on the test rows. */
function fromSeeds(
  { facts, estimates }: Scored,
  { confirmations }: Pick<Confirmed, 'confirmations'>,
): readonly MetricName[] {
  return scoredMetrics(facts.sweep.metric, facts.choosing.aims).filter((name) => {
    const tested = confirmations.flatMap(({ of }) => of.get(name) ?? []);
    return [...(estimates.of.get(name)?.estimates() ?? []), ...tested].some(isFromSeeds);
  });
}

function unfinishedRuns({ runs, complete, failed, pruned }: ScoreFacts['sweep']): number {
  return runs - complete - failed - pruned;
}

/** Why a search is not done. */
function endNotes({ sweep, budgetEnd, shards }: ScoreFacts): readonly string[] {
  if (unfinishedRuns(sweep) === 0) return [];
  const missing = missingShardsText(shards);
  return [
    ...(budgetEnd === null ? [] : [`${budgetEndText(budgetEnd)}.`]),
    ...(missing === undefined ? [] : [missing]),
  ];
}

function roleOf(configuration: Configuration, { baseline, chosen, facts }: Scored): Shown['role'] {
  const aims = chosen.filter((own) => own.configuration === configuration).map(({ aim }) => aim.name);
  const roles = [...(configuration === baseline ? [baselineWords(facts.sweep).tag] : []), ...aims];
  return roles.length === 0 ? 'best other' : roles.join(', ');
}

function confirmChoice(
  chosen: Chosen,
  {
    confirmations,
    differences,
    words,
    afterTraining: more,
  }: Confirmed & { readonly words: BaselineWords; readonly afterTraining: AfterTraining | null },
): Choice {
  const { aim, configuration } = chosen;
  const test = confirmations.find(({ trialId }) => trialId === configuration?.trialId) ?? null;
  const testDifferences = configuration === null ? null : differences(configuration.trialId, aimMetrics(aim));
  const sentence = choiceSentence({
    ...chosen,
    // What training forgoes is no advice where more can be had without it.
    ...(more !== null && { unconstrained: null }),
    value: test,
    baseline: confirmations.find(({ isCrossEntropy }) => isCrossEntropy) ?? null,
    against: testDifferences,
    rows: 'the test rows',
    words,
  });
  return { ...chosen, test, testDifferences, sentence, afterTraining: more };
}
