import type { SharedDataset } from '../data/dataset.js';
import { focalLoss, focalLossGradient } from '../loss/focal-loss.js';
import { fillDropoutMask } from '../train/network/draws/dropout.js';
import type { EpochBatches, LaneSettings, ProgramShape } from '../train/network/engine.js';
import { networkLayers } from '../train/network/layers.js';
import { type NumberRows, referenceForward, referenceGradient } from './reference-network.js';

/** One run, with everything that decides its training. */
export interface ReferenceRun {
  readonly dataset: SharedDataset;
  readonly shape: ProgramShape;
  readonly lane: LaneSettings;
  readonly initial: ArrayLike<number>;
  readonly epochs: readonly EpochBatches[];
}

/** The outcome of training in float64. */
export interface ReferenceOutcome {
  /** Σ over rows, per step. */
  readonly losses: readonly number[];
  readonly correct: number;
  readonly weights: Float64Array;
}

/** Trains with plain loops in float64, as the reference for engines where there is no PyTorch fixture. */
export function referenceTraining({ dataset, shape, lane, initial, epochs }: ReferenceRun): ReferenceOutcome {
  const weights = Float64Array.from(initial);
  const update = optimiser(shape, lane, weights);
  const losses: number[] = [];
  let correct = 0;
  for (const epoch of epochs) {
    for (let from = 0; from < epoch.rows.length; from += shape.batchSize) {
      const batch = batchOf(dataset, epoch, from, shape.batchSize);
      const masks = masksOf(shape, lane, epoch.epoch, from / shape.batchSize, batch.x.length);
      const trace = referenceForward(weights, batch.x, shape, masks);
      const rows = batch.x.length;
      let loss = 0;
      const upstream: NumberRows = trace.logits.map((z, row) => {
        const slope = z.map(() => 0);
        for (const [target, share] of batch.targets[row] ?? []) {
          const one = { logits: z, targets: [target], classes: z.length };
          loss += share * focalLoss(one, lane, 'sum');
          focalLossGradient(one, lane, 'sum').forEach((value, j) => {
            slope[j] = (slope[j] ?? 0) + (share * value) / rows;
          });
        }
        return slope;
      });
      losses.push(loss);
      correct += trace.logits.filter((z, row) => z.indexOf(Math.max(...z)) === batch.counted[row]).length;
      update(referenceGradient(weights, trace, upstream, { shape, masks }));
    }
  }
  return { losses, correct, weights };
}

interface Batch {
  readonly x: NumberRows;
  /** The targets of each row with their shares of the loss. */
  readonly targets: readonly (readonly (readonly [target: number, share: number])[])[];
  readonly counted: readonly number[];
}

function batchOf(dataset: SharedDataset, { rows, mixup }: EpochBatches, from: number, size: number): Batch {
  const positions = [...rows.keys()].slice(from, from + size);
  const features = (row: number): number[] => [
    ...dataset.features.subarray(row * dataset.featureCount, (row + 1) * dataset.featureCount),
  ];
  const examples = positions.map((position) => {
    const row = rows[position] ?? 0;
    const partner = mixup?.partners[position] ?? row;
    const share = mixup?.share[position] ?? 1;
    const other = features(partner);
    const targets = [
      [dataset.labels[row] ?? 0, share],
      [dataset.labels[partner] ?? 0, 1 - share],
    ] as const;
    return {
      x: features(row).map((value, index) => share * value + (1 - share) * (other[index] ?? 0)),
      targets,
      counted: targets[share >= 0.5 ? 0 : 1][0],
    };
  });
  return {
    x: examples.map(({ x }) => x),
    targets: examples.map(({ targets }) => targets),
    counted: examples.map(({ counted }) => counted),
  };
}

function masksOf(
  shape: ProgramShape,
  { seed, dropout }: LaneSettings,
  epoch: number,
  step: number,
  rows: number,
): readonly Float32Array[] {
  return networkLayers(shape).map(({ outputs, sums }, layer) => {
    const mask = new Float32Array(rows * outputs).fill(1);
    if (dropout > 0 && sums !== 'plain') fillDropoutMask(mask, dropout, { seed, epoch, step, layer });
    return mask;
  });
}

/** Updates `weights` in place as PyTorch does. */
function optimiser(
  { optimizer }: ProgramShape,
  { learningRate, momentum, weightDecay }: LaneSettings,
  weights: Float64Array,
): (gradient: Float64Array) => void {
  const first = new Float64Array(weights.length);
  const second = new Float64Array(weights.length);
  let step = 0;
  return (gradient) => {
    step++;
    for (let index = 0; index < weights.length; index++) {
      let w = weights[index] ?? 0;
      if (optimizer === 'adamw') w -= learningRate * weightDecay * w;
      const g = (gradient[index] ?? 0) + (optimizer === 'adamw' ? 0 : weightDecay * w);
      if (optimizer === 'sgd') {
        const moved = momentum * (first[index] ?? 0) + g;
        first[index] = moved;
        weights[index] = w - learningRate * moved;
        continue;
      }
      const mean = 0.9 * (first[index] ?? 0) + 0.1 * g;
      const square = 0.999 * (second[index] ?? 0) + 0.001 * g * g;
      first[index] = mean;
      second[index] = square;
      const root = Math.sqrt(square / (1 - 0.999 ** step)) + 1e-8;
      weights[index] = w - (learningRate * (mean / (1 - 0.9 ** step))) / root;
    }
  };
}
