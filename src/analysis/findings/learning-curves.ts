import type { SweepReader } from '../../store/store.js';
import type { EpochRecord } from '../../sweep.js';
import type { Configuration, CurvePoint, LearningCurve } from '../report.js';

/** Mean learning curve of each configuration. */
export function learningCurves(
  reader: SweepReader,
  shown: readonly Configuration[],
): readonly LearningCurve[] {
  return shown.map(({ trialId, label, isCrossEntropy, runs }) => {
    const perSeed = runs.map(({ runId }) => reader.epochs(runId));
    const longest = Math.max(...perSeed.map((epochs) => epochs.length));
    return {
      trialId,
      label,
      isBaseline: isCrossEntropy,
      points: Array.from({ length: longest }, (_, index) =>
        curvePoint(
          index + 1,
          perSeed.flatMap((epochs) => epochs[index] ?? []),
        ),
      ),
      chosenEpochs: runs.map(({ chosenEpoch }) => chosenEpoch),
    };
  });
}

function curvePoint(epoch: number, records: readonly EpochRecord[]): CurvePoint {
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
  };
}
