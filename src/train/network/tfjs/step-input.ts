import type { SharedDataset } from '../../../data/dataset.js';
import { fillDropoutMask } from '../draws/dropout.js';
import type { EpochBatches, LaneSettings } from '../engine.js';
import { type NetworkShape, networkLayers } from '../layers.js';

/** Targets of a batch: one-hot (lanes × rows × classes) and the weight α_t · share of every row (lanes × rows). */
export interface TargetArrays {
  readonly oneHot: Float32Array;
  readonly weights: Float32Array;
}

/** A batch of every lane of a group, in host memory. */
export interface StepInput {
  /** Rows per lane, including padding. */
  readonly rows: number;
  /** Rows per lane without padding. */
  readonly examples: number;
  /** lanes × rows × (features + 1); the last column is 1, so that biases are a row of the weights. */
  readonly features: Float32Array;
  readonly targets: TargetArrays;
  /** Mixup's second targets. */
  readonly partners?: TargetArrays;
  /** The class that counts as correct for every row, −1 for padding: lanes × rows. */
  readonly labels: Int32Array;
  /** Per layer that is dropped out, lanes × rows × width; absent if no lane has dropout. */
  readonly masks: readonly (Float32Array | undefined)[];
}

/** A step of an epoch for the lanes of a group. */
export interface StepRequest extends NetworkShape {
  readonly dataset: SharedDataset;
  readonly batchSize: number;
  /** Batches are padded to a multiple of this many rows, with rows of weight 0. */
  readonly rowMultiple: number;
  readonly lanes: readonly LaneSettings[];
  readonly batches: readonly EpochBatches[];
  readonly step: number;
}

/** SharedDataset rows with a last column of ones, written at `at`; returns the position after them. */
export function gatherRows(
  { features, featureCount }: Pick<SharedDataset, 'features' | 'featureCount'>,
  rows: Int32Array,
  into: Float32Array,
  at = 0,
): number {
  let place = at;
  for (const row of rows) {
    into.set(features.subarray(row * featureCount, (row + 1) * featureCount), place);
    place += featureCount;
    into[place++] = 1;
  }
  return place;
}

/** Gathers a step's batch: features, targets and dropout masks of every lane. */
export function stepInput(request: StepRequest): StepInput {
  const { dataset, batchSize, rowMultiple, lanes, batches, step } = request;
  const from = step * batchSize;
  const pick = (rows: Int32Array): Int32Array => filledUp(rows.subarray(from, from + batchSize), rowMultiple);
  const positions = batches.map(({ rows }) => pick(rows));
  const rows = positions[0]?.length ?? 0;
  const examples = Math.min(batchSize, (batches[0]?.rows.length ?? 0) - from);
  const width = dataset.featureCount + 1;
  const features = new Float32Array(lanes.length * rows * width);
  for (const [lane, picked] of positions.entries())
    gatherRows(dataset, picked, features, lane * rows * width);

  const labels = labelsOf(dataset, positions);
  const masks = dropoutMasks(request, rows);
  const shares = batches.map(({ mixup }) => mixup?.share.subarray(from, from + batchSize));
  const share = (lane: number, row: number): number => shares[lane]?.[row] ?? 1;
  const trained = (row: number): number => Number(row < examples);
  const targets = targetArrays(request, labels, (lane, row) => trained(row) * share(lane, row));
  const all = { rows, examples, features, targets, masks };
  if (batches.every(({ mixup }) => mixup === undefined)) {
    return { ...all, labels: labels.map((label, index) => (index % rows < examples ? label : -1)) };
  }

  // A lane without mixup is its own partner, with a share of 0.
  const partnerRows = batches.map(({ mixup }, lane) =>
    mixup === undefined ? (positions[lane] as Int32Array) : pick(mixup.partners),
  );
  for (const [lane, picked] of partnerRows.entries()) {
    const mixed = features.subarray(lane * rows * width, (lane + 1) * rows * width);
    if (batches[lane]?.mixup !== undefined) mixRows(mixed, dataset, picked, (row) => share(lane, row));
  }
  const partnerLabels = labelsOf(dataset, partnerRows);
  const partners = targetArrays(request, partnerLabels, (lane, row) => trained(row) * (1 - share(lane, row)));
  const counted = labels.map((label, index) => {
    if (index % rows >= examples) return -1;
    return share(Math.floor(index / rows), index % rows) >= 0.5 ? label : (partnerLabels[index] as number);
  });
  return { ...all, partners, labels: counted };
}

/** Repeats the first row until the length is a multiple. */
function filledUp(rows: Int32Array, multiple: number): Int32Array {
  const filled = new Int32Array(Math.ceil(rows.length / multiple) * multiple).fill(rows[0] ?? 0);
  filled.set(rows);
  return filled;
}

/** features ← share · features + (1 − share) · partner's, row by row. */
function mixRows(
  features: Float32Array,
  dataset: SharedDataset,
  partners: Int32Array,
  share: (row: number) => number,
): void {
  const { featureCount } = dataset;
  for (const [row, partner] of partners.entries()) {
    const kept = share(row);
    const at = row * (featureCount + 1);
    for (let feature = 0; feature < featureCount; feature++) {
      const own = features[at + feature] as number;
      const other = dataset.features[partner * featureCount + feature] as number;
      features[at + feature] = kept * own + (1 - kept) * other;
    }
  }
}

function labelsOf(dataset: SharedDataset, positions: readonly Int32Array[]): Int32Array {
  const rows = positions[0]?.length ?? 0;
  const labels = new Int32Array(positions.length * rows);
  for (const [lane, picked] of positions.entries()) {
    for (const [index, row] of picked.entries()) labels[lane * rows + index] = dataset.labels[row] as number;
  }
  return labels;
}

function targetArrays(
  { lanes, layers }: StepRequest,
  labels: Int32Array,
  share: (lane: number, row: number) => number,
): TargetArrays {
  const classes = layers[layers.length - 1] as number;
  const rows = labels.length / lanes.length;
  const oneHot = new Float32Array(labels.length * classes);
  const weights = new Float32Array(labels.length);
  for (const [index, label] of labels.entries()) {
    const lane = Math.floor(index / rows);
    oneHot[index * classes + label] = 1;
    weights[index] = share(lane, index % rows) * (lanes[lane]?.alpha[label] as number);
  }
  return { oneHot, weights };
}

function dropoutMasks(request: StepRequest, rows: number): StepInput['masks'] {
  const { lanes, batches, step } = request;
  if (lanes.every(({ dropout }) => dropout === 0)) return [];
  return networkLayers(request).map(({ outputs, sums }, layer) => {
    if (sums === 'plain') return undefined;
    const size = rows * outputs;
    const masks = new Float32Array(lanes.length * size).fill(1);
    for (const [lane, { seed, dropout }] of lanes.entries()) {
      const mask = masks.subarray(lane * size, (lane + 1) * size);
      const epoch = batches[lane]?.epoch as number;
      if (dropout > 0) fillDropoutMask(mask, dropout, { seed, epoch, step, layer });
    }
    return masks;
  });
}
