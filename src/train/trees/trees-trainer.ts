import type { SharedDataset } from '../../data/dataset.js';
import type { Availability, Trainer } from '../trainer.js';
import { type BinnedDataset, binDataset } from './bins/bins.js';
import { trainForest } from './train-forest.js';
import { loadTreeKernel, type TreeKernel } from './tree-kernel.js';
import { treesWorkload } from './trees-workload.js';

/** A thread bins a dataset once for all runs. */
const BINNED = new WeakMap<SharedDataset, Map<number, BinnedDataset>>();

function binsOf(kernel: TreeKernel, dataset: SharedDataset, mostBins: number): BinnedDataset {
  const known = BINNED.get(dataset) ?? new Map<number, BinnedDataset>();
  const bins = known.get(mostBins) ?? binDataset(kernel, dataset, mostBins);
  BINNED.set(dataset, known.set(mostBins, bins));
  return bins;
}

/** Trains boosted trees; an epoch is a round. All builds of the kernel give the same bits, so they share the id. */
export function treesTrainer(build?: TreeKernel['name']): Trainer {
  const kernel = loadTreeKernel(build);
  return {
    id: 'trees@2',
    groupSize: 1,
    groupKey: () => '',
    workload: treesWorkload(kernel),
    train: async ({ dataset, ...training }) => {
      if (dataset === undefined) throw new RangeError('trees need a dataset to train on');
      for (const job of training.runs) {
        const bins = binsOf(kernel, dataset, job.config.max_bins);
        if (trainForest(job, { ...training, dataset, kernel, bins }) === 'stopped') return 'stopped';
      }
      return 'done';
    },
  };
}

/** Which builds are available, for `focalsweep doctor`. */
export function probeTrees(): Availability {
  return { name: 'trees', available: true, reason: `kernel: ${loadTreeKernel().name}` };
}
