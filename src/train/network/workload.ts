import { classSupport, type SharedDataset } from '../../data/dataset.js';
import { resolveLoss } from '../../loss/resolve-loss.js';
import type { TrialConfig } from '../../sweep.js';
import type { Workload } from '../trainer.js';
import { epochBatches } from './draws/epoch-batches.js';
import { initialWeights } from './draws/initial-weights.js';
import type { Engine } from './engine.js';
import { networkShape, productCount, weightCount } from './layers.js';

const ENOUGH_MS = 200;

/** The cost of a network on an engine, counted as 6 · rows · weights: one product forward and two backward. */
export function networkWorkload(engine: Engine): Workload {
  return {
    epochFlops(config, dataset) {
      return 6 * dataset.split.train.length * productCount(networkShape(config, dataset));
    },
    measureSpeed: (configs, dataset) => measureSpeed(engine, configs, dataset),
  };
}

/** The speed at which one thread trains the largest of the configurations. */
async function measureSpeed(
  engine: Engine,
  configs: readonly TrialConfig[],
  dataset: SharedDataset,
): Promise<number> {
  const sizeOf = (config: TrialConfig): number => weightCount(networkShape(config, dataset));
  const [config] = configs.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (config === undefined) return Number.NaN;
  const shape = networkShape(config, dataset);
  const { activation, optimizer, batch_size: batchSize } = config;
  const loss = resolveLoss(config, {
    classNames: dataset.classNames,
    trainSupport: classSupport(dataset, 'train'),
  });
  const lane = {
    ...loss,
    seed: 0,
    learningRate: 1e-3,
    momentum: 0,
    weightDecay: 0,
    dropout: config.dropout,
  };
  const program = await engine.start(
    dataset,
    { ...shape, activation, optimizer, batchSize },
    [lane],
    [initialWeights(shape, 0)],
  );
  const batches = epochBatches({
    labels: dataset.labels,
    rows: dataset.split.train,
    classCount: dataset.classNames.length,
    seed: 0,
    epoch: 1,
    sampler: 'shuffle',
    mixup: 0,
  });
  const steps = Math.floor(batches.rows.length / batchSize) || 1;
  try {
    await program.train([batches], 0, 1);
    let trained = 0;
    const startedAt = performance.now();
    while (performance.now() - startedAt < ENOUGH_MS) await program.train([batches], trained++ % steps, 1);
    const seconds = (performance.now() - startedAt) / 1000;
    return (6 * trained * Math.min(batchSize, batches.rows.length) * sizeOf(config)) / seconds;
  } finally {
    program.dispose();
  }
}
