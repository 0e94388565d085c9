import { METRICS } from '../../metric.js';
import { summarise } from '../../metrics/estimates/seed-statistics.js';
import type { Constraint } from '../../spec/aims.js';
import type { Cohort, ScoredTrial } from '../search.js';
import { upperLimits } from './paired-limits.js';

/** Whom a trial is compared with. */
export interface Compared {
  readonly cohort: Cohort;
  readonly baseline: ScoredTrial | undefined;
}

/** Whether a trial is not shown to break a constraint; what is unknown shows nothing. */
export function mayKeep(trial: ScoredTrial, constraint: Constraint, { cohort, baseline }: Compared): boolean {
  const { metric: name } = constraint;
  if ('margin' in constraint) {
    if (trial === baseline) return true;
    const limitOf = upperLimits(cohort, { name, goal: METRICS[name].goal }, baseline);
    return !(limitOf(trial) < -constraint.margin);
  }
  const { mean, margin } = summarise(trial.scores.map(({ validation }) => validation[name]));
  return constraint.relation === '>='
    ? !(mean + margin < constraint.value)
    : !(mean - margin > constraint.value);
}
