import { epochWord } from '../../knobs/epoch-word.js';
import type { Metric, MetricName } from '../../metric.js';
import { isBetter } from '../../metrics/selection.js';
import type { EpochRecord } from '../../sweep.js';
import { isInEpochs } from '../epoch-choice.js';
import type { SweepFacts } from '../facts/facts.js';
import type { Configuration } from '../ranking/configuration.js';
import { present } from '../ranking/trial-results.js';
import type { CurvePoint, LearningCurve } from './findings.js';

/** Configurations that can be looked at in detail: the finalists, then those that rank highest. */
const MOST_DETAILED = 50;

/** Those whose classes, curves and confusion are read. */
export function detailed<Candidate>(
  ranked: readonly Candidate[],
  finalists: readonly Candidate[],
): readonly Candidate[] {
  return present([...finalists, ...ranked]).slice(0, MOST_DETAILED);
}

const MACRO_F1 = { name: 'macro_f1', goal: 'maximize' } as const;

/** Mean learning curve of each configuration. */
export function learningCurves(
  { epochs }: Pick<SweepFacts, 'epochs'>,
  shown: readonly Configuration[],
  metric: Metric,
): readonly LearningCurve[] {
  const isKnown = [...epochs.values()].some((own) => isInEpochs(metric.name, own));
  const ranked = isKnown ? metric : MACRO_F1;
  return shown.map(({ trialId, label, isCrossEntropy, config, runs }) => {
    const perSeed = runs.map(({ runId }) => epochs.get(runId) ?? []);
    const longest = Math.max(...perSeed.map((own) => own.length));
    const points = Array.from({ length: longest }, (_, index) =>
      curvePoint(
        index + 1,
        perSeed.flatMap((own) => own[index] ?? []),
        ranked.name,
      ),
    );
    const whole = points.slice(0, wholeEpochs(points.map(({ seeds }) => seeds)));
    return {
      trialId,
      label,
      isBaseline: isCrossEntropy,
      word: epochWord([config]),
      points,
      chosenEpochs: runs.map(({ chosenEpoch }) => chosenEpoch),
      metric: ranked,
      whole: whole.length,
      best: whole.reduce((best, { ranked: own }) => (isBetter(ranked, own, best) ? own : best), Number.NaN),
      lastTrainLoss: whole.at(-1)?.trainLoss ?? Number.NaN,
    };
  });
}

function curvePoint(epoch: number, records: readonly EpochRecord[], metric: MetricName): CurvePoint {
  const mean = (pick: (record: EpochRecord) => number): number =>
    records.reduce((sum, record) => sum + pick(record), 0) / records.length;
  return {
    epoch,
    seeds: records.length,
    trainLoss: mean((record) => record.trainLoss),
    validationLoss: mean((record) => record.validationLoss),
    trainAccuracy: mean((record) => record.trainAccuracy),
    accuracy: mean((record) => record.validation.accuracy),
    macro_f1: mean((record) => record.validation.macro_f1),
    rare_recall: mean((record) => record.validation.rare_recall),
    ranked: mean((record) => record.validation[metric]),
  };
}

/** How many epochs all seeds have, by the seeds that trained in each: runs may end early. */
export function wholeEpochs(seeds: readonly number[]): number {
  return seeds.filter((count) => count === seeds[0]).length;
}
