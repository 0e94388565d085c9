import type { SharedDataset } from '../../data/dataset.js';
import type { RowsEvaluation } from '../../loss/evaluation.js';
import type { ClassLoss } from '../../loss/resolve-loss.js';
import type { Activation, Optimizer, TrialConfig } from '../../sweep.js';
import { type NetworkShape, networkShape } from './layers.js';

/** What all lanes of a program share: tensor shapes and operations. */
export interface ProgramShape extends NetworkShape {
  readonly activation: Activation;
  readonly optimizer: Optimizer;
  readonly batchSize: number;
}

/** The shape of a configuration's program on a dataset. */
export function programShape(
  config: TrialConfig,
  dataset: Pick<SharedDataset, 'featureCount' | 'classNames'>,
): ProgramShape {
  const { activation, optimizer, batch_size } = config;
  return { ...networkShape(config, dataset), activation, optimizer, batchSize: batch_size };
}

/** The settings of one lane. */
export interface LaneSettings extends ClassLoss {
  readonly seed: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
  readonly dropout: number;
}

/** The examples of one lane's epoch, in order; step s trains positions [s · batchSize, (s + 1) · batchSize). */
export interface EpochBatches {
  /** Epochs count from 1; with the step it addresses the dropout stream. */
  readonly epoch: number;
  /** Dataset row of every position. */
  readonly rows: Int32Array;
  /** Mixup: the row that is mixed in at every position, and the share in [0, 1] of the row in `rows`, of features and of loss. */
  readonly mixup?: { readonly partners: Int32Array; readonly share: Float32Array };
}

/** The losses and hits of the steps of one call, each before the step's update. */
export interface StepSums {
  /** Per step, Σ over its rows of the loss. The caller adds them in order, so that results do not depend on the chunks. */
  readonly losses: Float64Array;
  /** Rows whose arg-max is the target (with mixup: the target of the larger share; of equal shares the row's own). */
  readonly correct: number;
}

/** Several runs of one shape that train together. The results of a lane do not depend on its neighbours. */
export interface LaneProgram {
  /** Trains steps [first, first + count) of each lane's epoch; `batches` has one entry per live lane. */
  train(batches: readonly EpochBatches[], first: number, count: number): Promise<readonly StepSums[]>;
  /** Losses and arg-max of dataset rows under the lane's weights, without dropout. */
  evaluate(lane: number, rows: Int32Array): Promise<RowsEvaluation>;
  /** Logits of dataset rows under the lane's weights, without dropout: rows × classes, row-major. */
  predict(lane: number, rows: Int32Array): Promise<Float32Array>;
  /** The lane's weights, in the order of `placedLayers`. */
  weights(lane: number): Promise<Float32Array>;
  setWeights(lane: number, weights: Float32Array): Promise<void>;
  /** Weights, the optimiser's memories and its step count: everything that training needs to continue. */
  state(lane: number): Promise<Float32Array>;
  setState(lane: number, state: Float32Array): Promise<void>;
  /** Removes lanes; those behind them move up. */
  keep(lanes: readonly number[]): Promise<void>;
  dispose(): void;
}

/** Does the computation of a network trainer; has no state between programs except compiled code. */
export interface Engine {
  /** Decides the bits of a result: family, backend and version, e.g. `tfjs/wasm@2`. */
  readonly id: string;
  /** How many runs are worth training together. */
  readonly defaultLanes: number;
  /** `initial` has the weights of each lane. */
  start(
    dataset: SharedDataset,
    shape: ProgramShape,
    lanes: readonly LaneSettings[],
    initial: readonly Float32Array[],
  ): Promise<LaneProgram>;
}
