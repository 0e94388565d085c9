import { METRIC_NAMES, type MetricValues } from '../../metric.js';
import { exactMean } from '../../metrics/estimates/exact-mean.js';
import type { RunResult } from '../../sweep.js';
import { costedMetrics } from '../content/costed.js';
import { wantedTrials } from '../content/wanted-trials.js';
import { type MemoryState, type MemorySweep, runsInOrder } from './memory-state.js';

/** Removes the logits of a sweep's finished trials that no report will need, unless another sweep has the run. */
export function dropUnwantedLogits(state: MemoryState, sweep: MemorySweep): void {
  if (sweep.record.storeLogits === true) return;
  const runs = runsInOrder(state, sweep);
  const runsOf = (trialId: string) => runs.filter(({ run }) => run.trialId === trialId);
  const scores = [...sweep.trials].flatMap(([trialId, { config }]) => {
    const results = runsOf(trialId).map(({ result }) => result);
    const finished = results.filter((result) => result !== undefined);
    return finished.length < results.length ? [] : [{ trialId, config, means: meansOf(sweep, finished) }];
  });
  const wanted = wantedTrials(scores, { baseline: null, ...sweep.record });
  const others = [...state.sweeps.values()].filter((other) => other !== sweep);
  for (const { trialId } of scores.filter((score) => !wanted.has(score.trialId))) {
    for (const run of runsOf(trialId)) {
      if (!others.some((other) => other.runs.has(run.run.runId))) run.logits = {};
    }
  }
}

function meansOf(sweep: MemorySweep, results: readonly RunResult[]): MetricValues {
  const metrics = results.map(({ validation }) => costedMetrics(sweep.record.costs, validation));
  return Object.fromEntries(
    METRIC_NAMES.map((name) => [name, exactMean(metrics.map((own) => own[name]))]),
  ) as unknown as MetricValues;
}
