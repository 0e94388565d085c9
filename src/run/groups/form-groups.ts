import type { Trainer } from '../../train/trainer.js';
import { datasetChoice, type PlannedRun } from './follow-group.js';
import { datasetKey } from './run-datasets.js';

/** What decides which runs can train together. */
export interface Grouping {
  readonly trainer: Pick<Trainer, 'groupKey'>;
  /** Seeds have splits of their own, so that only runs of one seed can train together. */
  readonly isSplitPerSeed: boolean;
}

/** Groups of runs that can train together, at most `size` of them, in the order of the runs. */
export function formGroups(
  waiting: readonly PlannedRun[],
  { trainer, isSplitPerSeed }: Grouping,
  size: number,
): readonly (readonly PlannedRun[])[] {
  const groups: PlannedRun[][] = [];
  const open = new Map<string, PlannedRun[]>();
  for (const planned of waiting) {
    const ofConfig = trainer.groupKey(planned.trial.config);
    const key = `${datasetKey(datasetChoice(planned), isSplitPerSeed)} ${ofConfig}`;
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
