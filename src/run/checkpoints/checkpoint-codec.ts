import { createHash } from 'node:crypto';
import { type EpochRecord, METRIC_NAMES, type MetricValues, type SplitResult } from '../../sweep.js';
import type { RunCheckpoint } from '../../train/checkpoint.js';
import { decodeTensors, encodeTensors, type TensorData } from './safetensors.js';

/** Counts up when what a checkpoint holds changes its meaning, such as the best metric so far. */
const FORMAT = 'focalsweep-checkpoint-2';

/** A checkpoint as a safetensors file that names its run and carries a hash of everything in it. */
export function encodeCheckpoint(runId: string, checkpoint: RunCheckpoint): Buffer {
  const { state, epochs, latest, best, bestWeights } = checkpoint;
  const tensors: Record<string, TensorData> = {
    state,
    epochs: Float64Array.from(epochs.flatMap(epochNumbers)),
    ...splitTensors('latest', latest),
    ...(best === undefined ? {} : splitTensors('best', best.validation)),
    ...(bestWeights === undefined ? {} : { best_weights: bestWeights }),
  };
  const metadata = { format: FORMAT, run: runId, best_epoch: String(best?.epoch ?? 0) };
  return encodeTensors({ tensors, metadata: { ...metadata, sha256: digest(tensors, metadata) } });
}

/** The checkpoint of this run in these bytes. Throws an Error, with the reason, where there is none. */
export function decodeCheckpoint(runId: string, bytes: Buffer): RunCheckpoint {
  const { tensors, metadata } = decodeTensors(bytes);
  const { sha256, ...rest } = metadata;
  if (rest.format !== FORMAT) throw new Error('it is no checkpoint of this version');
  if (rest.run !== runId) throw new Error('it is of another run');
  if (sha256 !== digest(tensors, rest)) throw new Error('its contents do not match its hash');
  const bestEpoch = Number(rest.best_epoch);
  return {
    state: tensors.state as Float32Array,
    epochs: epochRecords(tensors.epochs as Float64Array),
    latest: splitOf('latest', tensors),
    best: bestEpoch === 0 ? undefined : { epoch: bestEpoch, validation: splitOf('best', tensors) },
    bestWeights: tensors.best_weights as Float32Array | undefined,
  };
}

function digest(
  tensors: Readonly<Record<string, TensorData>>,
  metadata: Readonly<Record<string, string>>,
): string {
  const hash = createHash('sha256').update(JSON.stringify(metadata));
  for (const [name, data] of Object.entries(tensors)) {
    hash.update(`${name} ${data.constructor.name} ${data.length}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
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

function splitTensors(prefix: string, split: SplitResult): Readonly<Record<string, TensorData>> {
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

function splitOf(prefix: string, tensors: Readonly<Record<string, TensorData>>): SplitResult {
  const scores = tensors[`${prefix}.scores`] as Float64Array;
  const classes = tensors[`${prefix}.classes`] as Float64Array;
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
    confusion: tensors[`${prefix}.confusion`] as Uint32Array,
    predictions: tensors[`${prefix}.predictions`] as Uint16Array,
  };
}
