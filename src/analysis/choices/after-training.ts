import { METRICS } from '../../metric.js';
import { RARE_FACTORS, rareFactorName } from '../../metrics/decisions/rare-factors.js';
import { Z_975 } from '../../metrics/estimates/intervals.js';
import type { RowBootstrap } from '../../metrics/noise/row-bootstrap.js';
import { GOAL_SIGNS } from '../../metrics/selection.js';
import { aimMetrics } from '../../spec/aims.js';
import { baselineWords } from '../baseline-words.js';
import type { DecidedRows, FactorRun, Predictions, RankingFacts } from '../facts/facts.js';
import { isForRareClasses } from '../facts/rare-factor-facts.js';
import type { Configuration, Confirmation, Estimate } from '../ranking/configuration.js';
import { type Confirmed, confirm } from '../ranking/confirmation.js';
import { equivalenceOf } from '../ranking/difference.js';
import { finalistsOf, resultOf, type Scored } from '../ranking/score-trials.js';
import { againstBaseline } from '../ranking/standings.js';
import { aimEstimates } from '../ranking/sweep-estimates.js';
import { type TrialResult, trialResult } from '../ranking/trial-results.js';
import type { AfterTraining, Chosen, Differences } from './choice.js';
import { factorSentence } from './choice-sentence.js';
import { choose } from './choose.js';
import { ownLosses, type WorstLosses } from './worst-losses.js';

/** A configuration where each rare class counts more often, which then is one of its own. */
interface Counted {
  /** As it was trained. */
  readonly trained: Configuration;
  readonly factor: number;
  readonly runs: readonly FactorRun[];
  readonly configuration: Configuration;
  readonly result: TrialResult;
}

/**
 * The configuration and the factor of rare classes with the highest rare recall on the validation rows among those that surely keep the
 * aim's constraints; null if that is no more than training alone gives. The strongest factor that keeps a margin lies at its edge, so
 * the limit is one of 97.5 %, not of 95. A factor is the same for all seeds and chosen as a configuration is, so it is not tuned on one
 * half of the rows and measured on the other. `shown` are the configurations on the test rows as they are.
 */
export async function afterTraining(
  chosen: Chosen,
  scored: Scored,
  { shown, bootstrap, ...facts }: RankingFacts & After,
): Promise<AfterTraining | null> {
  const { aim } = chosen;
  const { baseline } = scored;
  if (baseline === null || !isForRareClasses(aim)) return null;
  const base = { configuration: baseline, result: resultOf(baseline, scored) };
  const all = underFactors(facts, scored).filter((own) =>
    isWorthTrying(own, chosen, { base, equivalent: facts.choosing.equivalent }),
  );
  const ofAim = { ...facts, choosing: { ...facts.choosing, aims: [aim] } };
  const picked = await pick(ofAim, { base, all, scored, bootstrap });
  if (picked === null) return null;
  const { trained, factor, differences } = picked;
  const decide = rareFactorName(factor);
  const { confirmations, differences: testDifferences } = await onTest(ofAim, { base, picked, bootstrap });
  const [baseTest, test] = confirmations as [Confirmation, Confirmation];
  const metrics = aimMetrics(aim);
  const against = testDifferences(test.trialId, metrics) ?? new Map();
  const asItIs = shown.find(({ trialId }) => trialId === trained.trialId);
  const before = new Map(metrics.map((name) => [name, asItIs?.of.get(name)?.mean as number]));
  const sentence = factorSentence({
    ...{ ...chosen, configuration: trained, factor, decide, rows: 'the test rows' },
    words: baselineWords(facts.sweep),
    ...{ value: test, baseline: baseTest, against },
    ...(trained !== baseline && { before, reference: baseline }),
  });
  return {
    ...{ configuration: trained, factor, decide, before, differences, sentence },
    test: new Map(metrics.map((name) => [name, test.of.get(name) as Estimate])),
    testDifferences: against,
  };
}

/** What the decision is compared with, and how rows are drawn. */
interface After {
  readonly shown: readonly Confirmation[];
  readonly bootstrap: RowBootstrap;
}

type Base = Pick<Counted, 'configuration' | 'result'>;

/** Every shown configuration with stored logits under every factor. */
function underFactors({ rareFactors }: RankingFacts, scored: Scored): readonly Counted[] {
  return finalistsOf(scored).flatMap((trained) =>
    (rareFactors.get(trained.trialId) ?? []).map((runs, at) => {
      const { trial, runs: own } = resultOf(trained, scored);
      const decided = own.map((run, place) => {
        const { runId, validation } = runs[place] as FactorRun;
        return { ...run, runId, validation: validation.metrics };
      });
      return {
        ...{ trained, runs, factor: RARE_FACTORS[at] as number },
        configuration: { ...trained, trialId: `${trained.trialId} ×${RARE_FACTORS[at]}` },
        result: trialResult(trial, decided),
      };
    }),
  );
}

/** Whether its means promise more than training alone gives, and not about the same; rows are drawn for these only. */
function isWorthTrying(
  { result }: Counted,
  { aim, configuration }: Chosen,
  { base, equivalent }: { readonly base: Base; readonly equivalent: number },
): boolean {
  const { means } = result;
  const trained = Math.max(configuration?.estimates.rare_recall.mean ?? 0, base.result.means.rare_recall);
  if (!(means.rare_recall > trained + equivalent)) return false;
  return aim.constraints.every((constraint) => {
    const value = means[constraint.metric];
    if ('margin' in constraint) {
      const sign = GOAL_SIGNS[METRICS[constraint.metric].goal];
      return sign * (base.result.means[constraint.metric] - value) <= constraint.margin;
    }
    return constraint.relation === '>=' ? value >= constraint.value : value <= constraint.value;
  });
}

interface Candidates extends Pick<After, 'bootstrap'> {
  readonly base: Base;
  readonly all: readonly Counted[];
  readonly scored: Scored;
}

async function pick(
  facts: RankingFacts,
  { base, all, scored, bootstrap }: Candidates,
): Promise<(Counted & { readonly differences: Differences }) | null> {
  if (all.length === 0) return null;
  const predictions = decidedBy(facts.predictions, all, ({ validation }) => validation);
  const results = [base, ...all].map(({ result }) => result);
  const estimates = await aimEstimates({ ...facts, predictions }, results, bootstrap);
  const reference = referenceOf(facts);
  const [own] = choose(facts.choosing.aims, {
    configurations: [base, ...all].map(({ configuration }) => configuration),
    ...{ baseline: base.configuration, estimates },
    against: againstBaseline(estimates, reference),
    losses: decidedLosses(
      ownLosses(againstBaseline(estimates, reference, estimates.trainedHere), Z_975),
      all,
      scored,
    ),
  });
  const found = all.find(({ configuration }) => configuration === own?.configuration);
  return found === undefined || own?.differences == null ? null : { ...found, differences: own.differences };
}

/**
 * What each may lose: by itself, or what its configuration may lose as it is trained and the factor adds, whichever is more. A configuration
 * that looks better than it is does so under every factor. The baseline is the first of those that are decided, then come `all`.
 */
function decidedLosses(own: WorstLosses, all: readonly Counted[], scored: Scored): WorstLosses {
  return (name) => {
    const [decided, trainedAs] = [own(name), scored.losses?.(name)];
    const sign = GOAL_SIGNS[METRICS[name].goal];
    return (at) => {
      const counted = all[at - 1];
      if (counted === undefined || trainedAs === undefined) return decided(at);
      const { trained, result } = counted;
      const added = sign * (resultOf(trained, scored).means[name] - result.means[name]);
      return Math.max(decided(at), trainedAs(trained.rank - 1) + added);
    };
  };
}

/** The test rows, which chose nothing, as they judge every finalist. */
function onTest(
  facts: RankingFacts,
  { base, picked, bootstrap }: Pick<Candidates, 'base' | 'bootstrap'> & { readonly picked: Counted },
): Promise<Confirmed> {
  const own = picked.runs.map(({ runId, test }) => [runId, test.metrics] as const);
  const decided = {
    ...facts,
    testPredictions: decidedBy(facts.testPredictions, [picked], ({ test }) => test),
    testMetrics: new Map([...facts.testMetrics, ...own]),
    // Seeds are decided one by one.
    ensembles: new Map(),
  };
  return confirm(decided, [base, picked], bootstrap);
}

/** The baseline is the first, and was chosen before. */
function referenceOf({ sweep, choosing }: RankingFacts): Parameters<typeof againstBaseline>[1] {
  return {
    ...{ metric: sweep.metric, baseline: 0, candidates: [0] },
    equivalent: equivalenceOf(choosing.equivalent, sweep),
  };
}

function decidedBy(
  predictions: Predictions,
  all: readonly Counted[],
  rowsOf: (run: FactorRun) => DecidedRows,
): Predictions {
  const own = all.flatMap(({ runs }) => runs.map((run) => [run.runId, rowsOf(run).predictions] as const));
  return new Map([...predictions, ...own]);
}
