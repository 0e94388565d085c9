import type { ClassLoss } from '../../loss/resolve-loss.js';
import { randomStream } from '../../random.js';
import type { TrialConfig } from '../../sweep.js';
import type { BinnedDataset } from './bins/bins.js';
import { mixtureWeights, OF_A_CLASS, ofAllClasses } from './shared-tree.js';
import { addRound, fillScores, SET_WORDS, type Tree, treeOutputs } from './tree.js';
import type { KernelArray, TreeKernel, TreeMemory } from './tree-kernel.js';

/** What a forest is grown from. */
export interface ForestData {
  readonly bins: BinnedDataset;
  /** Class of every training row. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly loss: ClassLoss;
  readonly config: TrialConfig;
  readonly seed: number;
}

/** Sums over the training rows. */
export interface RoundSums {
  readonly loss: number;
  readonly correct: number;
}

/** The kernel takes rows in multiples of it. */
const ROWS = 16;
const LEAF_BYTES = 144;
/** Rows that the kernel fetches ahead. */
const AHEAD = 16;
/** The least sum of curvatures in a leaf, as in LightGBM. */
const LEAST_CURVATURE = 1e-3;

/**
 * Trees that are boosted under the focal loss, one per class and round, or one for all classes. With p the softmax of the scores and y a row's
 * class, the gradient of a score is u (p − δ) with u = α (1 − p_y)^γ (1 − γ p_y log p_y / (1 − p_y)), and its curvature
 * u p (1 − p) · C / (C − 1): that of cross-entropy times u, so that it is positive everywhere. γ = 0 and α = 1 are plain softmax boosting. Margins
 * are taken off the score of a row's own class, and ε (1 − p_y)^(γ + 1) of `poly1` adds α ε (γ + 1) (1 − p_y)^γ p_y to u.
 */
export class Forest {
  /** The score of each class before the first tree. */
  readonly initial: Float32Array;
  readonly rounds: (readonly Tree[])[] = [];
  readonly #memory: TreeMemory;
  readonly #stride: number;

  constructor(
    kernel: TreeKernel,
    private readonly data: ForestData,
  ) {
    const { bins, labels, classes, loss, config } = data;
    const { width: _width, ...arrays } = bins.layout;
    const { layout } = bins;
    const rows = labels.length;
    const features = bins.features.length;
    this.#stride = Math.ceil(rows / ROWS) * ROWS;
    const nodes = 2 * config.max_leaves - 1;
    const { sum, others } = config.multi_output ? ofAllClasses(rows, classes, nodes) : OF_A_CLASS;
    this.#memory = kernel.open(
      {
        labels: ['i32', this.#stride],
        alpha: ['f32', classes],
        offsets: ['f32', classes],
        margins: ['f32', classes],
        scores: ['f32', classes * this.#stride],
        shares: ['f32', classes * this.#stride],
        factors: ['f32', this.#stride],
        partial: ['f32', 2 * ROWS * classes],
        sums: ['f64', 2 + 2 * classes],
        allowed: ['u8', features],
        sampled: ['u8', rows],
        packed: [sum[0], sum[1] * rows],
        order: ['i32', rows + AHEAD],
        spare: ['i32', rows],
        histograms: [sum[0], sum[1] * config.max_leaves * layout.width],
        leaves: ['u8', config.max_leaves * LEAF_BYTES],
        nodes: ['i32', 4 * nodes],
        sets: ['u32', SET_WORDS * (config.max_leaves - 1)],
        values: ['f32', treeOutputs(config, classes) * nodes],
        gains: ['f32', nodes],
        grown: ['i32', 2],
        ...others,
      },
      { columns: bins.columns.train, ...arrays },
    );
    this.#array<Int32Array>('labels').set(labels);
    this.#array<Float32Array>('alpha').set(loss.alpha);
    if (loss.offsets !== undefined) this.#array<Float32Array>('offsets').set(loss.offsets);
    if (loss.margins !== undefined) this.#array<Float32Array>('margins').set(loss.margins);
    this.initial = initialScores(labels, classes, loss);
    fillScores(this.#array('scores'), this.initial, this.#stride);
    this.#softmax();
  }

  /** Grows a tree for each class, or one for all; undefined after a request to stop. */
  grow(shouldStop: () => boolean): RoundSums | undefined {
    const { classes, config } = this.data;
    const trees: Tree[] = [];
    this.#sampleRows();
    for (let cls = 0; cls < (config.multi_output ? 1 : classes); cls++) {
      if (shouldStop()) return undefined;
      this.#sampleFeatures(cls);
      trees.push(config.multi_output ? this.#growShared() : this.#growOf(cls));
    }
    this.rounds.push(trees);
    return this.#softmax();
  }

  /** Takes rounds over that were grown before. */
  continueFrom(rounds: readonly (readonly Tree[])[]): void {
    for (const trees of rounds) {
      addRound(this.#memory, trees, { rows: this.data.labels.length, stride: this.#stride });
      this.rounds.push(trees);
    }
    this.#softmax();
  }

  #growOf(cls: number): Tree {
    this.#memory.call('growTree', [...GROWING, 'grown'], [...this.#growing(), cls]);
    return this.#grown();
  }

  #growShared(): Tree {
    const { seed, classes } = this.data;
    const stream = randomStream(seed, 'treeMixtures', this.rounds.length);
    this.#array<Float32Array>('weights').set(mixtureWeights(classes, stream));
    this.#memory.call('growSharedTree', [...GROWING, 'weights', 'mixed', 'below', 'grown'], this.#growing());
    return this.#grown();
  }

  #growing(): readonly number[] {
    const { classes, config, bins, labels } = this.data;
    const { layout } = bins;
    return [
      labels.length,
      bins.features.length,
      layout.blockPlaces.length / 2,
      layout.sparse.length,
      layout.width,
      classes,
      this.#stride,
      config.max_leaves,
      config.max_depth,
      config.min_leaf_rows,
      config.lambda_l2,
      LEAST_CURVATURE,
      config.learning_rate,
    ];
  }

  #grown(): Tree {
    const { config, classes } = this.data;
    const [nodes, sets] = this.#array<Int32Array>('grown') as unknown as [number, number];
    return {
      nodes: this.#array<Int32Array>('nodes').slice(0, 4 * nodes),
      sets: this.#array<Uint32Array>('sets').slice(0, SET_WORDS * sets),
      values: this.#array<Float32Array>('values').slice(0, treeOutputs(config, classes) * nodes),
      gains: this.#array<Float32Array>('gains').slice(0, nodes),
    };
  }

  #softmax(): RoundSums {
    const { labels, classes, loss } = this.data;
    this.#memory.call('softmaxRows', SOFTMAX, [
      labels.length,
      this.#stride,
      classes,
      loss.gamma,
      loss.polyEpsilon ?? 0,
    ]);
    const [sum, correct] = this.#array<Float64Array>('sums') as unknown as [number, number];
    return { loss: sum, correct };
  }

  #sampleRows(): void {
    const { config, seed } = this.data;
    const sampled = this.#array<Uint8Array>('sampled');
    if (config.row_share === 1) {
      sampled.fill(1);
      return;
    }
    const stream = randomStream(seed, 'treeRows', this.rounds.length);
    for (let row = 0; row < sampled.length; row++) sampled[row] = Number(stream.uniform() < config.row_share);
  }

  #sampleFeatures(cls: number): void {
    const { config, seed, classes } = this.data;
    const allowed = this.#array<Uint8Array>('allowed');
    if (config.feature_share === 1) {
      allowed.fill(1);
      return;
    }
    const stream = randomStream(seed, 'treeFeatures', this.rounds.length * classes + cls);
    for (let feature = 0; feature < allowed.length; feature++) {
      allowed[feature] = Number(stream.uniform() < config.feature_share);
    }
  }

  #array<Type extends KernelArray>(name: string): Type {
    return this.#memory.array<Type>(name);
  }
}

const GROWING = [
  'columns',
  'blocks',
  'blockPlaces',
  'starts',
  'entries',
  'sparse',
  'places',
  'counts',
  'kinds',
  'common',
  'allowed',
  'sampled',
  'shares',
  'factors',
  'sums',
  'labels',
  'scores',
  'packed',
  'order',
  'spare',
  'histograms',
  'leaves',
  'nodes',
  'sets',
  'values',
  'gains',
];
const SOFTMAX = ['scores', 'labels', 'alpha', 'offsets', 'margins', 'shares', 'factors', 'partial', 'sums'];

/** log of the classes' shares of the weighted training rows, less the offsets that the loss adds. */
function initialScores(labels: Int32Array, classes: number, { alpha, offsets }: ClassLoss): Float32Array {
  const weights = new Float64Array(classes);
  for (const label of labels) weights[label] = (weights[label] as number) + (alpha[label] as number);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(
    weights,
    (weight, cls) => Math.log(Math.max(weight / total, 1e-12)) - (offsets?.[cls] ?? 0),
  );
}
