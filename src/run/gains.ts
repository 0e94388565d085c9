import type { MetricValues } from '../metric.js';
import { GOAL_SIGNS } from '../metrics/selection.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import type { Run, Trial } from '../sweep.js';
import { byTrial, withBaselinesAmong } from './spending.js';

/** Configurations between two looks at the results. */
const LOOK_AFTER = 10;

/** Whether a search that draws still finds better configurations. */
export interface Gains {
  /** Runs in parts, before each of which patience may be over; one part without such a limit. */
  parts(runs: readonly Run[]): readonly (readonly Run[])[];
  /** Whether the last ones of some configurations, in their order, brought no gain. Those without a result do not count. */
  isPatienceOver(done: readonly Run[], scores: ReadonlyMap<string, MetricValues>): boolean;
}

/** What it finds depends on the plan and on results alone. */
export function createGains(spec: SweepSpec, trialOf: (trialId: string) => Trial): Gains {
  const { metric, equivalent } = spec;
  const patience = spec.budget?.patience ?? Number.POSITIVE_INFINITY;
  return {
    parts(runs) {
      if (patience === Number.POSITIVE_INFINITY) return [runs];
      const ofTrial = byTrial(runs);
      const order = withBaselinesAmong([...ofTrial.keys()].map(trialOf)).map(({ trialId }) => trialId);
      const parts = Array.from({ length: Math.ceil(order.length / LOOK_AFTER) }, (_, at) =>
        order.slice(at * LOOK_AFTER, (at + 1) * LOOK_AFTER),
      );
      return parts.map((part) => part.flatMap((id) => ofTrial.get(id) ?? []));
    },
    isPatienceOver(done, scores) {
      const ofTrial = new Map<string, number[]>();
      for (const { runId, trialId } of done) {
        const value = scores.get(runId)?.[metric.name];
        if (value !== undefined && Number.isFinite(value))
          ofTrial.set(trialId, [...(ofTrial.get(trialId) ?? []), GOAL_SIGNS[metric.goal] * value]);
      }
      let [best, without] = [Number.NEGATIVE_INFINITY, 0];
      for (const values of ofTrial.values()) {
        const mean = values.reduce((sum, own) => sum + own, 0) / values.length;
        without = mean > best + equivalent ? 0 : without + 1;
        if (without === 0) best = mean;
      }
      return without >= patience;
    },
  };
}
