import { METRIC_NAMES, type MetricValues } from '../../metric.js';
import { exactMean } from '../../metrics/estimates/exact-mean.js';
import type { RunResult } from '../../sweep.js';
import { costedMetrics } from '../content/costed.js';
import { wantedTrials } from '../content/kept/wanted-trials.js';
import { type MemoryState, type MemorySweep, runsInOrder } from './memory-state.js';

/** Removes the logits and models of a sweep's finished trials that are not wanted, unless another sweep has the run. */
export function dropUnwanted(state: MemoryState, sweep: MemorySweep): void {
  const runs = runsInOrder(state, sweep);
  const runsOf = (trialId: string) => runs.filter(({ run }) => run.trialId === trialId);
  const scores = [...sweep.trials].flatMap(([trialId, { config }]) => {
    const results = runsOf(trialId).map(({ result }) => result);
    const finished = results.filter((result) => result !== undefined);
    return finished.length < results.length ? [] : [{ trialId, config, means: meansOf(sweep, finished) }];
  });
  const { storeLogits = false, keep } = sweep.record;
  const logits = wantedTrials(scores, sweep.record, storeLogits ? 'all' : 'front');
  const models = wantedTrials(scores, sweep.record, keep);
  const others = [...state.sweeps.values()].filter((other) => other !== sweep);
  for (const { trialId } of scores) {
    for (const run of runsOf(trialId)) {
      if (others.some((other) => other.runs.has(run.run.runId))) continue;
      if (!logits.has(trialId)) run.logits = {};
      if (!models.has(trialId)) run.model = undefined;
    }
  }
}

function meansOf(sweep: MemorySweep, results: readonly RunResult[]): MetricValues {
  const metrics = results.map(({ validation }) => costedMetrics(sweep.record.costs, validation));
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, exactMean(metrics.map((own) => own[name]))]),
  ) as unknown as MetricValues;
}
