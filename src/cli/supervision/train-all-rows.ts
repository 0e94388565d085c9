import { findRanked } from '../../analysis/facts/find-configuration.js';
import { choosingOf } from '../../analysis/facts/sweep-facts.js';
import { pointLabel } from '../../analysis/point-label.js';
import { allRowsReport, medianEpoch } from '../../analysis/shown/all-rows-report.js';
import { classSupport, type Dataset } from '../../data/dataset.js';
import { EXIT, UserError } from '../../errors.js';
import { epochWord } from '../../knobs/epoch-word.js';
import { ofRecordedSweep } from '../../run/prepare/earlier-launch.js';
import type { PreparedSweep } from '../../run/prepare/prepare-sweep.js';
import { onlyTrial, preparedOnAllRows } from '../../run/train-configuration.js';
import { isUnconstrained } from '../../spec/aims.js';
import type { Setting } from '../../spec/settings/setting.js';
import { settingText, settledSpec } from '../../spec/settings/settled-spec.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { SweepReader } from '../../store/store.js';
import type { Run, RunResult, SpacePoint } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { seedList } from '../../wording/numbers.js';
import { note, noteWarnings } from '../terminal/print.js';
import { printView } from '../terminal/print-view.js';
import {
  followTraining,
  prepareConfiguration,
  type SessionWork,
  type TrainSession,
  writeModel,
} from './train-session.js';

/** Trains a configuration on training and validation rows together, and says what that changes. */
export const trainAllRows: SessionWork = async (given, settings, session) => {
  const { args } = session;
  const chosen = settings.length > 0 ? settings : await settingsOfBest(given, args.db);
  const seeds = args.seed === undefined ? given.seeds : [args.seed];
  const prepared = await prepareConfiguration(settledSpec(given, chosen), seeds, session);
  noteWarnings(prepared.plan.warnings);
  const before = await resultsBefore(prepared, session);
  if (before === null) return;
  const epochs = medianEpoch([...before.values()]);
  const { config, point } = onlyTrial(prepared.plan);
  const word = epochWord([config]);
  note(`On training and validation rows together, ${counted(epochs, word)}:`);
  const all = preparedOnAllRows(prepared, epochs);
  const outcome = await followTraining(all, session, false);
  if (outcome === null) return;
  const runs = ownRuns(all);
  const after = await resultsOf(outcome.reader, runs);
  requireAll(runs, after, 'all rows');
  const report = allRowsReport(
    { model: config.model, point, epochs, classes: classRows(prepared.dataset, all.dataset) },
    runs.flatMap(({ seed }) => {
      const [old, fresh] = [before.get(seed), after.get(seed)];
      return old === undefined || fresh === undefined ? [] : [{ seed, before: old, after: fresh }];
    }),
  );
  await printView('allRows', report, { format: args.format });
  await writeModel(
    outcome.reader,
    runs.map(({ runId }) => runId),
    args.out,
  );
};

/** The settings of the configuration that is chosen for the first aim without constraints, or ranks first; none where the sweep was not launched. */
async function settingsOfBest({ name }: SweepSpec, db: string): Promise<readonly Setting[]> {
  const settings = await ofRecordedSweep(db, name, async ({ complete }, reader) => {
    const { choose } = choosingOf(await reader.sweep(name));
    const aim = choose.find(isUnconstrained);
    const found = complete === 0 ? null : await findRanked(reader, `#${aim?.name ?? 1}`, name);
    const trial =
      found === null ? undefined : (await reader.trials(name)).find(({ trialId }) => trialId === found.id);
    if (trial === undefined) return [];
    const { point, space } = trial;
    note(`No --set is given, so ${found?.name} it is: ${pointLabel(point)}.`);
    const placed: SpacePoint = { ...point, ...(space !== undefined && { space }) };
    return Object.entries(placed).map(([knob, value]) => ({
      name: knob,
      value,
      text: `${knob}=${settingText(value)}`,
    }));
  });
  return settings ?? [];
}

/** What the seeds reached with validation rows, by seed: as recorded, or trained now; null after a stop. */
async function resultsBefore(
  prepared: PreparedSweep,
  session: TrainSession,
): Promise<ReadonlyMap<number, RunResult> | null> {
  const { plan } = prepared;
  const runs = ownRuns(prepared);
  const { db } = session.args;
  const recorded = await ofRecordedSweep(db, plan.spec.name, (_, reader) => resultsOf(reader, runs));
  const known = recorded ?? new Map<number, RunResult>();
  const missing = runs.filter(({ seed }) => !known.has(seed));
  if (known.size > 0) note(`Results of seeds ${seedList([...known.keys()])} are in ${db}.`);
  if (missing.length === 0) return known;
  note(`To find the number of ${epochWord([onlyTrial(plan).config])}s, first with validation rows:`);
  const outcome = await followTraining({ ...prepared, plan: { ...plan, runs: missing } }, session);
  if (outcome === null) return null;
  const trained = await resultsOf(outcome.reader, missing);
  requireAll(missing, trained, 'the training rows');
  return new Map([...known, ...trained]);
}

function ownRuns({ plan }: PreparedSweep): readonly Run[] {
  const { trialId } = onlyTrial(plan);
  return plan.runs.filter((run) => run.trialId === trialId);
}

async function resultsOf(reader: SweepReader, runs: readonly Run[]): Promise<ReadonlyMap<number, RunResult>> {
  const results = new Map<number, RunResult>();
  for (const { runId, seed } of runs) {
    if ((await reader.find(runId)) === null) continue;
    const { result } = await reader.run(runId);
    if (result !== null) results.set(seed, result);
  }
  return results;
}

function requireAll(runs: readonly Run[], results: ReadonlyMap<number, RunResult>, rows: string): void {
  const failed = runs.filter(({ seed }) => !results.has(seed));
  if (failed.length === 0) return;
  throw new UserError(`seeds ${seedList(failed.map(({ seed }) => seed))} gave no model on ${rows}`, {
    fix: 'The lines above say why. Change the settings, or train other seeds.',
    exitCode: EXIT.someRunsFailed,
  });
}

function classRows(before: Dataset, after: Dataset) {
  const [old, fresh] = [classSupport(before, 'train'), classSupport(after, 'train')];
  return before.classNames.map((name, cls) => ({
    name,
    rare: before.rareClasses.includes(cls),
    before: old[cls] ?? 0,
    after: fresh[cls] ?? 0,
  }));
}
