import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, UserError } from '../../errors.js';
import { epochWord } from '../../knobs/epoch-word.js';
import { type PreparedSweep, prepareSweep } from '../../run/prepare/prepare-sweep.js';
import { serveSweep } from '../../run/queue/serve-sweep.js';
import { unpackFiles } from '../../run/queue/shipped-files.js';
import { StalledThreadError } from '../../run/threads/worker-pool.js';
import { openStore } from '../../store/open-store.js';
import { LostClaimError } from '../../store/refusals.js';
import type { SweepWriter } from '../../store/store.js';
import { recordedSpec } from '../commands/resume.js';
import { deadlineOf } from '../options/deadline-option.js';
import { workersOf } from '../options/options.js';
import { retryWords } from '../terminal/next-commands.js';
import { note } from '../terminal/print.js';
import { printError } from '../terminal/print-error.js';
import { createProgress } from '../terminal/progress.js';
import { connectSupervisor, STOP_EXIT, type SupervisorLink } from './supervision.js';
import { closeQuietly, endedByForce, type TrainArgs, watchedTraining } from './train-sweep.js';

export interface WorkerArgs
  extends Pick<
    TrainArgs,
    'checkpointEvery' | 'deadline' | 'db' | 'lanes' | 'stallTimeout' | 'verbose' | 'workers'
  > {
  readonly sweep?: string | undefined;
  readonly folder?: string | undefined;
  readonly quitAfter?: number | undefined;
}

/** How often a worker looks for work. */
const LOOK_EVERY_MS = 500;

/** Trains what sweeps offer in this process, which a supervisor watches, until it is stopped or has had nothing to do for long. */
export async function serveQueue(args: WorkerArgs): Promise<void> {
  const supervisor = await connectSupervisor();
  const { stop } = supervisor;
  const filesIn = mkdtempSync(join(tmpdir(), 'focalsweep-worker-'));
  try {
    const deadlineMs = deadlineOf(args.deadline);
    if (deadlineMs !== undefined) supervisor.tell({ type: 'deadline', atMs: deadlineMs });
    // A writer would create a database that does not exist.
    await (await openStore(args.db).reader()).close();
    const asking = await openStore(args.db).writer(note);
    const refused = new Set<string>();
    const quitAfterMs = (args.quitAfter ?? Number.POSITIVE_INFINITY) * 1000;
    let isTold = false;
    for (let quietMs = 0; !stop.aborted && quietMs <= quitAfterMs; ) {
      const sweep = await offeredSweep(asking, args.sweep, refused);
      if (sweep !== undefined) {
        await serveOrRefuse(sweep, refused, { args, supervisor, asking, filesIn });
        quietMs = 0;
        isTold = false;
        continue;
      }
      if (!isTold) note(`Waiting for sweeps in ${args.db} that are launched with --queue.`);
      isTold = true;
      await delay(LOOK_EVERY_MS, undefined, { signal: stop }).catch(() => {});
      quietMs += LOOK_EVERY_MS;
    }
    await asking.close();
    const cause = supervisor.received();
    if (cause !== undefined) process.exitCode = STOP_EXIT[cause];
  } finally {
    rmSync(filesIn, { recursive: true, force: true });
    supervisor.release();
  }
}

/** The first sweep that offers runs, and that this worker can train. */
async function offeredSweep(
  asking: SweepWriter,
  only: string | undefined,
  refused: ReadonlySet<string>,
): Promise<string | undefined> {
  const most = refused.size === 0 ? 1 : Number.MAX_SAFE_INTEGER;
  const offers = await asking.offers({ sweep: only, most });
  return offers.find(({ sweep }) => !refused.has(sweep))?.sweep;
}

interface Serving {
  readonly args: WorkerArgs;
  readonly supervisor: SupervisorLink;
  /** What the worker asks the store with; sweeps have writers of their own. */
  readonly asking: SweepWriter;
  /** Has the files that sweeps ship; it ends with the worker. */
  readonly filesIn: string;
}

/** Trains for one sweep. One that this machine cannot train is left to others, unless the worker is for that one alone. */
async function serveOrRefuse(sweep: string, refused: Set<string>, serving: Serving): Promise<void> {
  try {
    await serve(sweep, serving);
  } catch (error) {
    if (error instanceof LostClaimError) {
      note(`${error.message}. Joining again.`);
      return;
    }
    const isOfSweep = error instanceof UserError && error.exitCode !== EXIT.database;
    if (!isOfSweep || serving.args.sweep !== undefined) throw error;
    printError(error);
    note(`"${sweep}" is left to other workers.`);
    refused.add(sweep);
  }
}

async function serve(sweep: string, serving: Serving): Promise<void> {
  const { args, supervisor } = serving;
  const { plan, ...prepared } = await prepareRecorded(sweep, serving);
  const writer = await openStore(args.db).writer(note);
  const progress = createProgress({
    verbose: args.verbose,
    spec: plan.spec,
    word: epochWord(plan.trials.map(({ config }) => config)),
    retry: retryWords(args.db, sweep),
  });
  note(`Training for "${sweep}".`);
  try {
    await writer.join(sweep);
    await serveSweep({
      ...prepared,
      plan,
      writer,
      workers: workersOf(args, plan.spec),
      onProgress: progress.show,
      ...watchedTraining(args, supervisor),
    });
  } catch (error) {
    if (error instanceof StalledThreadError) await supervisor.endByForce({ type: 'restart' });
    await endedByForce(error, supervisor);
  } finally {
    progress.close();
    await closeQuietly(writer);
  }
}

/** The folder with the files that a sweep ships; undefined if it ships none. */
async function unpacked(sweep: string, { asking, filesIn }: Serving): Promise<string | undefined> {
  const files = await asking.shipped(sweep);
  if (files.length === 0) return undefined;
  const folder = mkdtempSync(join(filesIn, 'sweep-'));
  unpackFiles(files, folder);
  return folder;
}

/** Prepares a sweep as its launch did. Throws UserError if the data or the engines of this machine are others. */
async function prepareRecorded(sweep: string, serving: Serving): Promise<PreparedSweep> {
  const { args } = serving;
  const spec = await recordedSpec({
    db: args.db,
    sweep,
    folder: args.folder ?? (await unpacked(sweep, serving)),
  });
  const reader = await openStore(args.db).reader();
  const recorded = await reader.sweep(sweep).finally(() => reader.close());
  const prepared = await prepareSweep(spec, {
    db: args.db,
    yes: true,
    workers: workersOf(args, spec),
  });
  const { fingerprint } = prepared.dataset;
  const { dataset, engine } = recorded;
  if (fingerprint !== dataset.fingerprint) {
    throw new UserError(
      `the data of "${sweep}" are others on this machine (fingerprint ${fingerprint.slice(0, 8)}, at its launch ${dataset.fingerprint.slice(0, 8)})`,
      { where: spec.file, fix: 'Copy the table of the launch here; --folder names where it is.' },
    );
  }
  if (prepared.plan.engine !== engine) {
    throw new UserError(`"${sweep}" is trained by ${engine}, and this machine has ${prepared.plan.engine}`, {
      where: spec.file,
      fix: 'Install the same version and the same engine here: focalsweep doctor',
    });
  }
  return prepared;
}
