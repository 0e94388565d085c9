import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT } from '../errors.js';
import type { Crash } from '../run/run-sweep.js';
import {
  SOON,
  STOP_EXIT,
  type StopCause,
  type ToSupervisor,
  type ToTrainingProcess,
} from './supervision/supervision.js';
import { CLEAR_LINE, restoreTerminal } from './terminal/bar-line.js';
import { dependsOnTerminal } from './terminal/standard-streams.js';

const PROGRAM = fileURLToPath(new URL('./train.js', import.meta.url));

/**
 * V8's three young spaces have 2 MB each, and old objects are collected when they have grown by half. Otherwise recorded
 * results would stay in memory for a long time, and memory would seem to grow.
 */
const MEMORY_OPTIONS = ['--max-semi-space-size=2', '--heap-growing-percent=50'];

/** Signals that end a process for its own fault. */
const FAULTS: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGABRT',
  'SIGTRAP',
  'SIGSYS',
]);

/** How a process that trains ended. */
type End =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'restart' }
  | { readonly type: 'crash'; readonly reason: string; readonly runIds: readonly string[] };

/**
 * Runs this command in a process of its own and watches it, because a crash in native code ends a process with all its threads.
 * A process that crashed is started again and told which runs it was training. Returns the exit code.
 */
export async function supervise(): Promise<number> {
  const causes = new StopCauses();
  try {
    let crash: Crash | undefined;
    for (;;) {
      const end = await runTrainingProcess(crash, causes);
      if (end.type === 'exit') return end.code;
      crash = undefined;
      if (end.type === 'crash') {
        say(`The training process died: ${end.reason}.`);
        if (end.runIds.length === 0) {
          process.stderr.write(' No run was in training, so starting it again would not help.\n');
          return EXIT.bug;
        }
        process.stderr.write(' Starting it again.\n');
        crash = end;
      }
      if (causes.first !== undefined) return STOP_EXIT[causes.first];
    }
  } finally {
    causes.release();
  }
}

/**
 * Receives signals and passes them on: the process that trains does not listen, so that Ctrl-C does not reach it twice. A closed
 * terminal sends SIGHUP more than once, which counts as one request to stop. The deadline is one more cause to stop.
 */
class StopCauses {
  first: StopCause | undefined;
  onCause: (cause: StopCause, again: boolean) => void = () => {};
  private wasAsked = false;
  private deadlineMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor() {
    for (const signal of this.signals()) process.on(signal, this.hear);
  }

  release(): void {
    this.forgetDeadline();
    for (const signal of this.signals()) process.off(signal, this.hear);
  }

  private signals(): readonly NodeJS.Signals[] {
    return ['SIGINT', 'SIGTERM', ...SOON, ...(dependsOnTerminal() ? (['SIGHUP'] as const) : [])];
  }

  /** Only the first counts: a process that is started again reads the same duration. */
  awaitDeadline(atMs: number): void {
    this.deadlineMs ??= atMs;
    clearTimeout(this.timer);
    const leftMs = this.deadlineMs - Date.now();
    if (leftMs <= 0) this.stop('deadline', false);
    // In steps, for a timer takes at most 24 days.
    else this.timer = setTimeout(() => this.awaitDeadline(atMs), Math.min(leftMs, A_DAY_MS));
  }

  forgetDeadline(): void {
    clearTimeout(this.timer);
  }

  private readonly hear = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGUSR1') {
      this.stop(signal, false);
      return;
    }
    const again = this.wasAsked && signal !== 'SIGHUP';
    this.wasAsked ||= signal !== 'SIGHUP';
    this.stop(signal === 'SIGINT' ? 'SIGINT' : 'SIGTERM', again);
  };

  private stop(cause: StopCause, again: boolean): void {
    if (this.first !== undefined && !again) return;
    this.first ??= cause;
    this.onCause(this.first, again);
  }
}

const A_DAY_MS = 86_400_000;
/** A process that has not heard by then waits for a database that does not answer, and could record nothing. */
const HEARS_WITHIN_MS = 5000;

function runTrainingProcess(crash: Crash | undefined, causes: StopCauses): Promise<End> {
  const child = spawn(
    process.execPath,
    [...MEMORY_OPTIONS, ...process.execArgv, PROGRAM, ...process.argv.slice(2)],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, FOCALSWEEP_SUPERVISOR: String(process.pid) },
    },
  );
  const tell = (message: ToTrainingProcess): void => {
    if (child.connected) child.send(message, () => {});
  };
  const training = new Set<string>();
  let hearing: NodeJS.Timeout | undefined;
  let begun = false;
  let announced: End | undefined;
  const oomKillsBefore = oomKills();
  child.on('message', (message: ToSupervisor) => {
    if (message.type === 'ready') tell({ type: 'begin', crash });
    else if (message.type === 'training') {
      begun = true;
      for (const runId of message.runIds) {
        if (message.change === 'begin') training.add(runId);
        else training.delete(runId);
      }
    } else if (message.type === 'deadline') causes.awaitDeadline(message.atMs);
    else if (message.type === 'trained') causes.forgetDeadline();
    else if (message.type === 'stopping') clearTimeout(hearing);
    else announced = message;
  });
  const end = (cause: StopCause): void => {
    announced = { type: 'exit', code: STOP_EXIT[cause] };
    child.kill('SIGKILL');
  };
  const endDeaf = (cause: StopCause): void => {
    say('It waits for the database, which does not answer: stopped at once. Launch again to continue.\n');
    end(cause);
  };
  causes.onCause = (cause, again) => {
    if (again || !begun) {
      end(cause);
      if (!begun) say('Stopped before training began. Launch again to start it.\n');
    } else {
      say(cause === 'deadline' ? 'Stopping at the deadline …\n' : 'Stopping … (again to stop at once)\n');
      tell({ type: 'stop', cause });
      if (cause === 'SIGINT' || cause === 'SIGTERM')
        hearing = setTimeout(() => endDeaf(cause), HEARS_WITHIN_MS);
    }
  };
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(hearing);
      if (signal !== null) restoreTerminal();
      causes.onCause = () => {};
      if (announced !== undefined) resolve(announced);
      else if (signal === null) resolve({ type: 'exit', code: code ?? EXIT.bug });
      else {
        const reason = reasonOf(signal, oomKills() > oomKillsBefore);
        if (reason !== undefined) resolve({ type: 'crash', reason, runIds: [...training] });
        else {
          say(`The training process was ended by ${signal}. Launch again to continue.\n`);
          resolve({ type: 'exit', code: 128 + (signal === 'SIGKILL' ? 9 : 15) });
        }
      }
    });
  });
}

/** Writes to stderr, on a terminal over the progress bar. */
function say(text: string): void {
  process.stderr.write(`${process.stderr.isTTY ? CLEAR_LINE : '\n'}${text}`);
}

/** Why a process ended through its own fault; undefined if something else ended it. */
function reasonOf(signal: NodeJS.Signals, memoryRanOut: boolean): string | undefined {
  if (signal === 'SIGKILL' && memoryRanOut) return 'the system killed it because memory ran out';
  if (!FAULTS.has(signal)) return undefined;
  return signal === 'SIGABRT'
    ? 'it aborted (SIGABRT), perhaps because memory ran out'
    : `it crashed (${signal})`;
}

/** Processes that Linux has killed since boot because memory ran out. */
function oomKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'latin1'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
