import { METRIC_NAMES, type MetricValues } from '../../../metric.js';
import type { EpochRecord } from '../../../sweep.js';
import type { Checkpoint } from '../../checkpoint.js';
import type { BestEpoch } from '../../folds/run-epochs.js';

/** A run between two epochs, with everything that training needs to continue to the same bits. */
export interface RunCheckpoint {
  /** As `LaneProgram.state` returns it. */
  readonly state: Float32Array;
  readonly epochs: readonly EpochRecord[];
  /** The best epoch so far on all validation rows; absent while the metric has always been NaN. */
  readonly best: BestEpoch | undefined;
  /** The same on the validation rows outside each fold. */
  readonly bestOutside: readonly (BestEpoch | undefined)[];
  /** Weights of these epochs, if they may be needed at the end. */
  readonly weights: ReadonlyMap<number, Float32Array>;
}

const WEIGHTS = 'weights.';

/** A checkpoint in the form in which it is stored. */
export function packCheckpoint({ state, epochs, best, bestOutside, weights }: RunCheckpoint): Checkpoint {
  return {
    arrays: {
      state,
      epochs: Float64Array.from(epochs.flatMap(epochNumbers)),
      best: Float64Array.from([best, ...bestOutside].flatMap((one) => [one?.epoch ?? 0, one?.score ?? 0])),
      ...Object.fromEntries([...weights].map(([epoch, values]) => [`${WEIGHTS}${epoch}`, values])),
    },
    texts: {},
  };
}

/** Reads the form that packCheckpoint makes. */
export function unpackCheckpoint({ arrays }: Checkpoint): RunCheckpoint {
  const [best, ...bestOutside] = bestEpochs(arrays.best as Float64Array);
  const weights = Object.entries(arrays).filter(([name]) => name.startsWith(WEIGHTS));
  return {
    state: arrays.state as Float32Array,
    epochs: epochRecords(arrays.epochs as Float64Array),
    best,
    bestOutside,
    weights: new Map(
      weights.map(([name, values]) => [Number(name.slice(WEIGHTS.length)), values as Float32Array]),
    ),
  };
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
