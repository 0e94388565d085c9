import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FoundProcess, findProcesses, type ProcessMarks } from './find-processes.js';
import { threadGuard } from './guard.js';

const LOOK_EVERY_MS = 20;
/** For programs that are about to begin. */
const LOOK_AGAIN_MS = 5;
const MOST_LOOKS = 5;
/** After SIGKILL; what still lives then cannot be killed. */
const MOST_ROUNDS = 300;
const HASTY_ROUNDS = 50;

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ProcessStart {
  readonly words: readonly [string, ...string[]];
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** `NAME=value` in the environment, which no other run has. */
  readonly variable: string;
  /** For stdout and stderr. */
  readonly output: number;
}

/** The processes of a run: the first one, and all that it starts. */
export class RunProcess {
  /** When the first one has ended. */
  readonly end: Promise<ProcessEnd>;
  readonly #marks: ProcessMarks;
  #timer: NodeJS.Timeout | undefined;
  /** Its numbers may be another program's by now. */
  #isOver = false;

  private constructor(child: ChildProcess, marks: ProcessMarks) {
    this.#marks = marks;
    threadGuard().add(marks.group);
    this.end = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  }

  /** Rejects with the system's error if it does not start. */
  static async start({ words, folder, environment, variable, output }: ProcessStart): Promise<RunProcess> {
    const [program, ...args] = words;
    const startedAt = performance.now();
    const child = spawn(program, args, {
      cwd: folder,
      env: environment,
      // A process group of its own.
      detached: true,
      stdio: ['ignore', output, output],
    });
    if (child.pid !== undefined) return new RunProcess(child, { group: child.pid, variable, startedAt });
    const [error] = await once(child, 'error');
    throw error;
  }

  /** Asks all to end, and kills them if they do not within the time. */
  askToEnd({ afterMs = 0, killAfterMs }: { readonly afterMs?: number; readonly killAfterMs: number }): void {
    this.#after(afterMs, () => {
      this.#signal('SIGTERM');
      this.#after(killAfterMs, () => this.kill());
    });
  }

  kill(): void {
    clearTimeout(this.#timer);
    this.#signal('SIGKILL');
  }

  /** Lets what the first process has left end by itself for some time, then kills it; gives what it had to kill. */
  async endOthers(graceMs: number): Promise<readonly FoundProcess[]> {
    const until = performance.now() + graceMs;
    let others = await this.#living();
    while (others.length > 0 && performance.now() < until) {
      await sleep(LOOK_EVERY_MS);
      others = await this.#living();
    }
    const left = others;
    for (let round = 0; others.length > 0 && round < MOST_ROUNDS; round++) {
      for (const { pid } of others) send(pid, 'SIGKILL');
      // At once at first: what starts others all the time must not get far.
      await sleep(round < HASTY_ROUNDS ? 0 : LOOK_EVERY_MS);
      others = await this.#living();
    }
    this.#isOver = true;
    clearTimeout(this.#timer);
    threadGuard().remove(this.#marks.group);
    return left;
  }

  async #living(): Promise<readonly FoundProcess[]> {
    for (let look = 1; ; look++) {
      const { found, isSure } = findProcesses(this.#marks);
      if (found.length > 0 || isSure || look === MOST_LOOKS) return found;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    if (ms === 0) act();
    else this.#timer = setTimeout(act, ms);
  }

  /** Once to each process: a program may take a second signal for impatience. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#isOver) return;
    const others = findProcesses(this.#marks).found.filter(({ inGroup }) => !inGroup);
    send(-this.#marks.group, signal);
    for (const { pid } of others) send(pid, signal);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
