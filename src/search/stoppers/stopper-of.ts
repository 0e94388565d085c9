import type { Metric, MetricName } from '../../metric.js';
import type { Aim } from '../../spec/aims.js';
import type { StopSetting } from '../../spec/stop-setting.js';
import type { Stopper } from '../stopper.js';
import { halvingThenRacing } from './halving-then-racing.js';
import { hyperband } from './hyperband.js';
import { medianStopper } from './median.js';
import { noStopper } from './none.js';
import { successiveHalving } from './successive-halving.js';

/** What a stopper knows of its sweep. */
export interface StoppedSweep {
  readonly maxEpochs: number;
  /** How many the sweep has. */
  readonly seeds: number;
  readonly metric: Metric;
  readonly aims: readonly Aim[];
  /** Differences of a metric within ± this are called equivalent. */
  readonly equivalentOf: (name: MetricName) => number;
}

/** The stopper of a setting. */
export function stopperOf(setting: StopSetting, sweep: StoppedSweep): Stopper {
  const { metric, maxEpochs } = sweep;
  switch (setting.type) {
    case 'none':
      return noStopper;
    case 'median':
      return medianStopper(metric, { ...setting, maxEpochs });
    case 'successive_halving':
      return successiveHalving(metric, { ...setting, maxEpochs });
    case 'hyperband':
      return hyperband(metric, { ...setting, maxEpochs });
    case 'halving_then_racing':
      return halvingThenRacing({ ...setting, ...sweep });
  }
}
