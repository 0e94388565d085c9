import { EXIT } from '../errors.js';
import { checkpointFolder } from '../run/checkpoint-files.js';
import { prepareSweep } from '../run/prepare-sweep.js';
import { runSweep, type SweepSummary } from '../run/run-sweep.js';
import {
  StalledThreadError,
  ThreadsLeftError,
  type WaitingThreads,
  waitingThreads,
} from '../run/worker-pool.js';
import type { SweepSpec } from '../spec/sweep-spec.js';
import { openWriter } from '../store/sqlite-store.js';
import type { SweepWriter } from '../store/store.js';
import { dbOption } from './options.js';
import { note, print, terminalWidth } from './print.js';
import { exitCodeOf, printError } from './print-error.js';
import { createProgress } from './progress.js';
import { connectTrainer, SIGNAL_EXIT, type Trainer } from './supervision.js';

export interface TrainArgs {
  readonly workers: number;
  readonly lanes?: number;
  readonly engine?: string;
  readonly db: string;
  readonly verbose: boolean;
  readonly yes: boolean;
  readonly checkpointEvery: number;
  readonly stallTimeout: number;
}

/** Trains a sweep in this process, which a supervisor watches, and prints the ranking. */
export async function trainSweep(readSpec: () => Promise<SweepSpec>, args: TrainArgs): Promise<void> {
  const trainer = await connectTrainer();
  const threads = waitingThreads();
  try {
    await train(await readSpec(), args, { trainer, threads });
  } finally {
    await threads.release();
    trainer.release();
  }
}

interface Means {
  readonly trainer: Trainer;
  readonly threads: WaitingThreads;
}

async function train(spec: SweepSpec, args: TrainArgs, { trainer, threads }: Means): Promise<void> {
  const { plan, dataset, engine } = await prepareSweep(spec, {
    ...args,
    onNew: (runs) => threads.start(Math.min(args.workers, runs)),
  });
  for (const warning of plan.warnings) note(`note: ${warning}`);
  const progress = createProgress({ verbose: args.verbose, metric: spec.metric });
  const writer = openWriter(args.db, (text) => progress.show({ type: 'note', text }));
  let summary: SweepSummary;
  try {
    summary = await runSweep({
      plan,
      dataset,
      writer,
      workers: args.workers,
      threads,
      lanes: args.lanes ?? engine.defaultLanes,
      onProgress: progress.show,
      signal: trainer.stop,
      checkpoints: { folder: checkpointFolder(args.db), everyMs: args.checkpointEvery * 1000 },
      stallMs: args.stallTimeout * 1000,
      crash: trainer.crash,
      onTraining: (change, runIds) => trainer.tell({ type: 'training', change, runIds }),
    });
  } catch (error) {
    progress.close();
    closeQuietly(writer);
    if (error instanceof StalledThreadError) await trainer.endByForce({ type: 'restart' });
    if (error instanceof ThreadsLeftError) {
      printError(error.cause);
      await trainer.endByForce({ type: 'exit', code: exitCodeOf(error.cause) });
    }
    throw error;
  }
  progress.end(summary);
  progress.close();
  writer.close();
  const signal = trainer.received();
  if (signal !== undefined || summary.stopRequested) {
    note(
      `Stopped by ${signal ?? 'focalsweep stop'}. Finished runs are recorded; go on with: focalsweep launch ${spec.file}`,
    );
    process.exitCode = SIGNAL_EXIT[signal ?? 'SIGTERM'];
    if (summary.threadsLeft) await trainer.endByForce({ type: 'exit', code: process.exitCode });
    return;
  }
  if (summary.failed > 0) {
    process.exitCode = EXIT.someRunsFailed;
    note(await failedRuns(args.db, spec.name));
  }
  await printRanking(args, spec.name);
}

/** The error that ended training is worth more than one of closing. */
function closeQuietly(writer: SweepWriter): void {
  try {
    writer.close();
  } catch {
    // said already
  }
}

const LISTED_FAILURES = 10;

/** The failed runs with their reasons, and how to try them again. */
async function failedRuns(db: string, sweep: string): Promise<string> {
  const { openReader } = await import('../store/sqlite-store.js');
  const reader = openReader(db);
  try {
    const { rows } = reader.query({ sweep, where: 'state = failed', columns: ['run', 'error'] });
    return [
      `${rows.length} ${rows.length === 1 ? 'run' : 'runs'} failed:`,
      ...rows.slice(0, LISTED_FAILURES).map(([run, error]) => `  ${run}  ${error}`),
      ...(rows.length > LISTED_FAILURES ? [`  … and ${rows.length - LISTED_FAILURES} more`] : []),
      `Try them again with: focalsweep retry ${sweep} --failed`,
    ].join('\n');
  } finally {
    reader.close();
  }
}

const RANKED_AFTER_LAUNCH = 12;

async function printRanking(args: TrainArgs, sweep: string): Promise<void> {
  const [{ openReader }, { buildRanking }, { rankingSections }, { renderSections }] = await Promise.all([
    import('../store/sqlite-store.js'),
    import('../report/build-report.js'),
    import('../report/sections.js'),
    import('../report/render-report.js'),
  ]);
  const reader = openReader(args.db);
  try {
    const sections = rankingSections(buildRanking(reader, sweep), RANKED_AFTER_LAUNCH);
    print(renderSections(sections, 'table', terminalWidth()));
  } finally {
    reader.close();
  }
  const db = args.db === dbOption.default ? '' : ` --db ${args.db}`;
  note(
    `\nResults are in ${args.db}. Next:\n` +
      `  npx focalsweep report ${sweep}${db} --format md --out results/${sweep}.md\n` +
      `  npx focalsweep query ${sweep}${db} --where "gamma >= 2" --sort -rare_recall --limit 10`,
  );
}
