import { isCountMetric } from '../../metric.js';
import { metricValues } from '../../metrics/classification-metrics.js';
import { confusionMatrix } from '../../metrics/confusion.js';
import { RARE_FACTORS, rareFactorPredictions } from '../../metrics/decisions/rare-factors.js';
import type { Aim } from '../../spec/aims.js';
import type { SweepReader } from '../../store/store.js';
import type { Configuration } from '../ranking/configuration.js';
import type {
  DecidedRows,
  FactorRun,
  RankingFacts,
  RareFactors,
  RunRow,
  ScoreFacts,
  SweepDetail,
} from './facts.js';
import { labelsOfSeed } from './seed-rows.js';

/**
 * Whether an aim can be served by rare classes that count more often: it is about their recall, it limits what that may cost, and all that
 * it keeps follows from predictions.
 */
export function isForRareClasses({ metric, constraints }: Aim): boolean {
  return (
    metric.name === 'rare_recall' &&
    constraints.some((own) => own.metric !== 'rare_recall') &&
    constraints.every((own) => isCountMetric(own.metric))
  );
}

type Decided = Pick<RankingFacts, 'sweep' | 'predictions' | 'testPredictions'>;

/** What configurations decide where each rare class counts more often; without those that have a run whose logits are not stored. */
export async function readRareFactors(
  reader: SweepReader,
  facts: Decided & Pick<ScoreFacts, 'choosing'>,
  configurations: readonly Configuration[],
): Promise<RareFactors> {
  const known = new Map<string, FactorRun[][]>();
  const { sweep, choosing } = facts;
  if (!choosing.aims.some(isForRareClasses) || sweep.dataset.rareClasses.length === 0) return known;
  for (const { trialId, runs } of configurations) {
    const perRun: FactorRun[][] = [];
    for (const run of runs) perRun.push(await factorRuns(reader, facts, run));
    if (perRun.every((own) => own.length > 0)) {
      known.set(
        trialId,
        RARE_FACTORS.map((_, at) => perRun.map((own) => own[at] as FactorRun)),
      );
    }
  }
  return known;
}

/** A run under each of the factors; none without its logits. */
async function factorRuns(
  reader: SweepReader,
  { sweep, predictions, testPredictions }: Decided,
  { runId, seed }: RunRow,
): Promise<FactorRun[]> {
  const of = (labels: Uint16Array, logits: Uint16Array, own: Uint16Array) =>
    rareFactorPredictions({ logits, predictions: own, rareClasses: sweep.dataset.rareClasses }).map(
      (decided) => decidedRows(sweep, labels, decided),
    );
  const logits = await reader.logits(runId, 'validation');
  const testLogits = logits && (await reader.logits(runId, 'test'));
  const own = predictions.get(runId);
  const tested = testPredictions.get(runId);
  if (logits === null || testLogits === null || own === undefined || tested === undefined) return [];
  const onValidation = of(labelsOfSeed(sweep.dataset, seed), logits, own);
  const onTest = of(sweep.dataset.testLabels, testLogits, tested);
  return onValidation.map((validated, at) => ({
    runId: `${runId} ×${RARE_FACTORS[at]}`,
    validation: validated,
    test: onTest[at] as DecidedRows,
  }));
}

/** Metrics of probabilities are NaN: none changes. */
function decidedRows(
  { dataset, metric }: SweepDetail,
  labels: Uint16Array,
  predictions: Uint16Array,
): DecidedRows {
  const confusion = confusionMatrix(labels, predictions, dataset.classNames.length);
  const { rareClasses } = dataset;
  return { predictions, metrics: metricValues({ confusion, rareClasses, logLoss: Number.NaN, metric }) };
}
