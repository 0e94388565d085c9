import type { Metric } from '../../metric.js';
import { rungsFrom } from '../../spec/stop/stop-of.js';
import type { Stopper } from '../stopper.js';
import { rungsAt } from './epoch-rungs.js';
import { keepBest } from './keep-best.js';

export interface SuccessiveHalving {
  readonly grace: number;
  readonly eta: number;
  readonly maxEpochs: number;
}

/**
 * Keeps one of `eta` each time that epochs have grown `eta` times: Jamieson & Talwalkar 2016, "Non-stochastic best arm
 * identification and hyperparameter optimization".
 */
export function successiveHalving(metric: Metric, { grace, eta, maxEpochs }: SuccessiveHalving): Stopper {
  return keepBest(metric, rungsAt(rungsFrom(grace, eta, maxEpochs), maxEpochs), { eta });
}
