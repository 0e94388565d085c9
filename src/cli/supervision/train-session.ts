import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import { epochWord } from '../../knobs/epoch-word.js';
import { decodeModel, encodeModel } from '../../model/file/model-file.js';
import { planWarnings } from '../../plan/warnings.js';
import { isForProgram } from '../../program.js';
import { type PreparedSweep, prepareSweep } from '../../run/prepare/prepare-sweep.js';
import { StalledThreadError, ThreadsLeftError } from '../../run/threads/worker-pool.js';
import { type ConfigurationOutcome, onlyTrial, trainConfiguration } from '../../run/train-configuration.js';
import { readSpec } from '../../spec/parse-spec.js';
import { parseSetting, type Setting } from '../../spec/settings/setting.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import type { SweepReader } from '../../store/store.js';
import type { FormatOf } from '../../views/renderer.js';
import { seedList } from '../../wording/numbers.js';
import { shellWord } from '../../wording/shell-word.js';
import { workersOf } from '../options/options.js';
import { explainWrite, prepareFile } from '../pages/export-files.js';
import { retryWords } from '../terminal/next-commands.js';
import { note } from '../terminal/print.js';
import { createProgress } from '../terminal/progress.js';
import { connectSupervisor, STOP_EXIT, type SupervisorLink } from './supervision.js';
import { endedByForce } from './train-sweep.js';

export interface TrainOneArgs {
  readonly spec: string;
  /** Settings as `name=value`. */
  readonly set: readonly string[];
  readonly seed?: number;
  readonly allRows: boolean;
  readonly out?: string;
  readonly force: boolean;
  readonly workers?: number;
  readonly engine?: string;
  readonly format: FormatOf<'trained'>;
  readonly db: string;
}

/** A call of the command. */
export interface TrainSession {
  readonly args: TrainOneArgs;
  readonly supervisor: SupervisorLink;
  /** Has the folders of programs; it ends with the call. */
  readonly folder: string;
}

/** What a session does with a spec and the settings beside it. */
export type SessionWork = (
  spec: SweepSpec,
  settings: readonly Setting[],
  session: TrainSession,
) => Promise<void>;

/** Does the work of a call in this process, which a supervisor watches. */
export async function withSession(args: TrainOneArgs, work: SessionWork): Promise<void> {
  const supervisor = await connectSupervisor();
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-train-'));
  try {
    const spec = readSpec(args.spec);
    const settings = args.set.map(parseSetting);
    if (args.out !== undefined) prepareFile(args.out, args);
    await work(spec, settings, { args, supervisor, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    supervisor.release();
  }
}

/** A settled spec with its data, its trainer and these seeds. Throws UserError for seeds that have no split. */
export async function prepareConfiguration(
  spec: SweepSpec,
  seeds: readonly number[],
  { args, supervisor, folder }: TrainSession,
): Promise<PreparedSweep> {
  refuseProgramModel(spec, args);
  const split = spec.data?.split;
  const hasFolds = split !== undefined && 'folds' in split && split.folds !== undefined;
  const strange = hasFolds ? seeds.find((seed) => !spec.seeds.includes(seed)) : undefined;
  if (strange !== undefined) {
    throw new UserError(`there is no fold ${strange}: the seeds of the spec are ${seedList(spec.seeds)}`, {
      where: `--seed ${strange}`,
      fix: 'Choose one of them.',
    });
  }
  const keep = args.out === undefined ? 'none' : 'all';
  const prepared = await prepareSweep(
    { ...spec, seeds, keep },
    {
      db: args.db,
      engine: args.engine,
      allRows: args.allRows,
      workers: workersOf(args, spec),
      firstRun: {
        folder,
        signal: supervisor.stop,
        stallMs: STALL_MS,
        stopCode: () => STOP_EXIT[supervisor.received() ?? 'SIGTERM'],
        onNote: note,
        onBegin: () => supervisor.tell({ type: 'training', change: 'begin', runIds: [] }),
      },
    },
  ).catch((error: unknown) => endedByForce(error, supervisor));
  const { plan, dataset } = prepared;
  const [own, given] = [plan.spec, { ...plan.spec, seeds: spec.seeds }].map((one) =>
    planWarnings(one, dataset),
  );
  // That a sweep of so few seeds shows little is no news here.
  const warnings = plan.warnings.filter(
    (text) => given?.includes(text) === true || own?.includes(text) !== true,
  );
  return { ...prepared, plan: { ...plan, warnings } };
}

const STALL_MS = 300_000;

function refuseProgramModel({ spaces }: SweepSpec, { out, allRows }: TrainOneArgs): void {
  if (!spaces.some(({ base }) => isForProgram(base)) || (out === undefined && !allRows)) return;
  throw new UserError(
    allRows
      ? 'a program of your own chooses its rows and epochs itself'
      : 'the models of a program of your own are not known',
    {
      where: allRows ? '--all-rows' : `--out ${out}`,
      fix: allRows ? 'Leave --all-rows out.' : 'Let the program save its model, and leave --out out.',
    },
  );
}

/** Trains, and shows every epoch of a single run on stderr; null after a stop. `validates` is false on all rows. */
export async function followTraining(
  prepared: PreparedSweep,
  { args, supervisor, folder }: TrainSession,
  validates = true,
): Promise<ConfigurationOutcome | null> {
  const { plan, trainers } = prepared;
  const trial = onlyTrial(plan);
  const progress = createProgress({
    verbose: plan.runs.filter(({ trialId }) => trialId === trial.trialId).length === 1,
    validates,
    spec: plan.spec,
    word: epochWord([trial.config]),
    retry: retryWords(args.db, plan.spec.name),
  });
  // No run is named: one that ends the process would do so again.
  supervisor.tell({ type: 'training', change: 'begin', runIds: [] });
  const isProgram = trainers.some(({ program }) => program !== undefined);
  const outcome = await trainConfiguration({
    ...prepared,
    workers: Math.min(workersOf(args, plan.spec), plan.spec.seeds.length),
    onProgress: progress.show,
    signal: supervisor.stop,
    stallMs: STALL_MS,
    ...(isProgram && { checkpoints: { folder, everyMs: STALL_MS }, dataFolder: join(folder, 'data') }),
  }).catch((error: unknown) =>
    endedByForce(error instanceof StalledThreadError ? new ThreadsLeftError(error) : error, supervisor),
  );
  progress.end(outcome);
  const signal = supervisor.received();
  if (signal === undefined) return outcome;
  note(`Stopped by ${signal}. Nothing is kept: the next call trains from the beginning.`);
  process.exitCode = STOP_EXIT[signal];
  if (outcome.threadsLeft) await supervisor.endByForce({ type: 'exit', code: process.exitCode });
  return null;
}

/** Writes the models of runs as one model file, whose probabilities are their mean. */
export async function writeModel(
  reader: SweepReader,
  runIds: readonly string[],
  out: string | undefined,
): Promise<void> {
  if (out === undefined) return;
  const files = await Promise.all(runIds.map((runId) => reader.model(runId)));
  const models = files.flatMap((file) => (file === null ? [] : [decodeModel(file)]));
  const [first] = models;
  if (first === undefined) throw new Error('no run has kept its model');
  const bytes = encodeModel({ ...first, members: models.flatMap(({ members }) => members) });
  await explainWrite(out, async () => writeFileSync(out, bytes));
  note(`Model written to ${out}. It predicts: focalsweep predict ${shellWord(out)} new.csv`);
}
