import { type EpochRecord, METRIC_NAMES, type MetricValues, type SplitResult } from '../../../sweep.js';
import type { Checkpoint, CheckpointArray } from '../../checkpoint.js';

/** A run between two epochs, with everything that training needs to continue to the same bits. */
export interface RunCheckpoint {
  /** As `LaneProgram.state` returns it. */
  readonly state: Float32Array;
  readonly epochs: readonly EpochRecord[];
  /** The validation score of the latest epoch, without the rankings of its classes, which the result measures itself. */
  readonly latest: SplitResult;
  /** The best epoch so far; absent while the metric has always been NaN. */
  readonly best?: { readonly epoch: number; readonly validation: SplitResult } | undefined;
  /** Weights of that epoch, if they may be kept at the end. */
  readonly bestWeights?: Float32Array | undefined;
}

/** A checkpoint in the form in which it is stored. */
export function packCheckpoint(checkpoint: RunCheckpoint): Checkpoint {
  const { state, epochs, latest, best, bestWeights } = checkpoint;
  return {
    arrays: {
      state,
      epochs: Float64Array.from(epochs.flatMap(epochNumbers)),
      ...splitArrays('latest', latest),
      ...(best === undefined ? {} : splitArrays('best', best.validation)),
      ...(bestWeights === undefined ? {} : { best_weights: bestWeights }),
    },
    texts: { best_epoch: String(best?.epoch ?? 0) },
  };
}

/** Reads the form that packCheckpoint makes. */
export function unpackCheckpoint({ arrays, texts }: Checkpoint): RunCheckpoint {
  const bestEpoch = Number(texts.best_epoch);
  return {
    state: arrays.state as Float32Array,
    epochs: epochRecords(arrays.epochs as Float64Array),
    latest: splitOf('latest', arrays),
    best: bestEpoch === 0 ? undefined : { epoch: bestEpoch, validation: splitOf('best', arrays) },
    bestWeights: arrays.best_weights as Float32Array | undefined,
  };
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

function splitArrays(prefix: string, split: SplitResult): Readonly<Record<string, CheckpointArray>> {
  const { loss, metrics, classes, confusion, predictions } = split;
  return {
    [`${prefix}.scores`]: Float64Array.of(loss, ...metricNumbers(metrics)),
    [`${prefix}.classes`]: Float64Array.from(
      classes.flatMap(({ precision, recall, f1, support }) => [precision, recall, f1, support]),
    ),
    [`${prefix}.confusion`]: confusion,
    [`${prefix}.predictions`]: predictions,
  };
}

function splitOf(prefix: string, arrays: Readonly<Record<string, CheckpointArray>>): SplitResult {
  const scores = arrays[`${prefix}.scores`] as Float64Array;
  const classes = arrays[`${prefix}.classes`] as Float64Array;
  return {
    loss: scores[0] as number,
    metrics: metricsOf(scores.subarray(1)),
    classes: Array.from({ length: classes.length / 4 }, (_, index) => {
      const [precision, recall, f1, support] = classes.subarray(4 * index, 4 * index + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return { precision, recall, f1, support };
    }),
    confusion: arrays[`${prefix}.confusion`] as Uint32Array,
    predictions: arrays[`${prefix}.predictions`] as Uint16Array,
  };
}
