import { dataKnobs } from '../knobs/data-knobs.js';
import { planSweep, type SweepPlan } from '../plan/plan.js';
import { isForProgram } from '../program.js';
import { openStore } from '../store/open-store.js';
import type { SweepReader } from '../store/store.js';
import type { Trial, TrialConfig } from '../sweep.js';
import type { PreparedSweep } from './prepare/prepare-sweep.js';
import { type LaunchOutcome, type RunSweepOptions, runSweep } from './run-sweep.js';

/** A sweep of one configuration, and how to train it. */
export interface ConfigurationTraining
  extends PreparedSweep,
    Omit<RunSweepOptions, keyof PreparedSweep | 'writer'> {}

/** What became of it. */
export interface ConfigurationOutcome extends LaunchOutcome {
  /** Reads the results from memory; they end with the process. */
  readonly reader: SweepReader;
}

let stores = 0;

/** Trains a configuration with the seeds of its plan, as a launch would, and records it in memory alone. Throws what runSweep throws. */
export async function trainConfiguration(training: ConfigurationTraining): Promise<ConfigurationOutcome> {
  const store = openStore(`memory:one configuration ${stores++}`);
  const writer = await store.writer();
  const plan = withoutBaselines(training.plan);
  try {
    return { ...(await runSweep({ ...training, plan, writer })), reader: await store.reader() };
  } finally {
    await writer.close();
  }
}

/** The trial of a plan that has one beside the baselines. */
export function onlyTrial({ trials }: Pick<SweepPlan, 'trials'>): Trial {
  const own = trials.find(({ addedBaseline }) => !addedBaseline);
  if (own === undefined) throw new RangeError('the plan has no configuration');
  return own;
}

function withoutBaselines(plan: SweepPlan): SweepPlan {
  const { trialId } = onlyTrial(plan);
  return {
    ...plan,
    trials: plan.trials.filter((trial) => trial.trialId === trialId),
    runs: plan.runs.filter((run) => run.trialId === trialId),
  };
}

/**
 * The same configuration on training and validation rows together, for so many epochs: nothing stops it early or chooses an epoch, as
 * no row is left for that. It needs a `PreparedSweep` with `allRows`.
 */
export function preparedOnAllRows(prepared: PreparedSweep, epochs: number): PreparedSweep {
  const { plan, allRows, trainers } = prepared;
  const { spec } = plan;
  if (allRows === undefined || spec.data === null) throw new RangeError('prepare the sweep with `allRows`');
  const fixed = { epochs, patience: 0, select: 'last' } as const satisfies Partial<TrialConfig>;
  const { split: _, ...data } = spec.data;
  const settled = {
    ...spec,
    data,
    spaces: spec.spaces.map(({ base, axes, ...space }) => {
      if (isForProgram(base)) throw new RangeError('a program chooses its rows and epochs itself');
      return { ...space, base: { ...base, ...fixed }, axes: axes.filter(({ knob }) => !(knob in fixed)) };
    }),
  };
  const dataset = allRows(dataKnobs(spec.data));
  return {
    plan: planSweep(settled, dataset, ...trainers.map(({ id }) => id)),
    dataset,
    trainers,
    prepare: (knobs) => allRows(knobs),
  };
}
