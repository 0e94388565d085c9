import assert from 'node:assert/strict';
import type { SharedDataset } from '../data/dataset.js';
import { randomStream, shuffle } from '../random.js';
import type {
  Engine,
  EpochBatches,
  LaneProgram,
  LaneSettings,
  ProgramShape,
} from '../train/network/engine.js';
import { type NetworkShape, weightCount } from '../train/network/layers.js';
import { clusters, datasetOf } from './small-dataset.js';

/**
 * How far float32 may be from float64: of a step's loss relative to its size, of a weight in absolute terms. Measured on
 * tfjs wasm and cpu over all checks: at most 4e-6 and 7e-7; the rest is room for sums in another order.
 */
export const LOSS_TOLERANCE = 2e-5;
export const WEIGHT_TOLERANCE = 5e-6;

export const SHAPE: ProgramShape = {
  layers: [6, 12, 9, 5],
  activation: 'relu',
  optimizer: 'adam',
  batchSize: 32,
};
/** The same of residual blocks. */
export const RESIDUAL: ProgramShape = { ...SHAPE, layers: [6, 12, 12, 5], residual: true };
export const LANE: LaneSettings = {
  seed: 5,
  gamma: 2,
  alpha: Float32Array.of(1, 0.5, 2, 1, 3),
  learningRate: 0.01,
  momentum: 0,
  weightDecay: 0,
  dropout: 0,
};
export const OFFSETS = Float32Array.of(-0.5, -3, -1, -6, -2);
export const MARGINS = Float32Array.of(0.5, 2, 0.8, 3, 1.5);
/** Four lanes with differences in every setting that may differ. */
export const LANES: readonly [LaneSettings, LaneSettings, LaneSettings, LaneSettings] = [
  LANE,
  { ...LANE, seed: 6, gamma: 0, alpha: new Float32Array(5).fill(1), weightDecay: 0.02, polyEpsilon: 2 },
  { ...LANE, seed: 7, gamma: 0.5, learningRate: 0.003, dropout: 0.3, offsets: OFFSETS },
  { ...LANE, seed: 8, gamma: 3, dropout: 0.5, margins: MARGINS },
];

/** An engine with a table of 90 rows, 6 features and 5 classes, the setup of the checks. */
export class EngineProgram {
  readonly dataset = datasetOf(clusters(90, 6, 5));
  private engine: Promise<Engine> | undefined;

  constructor(
    private readonly load: () => Promise<Engine>,
    readonly shape = SHAPE,
  ) {}

  /** Loads the engine on first use. */
  loaded(): Promise<Engine> {
    this.engine ??= this.load();
    return this.engine;
  }

  /** A program of lanes with different weights. */
  async start(
    settings: readonly LaneSettings[],
    shape = this.shape,
    dataset = this.dataset,
  ): Promise<LaneProgram> {
    const initial = settings.map(({ seed }) => startWeights(shape, seed));
    return (await this.loaded()).start(dataset, shape, settings, initial);
  }

  /** An epoch of every lane; lanes with an odd seed have mixup. */
  batches(settings: readonly LaneSettings[], epoch: number): EpochBatches[] {
    return settings.map(({ seed }) => drawnEpoch(this.dataset, seed, epoch, seed % 2 === 1));
  }

  /** Trains an epoch, `chunk` steps a call; returns the losses of each lane's steps. */
  async trainEpoch(
    program: LaneProgram,
    batches: EpochBatches[],
    chunk = stepsOf(this.shape, this.dataset),
  ): Promise<readonly (readonly number[])[]> {
    const losses: number[][] = batches.map(() => []);
    const steps = stepsOf(this.shape, this.dataset);
    for (let step = 0; step < steps; step += chunk) {
      const sums = await program.train(batches, step, Math.min(chunk, steps - step));
      for (const [lane, sum] of sums.entries()) losses[lane]?.push(...sum.losses);
    }
    return losses;
  }

  /** Each lane's state after two epochs. */
  async stateAfter(settings: readonly LaneSettings[], chunk?: number): Promise<readonly Float32Array[]> {
    const program = await this.start(settings);
    for (const epoch of [1, 2]) await this.trainEpoch(program, this.batches(settings, epoch), chunk);
    return closing(program, settings.length);
  }
}

/** The states of a program, which is then disposed of. */
export async function closing(program: LaneProgram, lanes: number): Promise<readonly Float32Array[]> {
  const states = [];
  for (let lane = 0; lane < lanes; lane++) states.push(await program.state(lane));
  program.dispose();
  return states;
}

/** Initial weights and biases. */
export function startWeights(shape: NetworkShape, seed: number): Float32Array {
  const stream = randomStream(seed, 'initialWeights');
  return Float32Array.from({ length: weightCount(shape) }, () => stream.normal() * 0.4);
}

/** Training rows in an order that depends on the seed, with mixup if requested. */
export function drawnEpoch(dataset: SharedDataset, seed: number, epoch: number, mixed = false): EpochBatches {
  const rows = shuffle(dataset.split.train.slice(), randomStream(seed, 'epochOrder', epoch));
  if (!mixed) return { epoch, rows };
  const stream = randomStream(seed, 'mixup', epoch);
  return {
    epoch,
    rows,
    mixup: {
      partners: rows.map(() => rows[stream.integer(rows.length)] as number),
      share: Float32Array.from(rows, () => stream.uniform()),
    },
  };
}

/** Number of steps of an epoch. */
export function stepsOf({ batchSize }: ProgramShape, { split }: Pick<SharedDataset, 'split'>): number {
  return Math.ceil(split.train.length / batchSize);
}

/** Asserts that every value is near its reference; relative distances are to at least 1e-3. */
export function assertNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  kind: 'absolute' | 'relative',
): void {
  assert.equal(actual.length, expected.length);
  for (let index = 0; index < expected.length; index++) {
    const reference = expected[index] ?? Number.NaN;
    const scale = kind === 'relative' ? Math.max(Math.abs(reference), 1e-3) : 1;
    const distance = Math.abs((actual[index] ?? Number.NaN) - reference) / scale;
    assert.ok(
      distance <= tolerance,
      `value ${index}: ${actual[index]} is ${distance} from ${reference}, over ${tolerance} (${kind})`,
    );
  }
}
