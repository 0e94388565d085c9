import type { Trial } from '../../sweep.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { datasetChoice, type PlannedRun } from './follow-group.js';
import { datasetKey } from './run-datasets.js';

/** What decides which runs can train together. */
export interface Grouping {
  readonly trainerOf: (trial: Trial) => Pick<AnyTrainer, 'groupKey' | 'groupSize' | 'id' | 'program'>;
  /** Seeds have splits of their own, so that only runs of one seed can train together. */
  readonly isSplitPerSeed: boolean;
}

/** The trainer of each trial, by its id. */
export function trainersById(trainers: readonly AnyTrainer[]): Grouping['trainerOf'] {
  const byId = new Map(trainers.map((trainer) => [trainer.id, trainer]));
  return ({ engine }) => {
    const trainer = byId.get(engine);
    if (trainer === undefined) throw new RangeError(`the plan needs the trainer ${engine}`);
    return trainer;
  };
}

/** Runs of programs train alone: a process or a module has one. */
function sizeOf({ program, groupSize }: Pick<AnyTrainer, 'groupSize' | 'program'>, size = groupSize): number {
  return program === undefined ? size : 1;
}

/** Groups of runs that can train together, at most `size` of them or what their trainer prefers, in the order of the runs. */
export function formGroups(
  waiting: readonly PlannedRun[],
  { trainerOf, isSplitPerSeed }: Grouping,
  size?: number,
): readonly (readonly PlannedRun[])[] {
  const groups: PlannedRun[][] = [];
  const open = new Map<string, PlannedRun[]>();
  for (const planned of waiting) {
    const { engine, config } = planned.trial;
    const trainer = trainerOf(planned.trial);
    const key = `${datasetKey(datasetChoice(planned), isSplitPerSeed)} ${engine} ${trainer.groupKey(config)}`;
    const group = open.get(key);
    if (group === undefined || group.length >= sizeOf(trainer, size)) {
      const fresh = [planned];
      groups.push(fresh);
      open.set(key, fresh);
    } else {
      group.push(planned);
    }
  }
  return groups;
}
