import { costedMetrics } from '../../content/costed.js';
import type { RecordedRun, Stretch } from '../../store.js';
import {
  liveEpochs,
  type MemoryRun,
  type MemoryState,
  type MemorySweep,
  runsInOrder,
} from '../memory-state.js';

/** Where a stretch begins and ends; without one, everything. */
export function limitsOf(stretch: Stretch | undefined): readonly [from: number, to?: number] {
  return stretch === undefined ? [0] : [stretch.skip, stretch.skip + stretch.take];
}

/** The runs of a stretch of trials in any state, in the order of the plan, then by seed. */
export function recordedRuns(
  state: MemoryState,
  sweep: MemorySweep,
  stretch: Stretch,
): readonly RecordedRun[] {
  const trials = new Set([...sweep.trials.keys()].slice(...limitsOf(stretch)));
  return runsInOrder(state, sweep)
    .filter(({ run }) => trials.has(run.trialId))
    .map((run) => recordedRun(state, sweep, run));
}

function recordedRun(state: MemoryState, { record }: MemorySweep, own: MemoryRun): RecordedRun {
  const { run, result, error, attempts, durationMs } = own;
  const times = state.attempts.filter(({ runId }) => runId === run.runId);
  const ends = times.flatMap(({ endedAtMs }) => endedAtMs ?? []);
  const live = liveEpochs(own);
  return {
    ...run,
    state: own.state,
    error,
    attempts,
    startedAtMs: times.length === 0 ? null : Math.min(...times.map(({ startedAtMs }) => startedAtMs)),
    endedAtMs: times.length === 0 || ends.length < times.length ? null : Math.max(...ends),
    durationMs,
    result:
      result === undefined
        ? null
        : {
            epochsTrained: result.epochs.length,
            chosenEpoch: result.chosenEpoch,
            stoppedBy: result.stoppedBy,
            validation: {
              loss: result.validation.loss,
              metrics: costedMetrics(record.costs, result.validation),
            },
            test: { loss: result.test.loss, metrics: costedMetrics(record.costs, result.test) },
          },
    epochs: result?.epochs ?? live,
  };
}
