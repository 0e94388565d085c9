import type { Metric } from '../../metric.js';
import type { Stopper } from '../stopper.js';
import { rungsAt } from './epoch-rungs.js';
import { type Keeping, keepBest } from './keep-best.js';

export interface Hyperband extends Keeping {
  /** Epochs, ascending. */
  readonly rungs: readonly number[];
  readonly maxEpochs: number;
}

/** Keeps one of `eta` at given epochs, as sweeps of W&B do. */
export function hyperband(metric: Metric, { rungs, maxEpochs, ...keeping }: Hyperband): Stopper {
  return keepBest(metric, rungsAt(rungs, maxEpochs), keeping);
}
