import { dirname } from 'node:path';
import { isPreparedBy } from '../../data/dataset.js';
import { type LoadedData, loadData, type PrepareTable } from '../../data/load-dataset.js';
import { UserError } from '../../errors.js';
import { dataKnobs } from '../../knobs/data-knobs.js';
import { gridPath, LARGE_SWEEP_RUNS, plannedRunCount, planSweep, type SweepPlan } from '../../plan/plan.js';
import { locate } from '../../spec/locate.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { Trainer } from '../../train/trainer.js';
import { chooseTrainers } from './choose-trainer.js';
import { ofRecordedSweep } from './earlier-launch.js';

export interface PrepareOptions {
  /** Overrides the spec. */
  readonly engine?: string | undefined;
  /** The database, to find the engine of a sweep that has begun. */
  readonly db: string;
  /** Allows a very large sweep. */
  readonly yes?: boolean;
  /** Receives, before the data is read, the number of runs of a sweep that was never launched. */
  readonly onNew?: (runs: number) => void;
}

/** A sweep that is ready to be launched. */
export interface PreparedSweep extends Omit<LoadedData, 'prepare' | 'writeFiles'> {
  readonly plan: SweepPlan;
  /** Of each of the spaces of the spec. */
  readonly trainers: readonly Trainer[];
  /** Absent where every configuration has the dataset of the spec. */
  readonly prepare?: PrepareTable;
}

/** Spec → dataset, trainer and plan. Throws UserError for every mistake that can be found before training. */
export async function prepareSweep(spec: SweepSpec, options: PrepareOptions): Promise<PreparedSweep> {
  const runs = plannedRunCount(spec);
  if (runs > LARGE_SWEEP_RUNS && options.yes !== true) {
    throw new UserError(`the grid has ${runs.toLocaleString('en')} runs`, {
      where: locate(spec, gridPath(spec)),
      fix: 'Remove values from the axes, or add --yes to launch all of them.',
    });
  }
  const recordedEngine = await ofRecordedSweep(options.db, spec.name, ({ engine }) => engine);
  if (recordedEngine === undefined) options.onNew?.(runs);
  const [{ prepare, writeFiles: _files, ...loaded }, trainers] = await Promise.all([
    loadData(spec.data, dirname(spec.file), (path) => locate(spec, path)),
    chooseTrainers(spec, { wanted: options.engine, recorded: recordedEngine }),
  ]);
  const plan = planSweep(spec, loaded.dataset, ...trainers.map(({ id }) => id));
  const own = dataKnobs(spec.data);
  const isOther = plan.trials.some(({ config }) => !isPreparedBy(loaded.dataset, own, dataKnobs(config)));
  return { plan, ...loaded, trainers, ...(isOther && { prepare }) };
}
