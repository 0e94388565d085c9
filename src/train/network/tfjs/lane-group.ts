import * as tf from '@tensorflow/tfjs-core';
import type { SharedDataset } from '../../../data/dataset.js';
import { evaluateLogits, type RowsEvaluation } from '../../../loss/evaluation.js';
import type { EpochBatches, LaneSettings, ProgramShape, StepSums } from '../engine.js';
import { weightCount } from '../layers.js';
import { MEMORY_COUNT, type Trained, UPDATE } from './optimisers.js';
import { gatherRows, stepInput } from './step-input.js';
import { forward, lossAndGradient } from './step-program.js';

/** What the lanes of all groups of a program share. */
export interface GroupContext {
  readonly dataset: SharedDataset;
  readonly shape: ProgramShape;
  /** Batches are padded to a multiple of this many rows. */
  readonly rowMultiple: number;
}

interface RowsOfStep {
  readonly labels: Int32Array;
  readonly losses: tf.Tensor;
  readonly predictions: tf.Tensor;
}

/** Lanes whose weights and memories are rows of shared tensors; it owns these. */
export class LaneGroup {
  private readonly context: GroupContext;
  private lanes: readonly LaneSettings[];
  private stepCounts: number[];
  private trained: Trained;

  constructor(context: GroupContext, lanes: readonly LaneSettings[], initial: readonly Float32Array[]) {
    this.context = context;
    this.lanes = lanes;
    this.stepCounts = lanes.map(() => 0);
    const size = weightCount(context.shape);
    const memories = Array.from({ length: MEMORY_COUNT[context.shape.optimizer] }, () =>
      tf.zeros([lanes.length, size]),
    );
    this.trained = { weights: stacked(initial), memories };
  }

  get laneCount(): number {
    return this.lanes.length;
  }

  async train(batches: readonly EpochBatches[], first: number, count: number): Promise<readonly StepSums[]> {
    const steps: RowsOfStep[] = [];
    for (let step = first; step < first + count; step++) steps.push(this.trainStep(batches, step));
    const sums = this.lanes.map(() => ({ losses: new Float64Array(count), correct: 0 }));
    for (const [index, { labels, losses, predictions }] of steps.entries()) {
      const [lossOfRow, classOfRow] = await Promise.all([losses.data(), predictions.data()]);
      tf.dispose([losses, predictions]);
      const rows = labels.length / sums.length;
      for (const [lane, sum] of sums.entries()) {
        for (let at = lane * rows; at < (lane + 1) * rows; at++) {
          sum.losses[index] = (sum.losses[index] as number) + (lossOfRow[at] as number);
          if (classOfRow[at] === labels[at]) sum.correct++;
        }
      }
    }
    return sums;
  }

  private trainStep(batches: readonly EpochBatches[], step: number): RowsOfStep {
    const { dataset, shape, rowMultiple } = this.context;
    const { lanes, trained } = this;
    const input = stepInput({ ...shape, dataset, rowMultiple, lanes, batches, step });
    this.stepCounts = this.stepCounts.map((steps) => steps + 1);
    const [losses, predictions, weights, ...memories] = tf.tidy(() => {
      const output = lossAndGradient(trained.weights, input, lanes, shape);
      const context = { lanes, stepCounts: this.stepCounts };
      const updated = UPDATE[shape.optimizer](trained, output.gradient, context);
      return [output.losses, output.predictions, updated.weights, ...updated.memories];
    }) as [tf.Tensor, tf.Tensor, tf.Tensor, ...tf.Tensor[]];
    this.replace({ weights, memories });
    return { labels: input.labels, losses, predictions };
  }

  async predict(lane: number, rows: Int32Array): Promise<Float32Array> {
    const { dataset, shape } = this.context;
    const gathered = new Float32Array(rows.length * (dataset.featureCount + 1));
    gatherRows(dataset, rows, gathered);
    const logits = tf.tidy(() => {
      const weights = tf.slice(this.trained.weights, [lane, 0], [1, -1]);
      const features = tf.tensor3d(gathered, [1, rows.length, dataset.featureCount + 1]);
      return forward(weights, features, shape).logits;
    });
    return read(logits);
  }

  async evaluate(lane: number, rows: Int32Array): Promise<RowsEvaluation> {
    const { dataset } = this.context;
    const targets = rows.map((row) => dataset.labels[row] as number);
    const batch = { logits: await this.predict(lane, rows), targets, classes: dataset.classNames.length };
    return evaluateLogits(batch, this.lanes[lane] as LaneSettings);
  }

  /** Weights, then memories, then the step count. */
  async state(lane: number): Promise<Float32Array> {
    const size = weightCount(this.context.shape);
    const parts = [this.trained.weights, ...this.trained.memories];
    const state = new Float32Array(parts.length * size + 1);
    for (const [index, part] of parts.entries()) {
      state.set(await read(tf.slice(part, [lane, 0], [1, -1])), index * size);
    }
    state[parts.length * size] = this.stepCounts[lane] as number;
    return state;
  }

  /** Loads a state, or only weights, without a change of memories and step count. */
  setState(lane: number, state: Float32Array): void {
    const size = weightCount(this.context.shape);
    const { weights, memories } = this.trained;
    const parts = [weights, ...memories].map((part, index) =>
      (index + 1) * size <= state.length
        ? withRow(part, lane, state.subarray(index * size, (index + 1) * size))
        : part.clone(),
    );
    const [first, ...rest] = parts as [tf.Tensor, ...tf.Tensor[]];
    this.replace({ weights: first, memories: rest });
    const steps = state[(memories.length + 1) * size];
    if (steps !== undefined) this.stepCounts[lane] = steps;
  }

  keep(lanes: readonly number[]): void {
    const picked = <T>(items: readonly T[]): T[] => lanes.map((lane) => items[lane] as T);
    const rows = (part: tf.Tensor): tf.Tensor =>
      tf.tidy(() => tf.gather(part, tf.tensor1d([...lanes], 'int32')));
    this.replace({ weights: rows(this.trained.weights), memories: this.trained.memories.map(rows) });
    this.lanes = picked(this.lanes);
    this.stepCounts = picked(this.stepCounts);
  }

  dispose(): void {
    tf.dispose([this.trained.weights, ...this.trained.memories]);
  }

  private replace(next: Trained): void {
    this.dispose();
    this.trained = next;
  }
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = (await tensor.data()) as Float32Array;
  tensor.dispose();
  return values;
}

/** [lanes, weights] from one array per lane. */
function stacked(rows: readonly Float32Array[]): tf.Tensor2D {
  const size = rows[0]?.length ?? 0;
  const all = new Float32Array(rows.length * size);
  for (const [index, row] of rows.entries()) all.set(row, index * size);
  return tf.tensor2d(all, [rows.length, size]);
}

function withRow(part: tf.Tensor, lane: number, values: Float32Array): tf.Tensor {
  const [lanes, size] = part.shape as [number, number];
  return tf.tidy(() =>
    tf.concat(
      [
        tf.slice(part, [0, 0], [lane, size]),
        tf.tensor2d(values.slice(), [1, size]),
        tf.slice(part, [lane + 1, 0], [lanes - lane - 1, size]),
      ],
      0,
    ),
  );
}
