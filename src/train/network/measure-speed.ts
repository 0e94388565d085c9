import { classSupport, type Dataset } from '../../data/dataset.js';
import { resolveLoss } from '../../loss/resolve-loss.js';
import type { TrialConfig } from '../../sweep.js';
import { type Engine, weightCount } from './engine.js';
import { epochBatches } from './epoch-batches.js';
import { initialWeights } from './initial-weights.js';

const ENOUGH_MS = 200;

/**
 * Floating-point operations per second, counted as 6 · rows · weights, at which one thread trains the largest of the
 * configurations on this machine; trains it for a moment to see.
 */
export async function measureSpeed(
  engine: Engine,
  dataset: Dataset,
  configs: readonly TrialConfig[],
): Promise<number> {
  const layersOf = ({ hidden }: TrialConfig) => [dataset.featureCount, ...hidden, dataset.classNames.length];
  const [config] = configs.toSorted((a, b) => weightCount(layersOf(b)) - weightCount(layersOf(a)));
  if (config === undefined) return Number.NaN;
  const layers = layersOf(config);
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
  const trainer = await engine.start(
    dataset,
    { layers, activation, optimizer, batchSize },
    [lane],
    [initialWeights(layers, 0)],
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
    await trainer.train([batches], 0, 1);
    let trained = 0;
    const startedAt = performance.now();
    while (performance.now() - startedAt < ENOUGH_MS) await trainer.train([batches], trained++ % steps, 1);
    const seconds = (performance.now() - startedAt) / 1000;
    return (6 * trained * Math.min(batchSize, batches.rows.length) * weightCount(layers)) / seconds;
  } finally {
    trainer.dispose();
  }
}
