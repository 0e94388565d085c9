import { isCostMetric } from '../metric.js';
import { isForProgram } from '../program.js';
import { GRACE_EPOCHS, mostEpochs } from '../spec/stop/stop-of.js';
import type { SweepSpec } from '../spec/sweep-spec.js';

/** A larger grid trains mostly configurations that nobody will choose. */
const MANY_RUNS = 300;

/** What to write into a spec that `wouldStopEarly`. */
export const STOP_EARLY = { type: 'halving_then_racing' } as const;

/** Whether STOP_EARLY would save much of a sweep of so many runs: nothing is dropped early, and there is much to drop. */
export function wouldStopEarly({ stop, method, metric, spaces }: SweepSpec, runs: number): boolean {
  return (
    runs > MANY_RUNS &&
    stop.type === 'none' &&
    method === 'grid' &&
    !isCostMetric(metric.name) &&
    spaces.some(({ base }) => !isForProgram(base)) &&
    mostEpochs(spaces) > GRACE_EPOCHS
  );
}

/** What a plan says of such a sweep. */
export function trainedInFull(spec: SweepSpec, runs: number): readonly string[] {
  if (!wouldStopEarly(spec, runs)) return [];
  return [
    `all ${runs.toLocaleString('en')} runs train in full. With \`stop: {type: ${STOP_EARLY.type}}\` weak configurations end after a few epochs of one seed, and further seeds go to those that can still be chosen; \`plan\` says what that usually costs.`,
  ];
}
