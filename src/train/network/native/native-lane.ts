import type { SharedDataset } from '../../../data/dataset.js';
import type { RowsEvaluation } from '../../../loss/evaluation.js';
import type { EpochBatches, LaneSettings, ProgramShape, StepSums } from '../engine.js';
import { weightCount } from '../layers.js';
import { type AreaSections, areaSections } from './area-sections.js';
import { encodeShape, type Kernel, type KernelArea } from './kernel.js';

/** One run in training, in an area of the kernel. */
export class NativeLane {
  readonly #area: KernelArea;
  readonly #sections: AreaSections;
  readonly #shape: ProgramShape;
  readonly #rowCount: number;

  constructor(kernel: Kernel, dataset: SharedDataset, shape: ProgramShape, lane: LaneSettings) {
    this.#area = kernel.open(dataset, encodeShape(shape));
    this.#sections = areaSections(this.#area, shape);
    this.#shape = shape;
    this.#rowCount = dataset.rowCount;
    const { settings, alpha, offsets, margins } = this.#sections;
    const { seed, gamma, learningRate, momentum, weightDecay, dropout, polyEpsilon = 0 } = lane;
    const has = [lane.offsets, lane.margins].map((values) => Number(values !== undefined));
    settings.set([seed | 0, gamma, learningRate, momentum, weightDecay, dropout, 0, ...has, polyEpsilon]);
    alpha.set(lane.alpha);
    offsets.set(lane.offsets ?? []);
    margins.set(lane.margins ?? []);
  }

  train({ epoch, rows, mixup }: EpochBatches, first: number, count: number): StepSums {
    const { batchSize } = this.#shape;
    const sections = this.#sections;
    sections.settings[6] = mixup === undefined ? 0 : 1;
    const stepsPerCall = Math.floor(sections.positions / batchSize);
    const end = Math.min(first + count, Math.ceil(rows.length / batchSize));
    const losses = new Float64Array(Math.max(0, end - first));
    let correct = 0;
    for (let step = first; step < end; step += stepsPerCall) {
      const from = step * batchSize;
      const to = Math.min(Math.min(step + stepsPerCall, end) * batchSize, rows.length);
      this.#copyRows(sections.rows, rows.subarray(from, to));
      if (mixup !== undefined) {
        this.#copyRows(sections.partners, mixup.partners.subarray(from, to));
        sections.share.set(mixup.share.subarray(from, to));
      }
      this.#area.train(epoch, step, to - from);
      const steps = Math.ceil((to - from) / batchSize);
      losses.set(sections.sums.subarray(1, 1 + steps), step - first);
      correct += sections.sums[0] as number;
    }
    return { losses, correct };
  }

  evaluate(rows: Int32Array): RowsEvaluation {
    const { sums, predictions } = this.#sections;
    const out = { predictions: new Uint16Array(rows.length), focalLoss: 0, crossEntropy: 0 };
    this.#eachBlock(rows, (from, count) => {
      this.#area.evaluate(count);
      out.predictions.set(predictions.subarray(0, count), from);
      out.focalLoss += sums[0] as number;
      out.crossEntropy += sums[1] as number;
    });
    return out;
  }

  predict(rows: Int32Array): Float32Array {
    const { block, logits } = this.#sections;
    const classes = logits.length / block;
    const out = new Float32Array(rows.length * classes);
    this.#eachBlock(rows, (from, count) => {
      this.#area.predict(count);
      out.set(logits.subarray(0, count * classes), from * classes);
    });
    return out;
  }

  weights(): Float32Array {
    this.#area.save();
    return this.#sections.state.slice(0, weightCount(this.#shape));
  }

  setWeights(weights: Float32Array): void {
    this.#area.save();
    this.#sections.state.set(weights);
    this.#area.load();
  }

  state(): Float32Array {
    this.#area.save();
    return this.#sections.state.slice();
  }

  setState(state: Float32Array): void {
    this.#sections.state.set(state);
    this.#area.load();
  }

  free(): void {
    this.#area.free();
  }

  /** Copies rows to where the kernel reads them, in chunks that fit. */
  #eachBlock(rows: Int32Array, use: (from: number, count: number) => void): void {
    const { block } = this.#sections;
    for (let from = 0; from < rows.length; from += block) {
      const some = rows.subarray(from, from + block);
      this.#copyRows(this.#sections.rows, some);
      use(from, some.length);
    }
  }

  /** The kernel reads any address, so every row number is checked first. */
  #copyRows(to: Int32Array, rows: Int32Array): void {
    const { length } = rows;
    for (let at = 0; at < length; at++) {
      const row = rows[at] as number;
      if (row < 0 || row >= this.#rowCount) throw new RangeError(`row ${row} of ${this.#rowCount}`);
      to[at] = row;
    }
  }
}
