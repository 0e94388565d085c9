import type { Dataset } from '../../data/dataset.js';
import { toldDataset } from '../../data/told-dataset.js';
import { planSweep, type SweepPlan } from '../../plan/plan.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { DatasetRecord } from '../../store/store.js';
import type { AnyTrainer } from '../../train/trainer.js';
import { adoptAnswer, type FirstRunOptions, trainFirstRun } from './first-run.js';

/** What a sweep without `data:` learns its labels from. */
export interface ToldSource {
  readonly spec: SweepSpec;
  readonly trainers: readonly AnyTrainer[];
  /** The dataset of an earlier launch. */
  readonly recorded: DatasetRecord | undefined;
  /** Without them the labels stay unknown, which is enough to look at a plan. */
  readonly firstRun: FirstRunOptions | undefined;
}

/** The dataset of a sweep without `data:`, and its plan: as recorded, or as its first run tells. Throws UserError. */
export async function toldData({ spec, trainers, recorded, firstRun }: ToldSource): Promise<{
  readonly dataset: Dataset;
  readonly plan: SweepPlan;
}> {
  const ids = trainers.map(({ id }) => id);
  const planOn = (dataset: Dataset) => ({ dataset, plan: planSweep(spec, dataset, ...ids) });
  const source = sourceOf(spec);
  if (recorded !== undefined) {
    const { classNames, validationLabels: validation, testLabels: test } = recorded;
    return planOn(toldDataset(classNames.length === 0 ? null : { classNames, validation, test }, source));
  }
  const unknown = planOn(toldDataset(null, source));
  if (firstRun === undefined) return unknown;
  const { told, run } = await trainFirstRun(unknown.plan, trainers, firstRun);
  const known = planOn(toldDataset(told, source));
  const at = unknown.plan.runs.indexOf(run);
  adoptAnswer(firstRun.folder, run.runId, known.plan.runs[at]?.runId ?? run.runId);
  return known;
}

/** The program as people know it. */
function sourceOf({ spaces }: SweepSpec): string {
  const names = spaces.flatMap(({ trainer }) => {
    if (typeof trainer === 'string') return [];
    return trainer.type === 'command' ? [trainer.words.join(' ')] : [trainer.file];
  });
  return [...new Set(names)].join(', ');
}
