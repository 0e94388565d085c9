import { METRIC_NAMES, type MetricValues } from '../../metric.js';
import type { EpochRecord } from '../../sweep.js';
import type { CheckpointArray } from '../checkpoint.js';

/** An epoch and its score. */
export interface BestEpoch {
  readonly epoch: number;
  readonly score: number;
}

/** The epochs of a run so far, and which of them are the best. */
export interface EpochsSoFar {
  readonly epochs: readonly EpochRecord[];
  /** The best epoch so far on all validation rows; absent while the metric has always been NaN. */
  readonly best: BestEpoch | undefined;
  /** The same on the validation rows outside each fold. */
  readonly bestOutside: readonly (BestEpoch | undefined)[];
}

/** As arrays of a checkpoint. */
export function packEpochs({
  epochs,
  best,
  bestOutside,
}: EpochsSoFar): Readonly<Record<'epochs' | 'best', Float64Array>> {
  return {
    epochs: Float64Array.from(epochs.flatMap(epochNumbers)),
    best: Float64Array.from([best, ...bestOutside].flatMap((one) => [one?.epoch ?? 0, one?.score ?? 0])),
  };
}

/** Reads the form that packEpochs makes. */
export function unpackEpochs(arrays: Readonly<Record<string, CheckpointArray>>): EpochsSoFar {
  const [best, ...bestOutside] = bestEpochs(arrays.best as Float64Array);
  return { epochs: epochRecords(arrays.epochs as Float64Array), best, bestOutside };
}

function bestEpochs(numbers: Float64Array): readonly (BestEpoch | undefined)[] {
  return Array.from({ length: numbers.length / 2 }, (_, index) => {
    const [epoch, score] = numbers.subarray(2 * index, 2 * index + 2) as unknown as [number, number];
    return epoch === 0 ? undefined : { epoch, score };
  });
}

/** train loss, train accuracy, validation loss, then the metrics. */
const EPOCH_NUMBERS = 3 + METRIC_NAMES.length;

function epochNumbers(record: EpochRecord): readonly number[] {
  const { trainLoss, trainAccuracy, validationLoss, validation } = record;
  return [trainLoss, trainAccuracy, validationLoss, ...metricNumbers(validation)];
}

function epochRecords(numbers: Float64Array): readonly EpochRecord[] {
  return Array.from({ length: numbers.length / EPOCH_NUMBERS }, (_, index) => {
    const record = numbers.subarray(index * EPOCH_NUMBERS, (index + 1) * EPOCH_NUMBERS);
    const [trainLoss, trainAccuracy, validationLoss] = record as unknown as [number, number, number];
    const validation = metricsOf(record.subarray(3));
    return { epoch: index + 1, trainLoss, trainAccuracy, validationLoss, validation };
  });
}

const metricNumbers = (metrics: MetricValues): readonly number[] => METRIC_NAMES.map((name) => metrics[name]);

function metricsOf(numbers: Float64Array): MetricValues {
  return Object.fromEntries(METRIC_NAMES.map((name, at) => [name, numbers[at]])) as unknown as MetricValues;
}
