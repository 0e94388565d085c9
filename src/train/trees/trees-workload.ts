import type { SharedDataset } from '../../data/dataset.js';
import type { TrialConfig } from '../../sweep.js';
import type { Workload } from '../trainer.js';
import { binDataset } from './bins/bins.js';
import { SHARED_SUMS } from './shared-tree.js';
import { trainForest } from './train-forest.js';
import type { TreeKernel } from './tree-kernel.js';

const ENOUGH_MS = 200;
/** More than are trained in that time. */
const MOST_ROUNDS = 10_000;
/** More cells would take longer to bin than to measure. */
const MOST_CELLS = 2e7;

/**
 * The cost of trees: each level of a tree adds a gradient and a Hessian, or the sums of a shared tree, for every cell of the rows that are not
 * got by subtraction, which is half of them after the first level.
 */
export function treesWorkload(kernel: TreeKernel): Workload {
  return {
    epochFlops: additionsPerRound,
    async measureSpeed(configs, dataset) {
      const size = (config: TrialConfig): number => additionsPerRound(config, dataset);
      const [config] = configs.toSorted((a, b) => size(b) - size(a));
      return config === undefined ? Number.NaN : speedOf(kernel, config, fewerRows(dataset));
    },
  };
}

function additionsPerRound(config: TrialConfig, { split, classNames, featureCount }: SharedDataset): number {
  const { max_leaves, max_depth, feature_share, row_share, multi_output } = config;
  const byLeaves = Math.log2(max_leaves);
  const levels = max_depth > 0 ? Math.min(max_depth, byLeaves) : byLeaves;
  const cells = split.train.length * row_share * featureCount * feature_share;
  const sums = multi_output ? SHARED_SUMS : 2 * classNames.length;
  return sums * cells * (1 + (levels - 1) / 2);
}

/** The speed at which one thread trains the first rounds, their evaluation included. */
function speedOf(kernel: TreeKernel, config: TrialConfig, dataset: SharedDataset): number {
  const bins = binDataset(kernel, dataset, config.max_bins);
  const metric = { name: 'macro_f1', goal: 'maximize' } as const;
  const job = { runId: '', seed: 0, config: { ...config, epochs: MOST_ROUNDS, patience: 0 }, metric };
  let rounds = 0;
  const startedAt = performance.now();
  const isEnough = (): boolean => rounds > 0 && performance.now() - startedAt >= ENOUGH_MS;
  trainForest(job, {
    ...{ dataset, kernel, bins, runs: [job], shouldStop: isEnough },
    onEpoch: () => rounds++,
    onResult: () => {},
    onFailed: () => {},
  });
  return (rounds * additionsPerRound(config, dataset)) / ((performance.now() - startedAt) / 1000);
}

function fewerRows(dataset: SharedDataset): SharedDataset {
  const { split, featureCount, rowCount } = dataset;
  const share = Math.min(1, MOST_CELLS / (rowCount * featureCount));
  const part = (rows: Int32Array): Int32Array => rows.subarray(0, Math.ceil(rows.length * share));
  return {
    ...dataset,
    split: { train: part(split.train), validation: part(split.validation), test: part(split.test) },
  };
}
