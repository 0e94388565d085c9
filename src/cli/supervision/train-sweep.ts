import { keptWord } from '../../analysis/choices/kept-word.js';
import { EXIT, tooFewFileHandles } from '../../errors.js';
import { epochWord } from '../../knobs/epoch-word.js';
import { numberIn } from '../../knobs/knob-value.js';
import { checkpointFolder } from '../../run/checkpoints/checkpoint-files.js';
import { dataFolderOf } from '../../run/groups/program-places.js';
import { knownRuns, knownText } from '../../run/prepare/known-runs.js';
import { prepareSweep } from '../../run/prepare/prepare-sweep.js';
import { filesToShip } from '../../run/queue/shipped-files.js';
import { type LaunchOutcome, type RunSweepOptions, runSweep } from '../../run/run-sweep.js';
import { requireSeparable } from '../../run/shard-runs.js';
import {
  StalledThreadError,
  ThreadsLeftError,
  type WaitingThreads,
  waitingThreads,
} from '../../run/threads/worker-pool.js';
import { budgetEndText } from '../../search/budget-end.js';
import { withBudget } from '../../spec/settings/budget.js';
import { openStore } from '../../store/open-store.js';
import type { SweepWriter } from '../../store/store.js';
import { dbWords } from '../../wording/db-words.js';
import { shellWord } from '../../wording/shell-word.js';
import { deadlineOf } from '../options/deadline-option.js';
import { workersOf } from '../options/options.js';
import { nextCommands, retryWords } from '../terminal/next-commands.js';
import { note, noteWarnings } from '../terminal/print.js';
import { exitCodeOf, printError } from '../terminal/print-error.js';
import { createProgress } from '../terminal/progress.js';
import { failedRuns } from './ends/failed-runs.js';
import { printShard } from './ends/print-shard.js';
import { stoppedText } from './ends/stopped-text.js';
import { recordRankedChoices } from './record-choices.js';
import type { ReadLaunch } from './spec-to-launch.js';
import { connectSupervisor, STOP_EXIT, type SupervisorLink } from './supervision.js';

export interface TrainArgs {
  readonly workers?: number | undefined;
  readonly lanes?: number;
  readonly engine?: string;
  readonly db: string;
  /** Configurations that the ranking at the end lists. */
  readonly top: number;
  readonly verbose: boolean;
  readonly yes: boolean;
  /** Workers train, wherever they are. */
  readonly queue?: boolean | undefined;
  /** In place of that of the spec. */
  readonly budget?: string | undefined;
  readonly deadline?: string | undefined;
  readonly checkpointEvery: number;
  readonly stallTimeout: number;
}

/** Trains a sweep in this process, which a supervisor watches, and prints the ranking. */
export async function trainSweep(readLaunch: () => Promise<ReadLaunch>, args: TrainArgs): Promise<void> {
  const supervisor = await connectSupervisor();
  const threads = waitingThreads();
  try {
    const atMs = deadlineOf(args.deadline);
    if (atMs !== undefined) supervisor.tell({ type: 'deadline', atMs });
    const { spec, shard } = await readLaunch();
    const launch = { spec: withBudget(spec, args.budget), shard };
    if (shard !== undefined) requireSeparable(launch.spec);
    await train(launch, args, { supervisor, threads });
  } finally {
    await threads.release();
    supervisor.release();
  }
}

interface Means {
  readonly supervisor: SupervisorLink;
  readonly threads: WaitingThreads;
}

async function train(
  { spec, shard }: ReadLaunch,
  args: TrainArgs,
  { supervisor, threads }: Means,
): Promise<void> {
  const workers = workersOf(args, spec);
  const { plan, dataset, splits, prepare, trainers, writeFiles } = await prepareSweep(spec, {
    ...args,
    workers,
    firstRun: {
      folder: checkpointFolder(args.db),
      signal: supervisor.stop,
      stallMs: args.stallTimeout * 1000,
      stopCode: () => STOP_EXIT[supervisor.received() ?? 'SIGTERM'],
      onNote: note,
      // No run of the sweep yet: one that ends the process would do so again.
      onBegin: () => supervisor.tell({ type: 'training', change: 'begin', runIds: [] }),
    },
    onNew: (runs) => {
      if (args.queue !== true) threads.start(Math.min(workers, runs));
    },
  }).catch((error: unknown) => endedByForce(error, supervisor));
  noteWarnings(plan.warnings);
  const known = knownText(await knownRuns(args.db, plan), plan);
  if (known !== undefined) note(`${known}.`);
  const progress = createProgress({
    verbose: args.verbose,
    spec: plan.spec,
    word: epochWord(plan.trials.map(({ config }) => config)),
    retry: retryWords(args.db, spec.name),
  });
  supervisor.stop.addEventListener('abort', progress.close, { once: true });
  const queue = args.queue === true ? { files: await filesToShip(plan.spec) } : undefined;
  if (queue !== undefined) note(`Workers train it: focalsweep worker --db ${shellWord(args.db)}`);
  const writer = await openStore(args.db).writer((text) => progress.show({ type: 'note', text }));
  let summary: LaunchOutcome;
  const loadRanking = rankingLoader();
  try {
    summary = await runSweep({
      plan,
      dataset,
      splits,
      prepare,
      writeFiles,
      trainers,
      writer,
      workers,
      queue,
      threads,
      shard,
      onProgress: (event) => {
        progress.show(event);
        // By then all threads have work, so none waits for it.
        if (event.type === 'epoch') loadRanking();
      },
      ...watchedTraining(args, supervisor),
    });
  } catch (error) {
    progress.close();
    await closeQuietly(writer);
    if (error instanceof StalledThreadError) await supervisor.endByForce({ type: 'restart' });
    return endedByForce(error, supervisor);
  }
  progress.end(summary);
  progress.close();
  await writer.close();
  const cause = supervisor.received();
  if (cause !== undefined || summary.stopRequested) {
    note(stoppedText(cause ?? 'focalsweep stop', summary, { spec, shard, db: args.db }));
    process.exitCode = STOP_EXIT[cause ?? 'SIGTERM'];
    if (summary.threadsLeft) await supervisor.endByForce({ type: 'exit', code: process.exitCode });
    return;
  }
  supervisor.tell({ type: 'trained' });
  if (summary.budgetEnd !== undefined) {
    note(
      `${budgetEndText(summary.budgetEnd)}. To go on: focalsweep launch ${shellWord(spec.file)}${dbWords(args.db)} --budget none, or a larger one.`,
    );
  }
  if (summary.failed > 0) {
    process.exitCode = EXIT.someRunsFailed;
    note(await failedRuns(args.db, spec.name));
  }
  if (shard !== undefined) {
    const { runs, alreadyComplete, complete } = summary;
    printShard({ db: args.db, sweep: spec.name, shard, runs, complete: alreadyComplete + complete });
    return;
  }
  const { printRanking } = await loadRanking().catch((error: unknown) => {
    throw tooFewFileHandles(error) ?? error;
  });
  const ranked = await printRanking({
    ...args,
    sweep: spec.name,
    threads: threads.take(),
  });
  await recordRankedChoices(args.db, ranked);
  const gammas = plan.trials.flatMap(({ config }) => numberIn(config, 'gamma') ?? []);
  const isFocal = gammas.some((gamma) => gamma >= 2);
  const best = keptWord(spec.keep, ranked);
  note(nextCommands({ db: args.db, sweep: spec.name, specFile: spec.file, isFocal, best }));
}

/** Loads what ends a launch, once; a failure is reported only to those who wait for it. */
function rankingLoader(): () => Promise<typeof import('./print-ranking.js')> {
  let loading: Promise<typeof import('./print-ranking.js')> | undefined;
  return () => {
    if (loading === undefined) {
      loading = import('./print-ranking.js');
      loading.catch(() => {});
    }
    return loading;
  };
}

/** What training takes from the options of a command and from the process that watches it. */
export function watchedTraining(
  {
    checkpointEvery,
    db,
    lanes,
    stallTimeout,
  }: Pick<TrainArgs, 'checkpointEvery' | 'db' | 'lanes' | 'stallTimeout'>,
  supervisor: SupervisorLink,
) {
  return {
    lanes,
    dataFolder: dataFolderOf(db),
    checkpoints: { folder: checkpointFolder(db), everyMs: checkpointEvery * 1000 },
    stallMs: stallTimeout * 1000,
    signal: supervisor.stop,
    // Who presses Ctrl-C waits for it.
    savesFirst: () => !['SIGINT', undefined].includes(supervisor.received()),
    crash: supervisor.crash,
    onTraining: (change, runIds) => supervisor.tell({ type: 'training', change, runIds }),
  } satisfies Partial<RunSweepOptions>;
}

/** Threads that do not end keep their process from ending. */
export async function endedByForce(error: unknown, supervisor: SupervisorLink): Promise<never> {
  if (!(error instanceof ThreadsLeftError)) throw error;
  printError(error.cause);
  return supervisor.endByForce({ type: 'exit', code: exitCodeOf(error.cause) });
}

/** The error that ended training matters more than one from closing; claims that are left run out. */
export async function closeQuietly(writer: SweepWriter): Promise<void> {
  try {
    await writer.close();
  } catch {
    // the first error is reported
  }
}
