import type { SharedDataset } from '../../data/dataset.js';
import type { SweepPlan } from '../../plan/plan.js';
import type { Trainer } from '../../train/trainer.js';

/** Upper bounds of the cost of a sweep, which early stopping reduces. */
export interface SweepCost {
  readonly runEpochs: number;
  /** Only if the trainer can estimate it. */
  readonly work?: {
    /** Floating-point operations. */
    readonly flops: number;
    /** Of one thread of this machine, measured. */
    readonly flopsPerSecond: number;
  };
}

/** Estimates the cost of training all runs of a plan; trains for a moment to measure the speed of this machine. */
export async function sweepCost(
  { trials, spec }: SweepPlan,
  { workload }: Trainer,
  dataset: SharedDataset,
): Promise<SweepCost> {
  const epochsOf = (epochs: number): number => epochs * spec.seeds.length;
  const runEpochs = trials.reduce((sum, { config }) => sum + epochsOf(config.epochs), 0);
  if (workload === undefined) return { runEpochs };
  const configs = trials.map(({ config }) => config);
  const flops = configs.reduce(
    (sum, config) => sum + epochsOf(config.epochs) * workload.epochFlops(config, dataset),
    0,
  );
  return { runEpochs, work: { flops, flopsPerSecond: await workload.measureSpeed(configs, dataset) } };
}
