import { laneKey } from '../train/network/train-runs.js';
import type { PlannedRun } from './follow-group.js';

/** Runs that can train as one program, at most `lanes` of them, in the order of the plan. */
export function laneGroups(
  waiting: readonly PlannedRun[],
  lanes: number,
): readonly (readonly PlannedRun[])[] {
  const groups: PlannedRun[][] = [];
  const open = new Map<string, PlannedRun[]>();
  for (const planned of waiting) {
    const key = laneKey(planned.trial.config);
    const group = open.get(key);
    if (group === undefined || group.length >= lanes) {
      const fresh = [planned];
      groups.push(fresh);
      open.set(key, fresh);
    } else {
      group.push(planned);
    }
  }
  return groups;
}
