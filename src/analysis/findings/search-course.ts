import type { Metric } from '../../metric.js';
import type { Configuration } from '../ranking/configuration.js';
import type { TimelineEntry } from './findings.js';

/** The metric of every finished run in the order in which they finished; in rank order if times are not recorded. */
export function searchCourse(
  configurations: readonly Configuration[],
  timeline: readonly TimelineEntry[],
  { name }: Metric,
): readonly number[] {
  const values = new Map(
    configurations.flatMap(({ runs }) => runs.map((run) => [run.runId, run.validation[name]] as const)),
  );
  const finished = timeline
    .flatMap(({ runId, endMs, finished }) => (endMs === null || !finished ? [] : [{ runId, endMs }]))
    .toSorted((a, b) => a.endMs - b.endMs)
    .flatMap(({ runId }) => values.get(runId) ?? []);
  return finished.length > 0 ? finished : [...values.values()];
}
