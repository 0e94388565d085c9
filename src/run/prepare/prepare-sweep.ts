import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { isPreparedBy } from '../../data/dataset.js';
import type { WriteFiles } from '../../data/files/data-files.js';
import { type LoadedData, loadData, type PrepareTable } from '../../data/load-dataset.js';
import { UserError } from '../../errors.js';
import { dataKnobs, dataKnobsOf } from '../../knobs/data-knobs.js';
import {
  fewerTrials,
  LARGE_SWEEP_RUNS,
  plannedRunCount,
  planSweep,
  type SweepPlan,
  sizePath,
} from '../../plan/plan.js';
import { locate } from '../../spec/locate.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { withCommas } from '../../wording/numbers.js';
import { requireUsableNumbers } from '../sweep-options.js';
import { chooseTrainers } from './choose-trainer.js';
import { ofRecordedSweep } from './earlier-launch.js';
import type { FirstRunOptions } from './first-run.js';
import { toldData } from './told-data.js';

export interface PrepareOptions {
  /** Overrides the spec. */
  readonly engine?: string | undefined;
  /** The database, to find the engine of a sweep that has begun. */
  readonly db: string;
  /** Allows a very large sweep. */
  readonly yes?: boolean;
  /** How many runs train at the same time. */
  readonly workers?: number;
  /** Trains the first run of a sweep without `data:`, which tells the labels; without it they stay unknown. */
  readonly firstRun?: FirstRunOptions;
  /** Receives, before the data is read, the number of runs of a sweep that was never launched. */
  readonly onNew?: (runs: number) => void;
  /** Whether to keep what training on all rows needs, which holds the table. */
  readonly allRows?: boolean;
}

/** A sweep that is ready to be launched. */
export interface PreparedSweep extends Omit<LoadedData, 'prepare' | 'writeFiles' | 'allRows' | 'rawDigest'> {
  readonly plan: SweepPlan;
  /** Of each of the spaces of the spec. */
  readonly trainers: readonly AnyTrainer[];
  /** Absent where every configuration has the dataset of the spec. */
  readonly prepare?: PrepareTable;
  /** Absent where no command trains. */
  readonly writeFiles?: WriteFiles;
  /** Present if it was asked for and there is a table. */
  readonly allRows?: LoadedData['allRows'];
}

/** Spec → dataset, trainer and plan. Throws UserError for every mistake that can be found before training. */
export async function prepareSweep(spec: SweepSpec, options: PrepareOptions): Promise<PreparedSweep> {
  const { engine: wanted, workers = availableParallelism() } = options;
  requireUsableNumbers({ workers });
  const runs = plannedRunCount(spec);
  if (runs > LARGE_SWEEP_RUNS && options.yes !== true) {
    throw new UserError(`the sweep has ${withCommas(runs)} runs`, {
      where: locate(spec, sizePath(spec)),
      fix: `${fewerTrials(spec)}, or add --yes to launch all of them.`,
    });
  }
  const recorded = await ofRecordedSweep(options.db, spec.name, async ({ engine }, reader) => ({
    engine,
    dataset: spec.data === null ? (await reader.sweep(spec.name)).dataset : undefined,
  }));
  if (recorded === undefined) options.onNew?.(runs);
  const choosing = chooseTrainers(spec, { wanted, recorded: recorded?.engine, workers });
  if (spec.data === null) {
    const { trainers, warnings } = await choosing;
    const { firstRun } = options;
    const { dataset, plan } = await toldData({ spec, trainers, recorded: recorded?.dataset, firstRun });
    return { plan: warned(plan, warnings), dataset, trainers };
  }
  const [{ prepare, writeFiles, allRows, rawDigest, ...loaded }, { trainers, warnings }] = await Promise.all([
    loadData(spec.data, dirname(spec.file), (path) => locate(spec, path)),
    choosing,
  ]);
  const isWritten = trainers.some(({ program }) => program?.type === 'command');
  const dataset = { ...loaded.dataset, ...(isWritten && { rawDigest: rawDigest() }) };
  const plan = planSweep(spec, dataset, ...trainers.map(({ id }) => id));
  const own = dataKnobs(spec.data);
  const isOther = plan.trials.some(({ config }) => !isPreparedBy(dataset, own, dataKnobsOf(config)));
  return {
    plan: warned(plan, warnings),
    ...loaded,
    dataset,
    trainers,
    ...(isOther && { prepare }),
    ...(isWritten && { writeFiles }),
    ...(options.allRows === true && { allRows }),
  };
}

function warned(plan: SweepPlan, warnings: readonly string[]): SweepPlan {
  return { ...plan, warnings: [...plan.warnings, ...warnings] };
}
