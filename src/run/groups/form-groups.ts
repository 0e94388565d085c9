import type { Trainer } from '../../train/trainer.js';
import type { PlannedRun } from './follow-group.js';

/** Groups of runs that can train together, at most `size` of them, in the order of the plan. */
export function formGroups(
  waiting: readonly PlannedRun[],
  trainer: Pick<Trainer, 'groupKey'>,
  size: number,
): readonly (readonly PlannedRun[])[] {
  const groups: PlannedRun[][] = [];
  const open = new Map<string, PlannedRun[]>();
  for (const planned of waiting) {
    const key = trainer.groupKey(planned.trial.config);
    const group = open.get(key);
    if (group === undefined || group.length >= size) {
      const fresh = [planned];
      groups.push(fresh);
      open.set(key, fresh);
    } else {
      group.push(planned);
    }
  }
  return groups;
}
