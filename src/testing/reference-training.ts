import type { SharedDataset } from '../data/dataset.js';
import { focalLoss, focalLossGradient } from '../loss/focal-loss.js';
import { fillDropoutMask } from '../train/network/draws/dropout.js';
import type { EpochBatches, LaneSettings, ProgramShape } from '../train/network/engine.js';

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

type Matrix = number[][];

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
      const upstream: Matrix = trace.logits.map((z, row) => {
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
      update(backward(weights, trace, upstream, { shape, masks }));
    }
  }
  return { losses, correct, weights };
}

interface Batch {
  readonly x: Matrix;
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
  { layers }: ProgramShape,
  { seed, dropout }: LaneSettings,
  epoch: number,
  step: number,
  rows: number,
): readonly Float32Array[] {
  return layers.slice(1, -1).map((width, layer) => {
    const mask = new Float32Array(rows * width).fill(1);
    if (dropout > 0) fillDropoutMask(mask, dropout, { seed, epoch, step, layer });
    return mask;
  });
}

interface Trace {
  /** The input of each layer. */
  readonly inputs: readonly Matrix[];
  /** The output of each hidden layer's activation, before dropout. */
  readonly activations: readonly Matrix[];
  readonly logits: Matrix;
}

/** The offsets of each layer's weights and biases. */
function offsetsOf(layers: readonly number[]): readonly number[] {
  let offset = 0;
  return layers.slice(1).map((outputs, layer) => {
    const at = offset;
    offset += ((layers[layer] ?? 0) + 1) * outputs;
    return at;
  });
}

/** Logits of rows of features, with the intermediate values for the backward pass. */
export function referenceForward(
  weights: ArrayLike<number>,
  x: Matrix,
  { layers, activation }: Pick<ProgramShape, 'layers' | 'activation'>,
  masks: readonly Float32Array[] = [],
): Trace {
  const inputs: Matrix[] = [];
  const activations: Matrix[] = [];
  let current = x;
  for (const [layer, offset] of offsetsOf(layers).entries()) {
    const outputs = layers[layer + 1] ?? 0;
    const width = layers[layer] ?? 0;
    inputs.push(current);
    const sums = current.map((row) =>
      Array.from({ length: outputs }, (_, unit) =>
        row.reduce(
          (sum, value, input) => sum + value * (weights[offset + input * outputs + unit] ?? 0),
          weights[offset + width * outputs + unit] ?? 0,
        ),
      ),
    );
    if (layer === layers.length - 2) return { inputs, activations, logits: sums };
    const applied = sums.map((row) =>
      row.map((sum) => (activation === 'relu' ? Math.max(0, sum) : Math.tanh(sum))),
    );
    activations.push(applied);
    current = applied.map((row, index) =>
      row.map((value, unit) => value * (masks[layer]?.[index * outputs + unit] ?? 1)),
    );
  }
  throw new RangeError('a network has at least one layer');
}

function backward(
  weights: Float64Array,
  { inputs, activations }: Trace,
  ofLogits: Matrix,
  { shape, masks }: { readonly shape: ProgramShape; readonly masks: readonly Float32Array[] },
): Float64Array {
  const { layers, activation } = shape;
  const gradient = new Float64Array(weights.length);
  let upstream = ofLogits;
  for (const [layer, offset] of [...offsetsOf(layers).entries()].reverse()) {
    const outputs = layers[layer + 1] ?? 0;
    const width = layers[layer] ?? 0;
    for (const [row, slopes] of upstream.entries()) {
      const given = [...(inputs[layer]?.[row] ?? []), 1];
      for (const [input, value] of given.entries()) {
        for (const [unit, slope] of slopes.entries()) {
          const at = offset + input * outputs + unit;
          gradient[at] = (gradient[at] ?? 0) + value * slope;
        }
      }
    }
    if (layer === 0) break;
    upstream = upstream.map((slopes, row) =>
      Array.from({ length: width }, (_, input) => {
        const back = slopes.reduce(
          (sum, slope, unit) => sum + slope * (weights[offset + input * outputs + unit] ?? 0),
          0,
        );
        const applied = activations[layer - 1]?.[row]?.[input] ?? 0;
        const local = activation === 'relu' ? Number(applied > 0) : 1 - applied ** 2;
        return back * local * (masks[layer - 1]?.[row * width + input] ?? 1);
      }),
    );
  }
  return gradient;
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
