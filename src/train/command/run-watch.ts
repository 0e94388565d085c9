import { setImmediate as othersTurn } from 'node:timers/promises';
import { UserError } from '../../errors.js';
import type { CommandProgram, ProgramConfig } from '../../program.js';
import { counted } from '../../wording/counted.js';
import { duration } from '../../wording/duration.js';
import { printable } from '../../wording/printable.js';
import type { Answer, AnswerReader } from '../answer/answer.js';
import { mayPause, type Pause, requireJudgeable } from '../answer/pause.js';
import type { ProgramPlace, RunJob, Training } from '../trainer.js';
import { lastLines } from './output/last-bytes.js';
import type { OutputPipe } from './output/output-pipe.js';
import { OutputFlood, ProcessFault } from './output/process-fault.js';
import type { ReportTail } from './output/report-tail.js';
import type { FoundProcess } from './processes/find-processes.js';
import type { ProcessEnd, RunProcess } from './processes/run-process.js';

const LOOK_EVERY_MS = 100;
const STOP_MS = 10_000;
const END_MS = 5000;
/** For a program that has said that it failed, or what nobody can read: it may be about to end, with its reasons on stderr. */
const LAST_WORDS_MS = 2000;
const NAMED_PROCESSES = 5;
const EXCERPT = 80;

/** A run, and what it is trained with. */
export interface CommandRun {
  readonly program: CommandProgram;
  readonly training: Training<ProgramConfig>;
  readonly job: RunJob<ProgramConfig>;
  readonly place: ProgramPlace;
}

interface Watched {
  readonly process: RunProcess;
  readonly report: ReportTail;
  readonly reader: AnswerReader;
  readonly output: OutputPipe;
}

/** Follows a program while it runs: reads its report, and ends it when its time is over, it is wrong, or all are to stop. */
export class RunWatch {
  readonly #run: CommandRun;
  readonly #watched: Watched;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #hasEnded = false;
  /** Why the program was asked to end. */
  #verdict: Error | 'stopped' | undefined;

  constructor(run: CommandRun, watched: Watched) {
    this.#run = run;
    this.#watched = watched;
    watched.output.onFlood = (flood) => this.#fail(flood);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** Its first process has ended by itself, or as it was asked. */
  programEnded(): void {
    this.#hasEnded = true;
  }

  /** What it has answered, now that nothing of it lives; rejects for a run that failed. */
  async answer(end: ProcessEnd, left: readonly FoundProcess[]): Promise<Answer | Pause | 'stopped'> {
    const { output, reader, report } = this.#watched;
    // The last that it printed may be too much.
    const log = output.log();
    if (this.#verdict === 'stopped') return 'stopped';
    try {
      if (this.#verdict !== undefined) throw this.#verdict;
      await this.#readRest();
      if (reader.ownFailure !== undefined) throw reader.ownFailure;
      if (!this.#isPause || end.signal !== null) checkEnd(end);
      checkLeft(left);
      checkReport(report, log);
    } catch (error) {
      throw error instanceof ProcessFault ? new Error(error.message + lastLines(log)) : error;
    }
    this.#takeLastLine(report.rest);
    if (this.#isPause) return { paused: reader.epochs };
    if (!reader.isWhole) requireJudgeable(this.#run.job, reader.epochs);
    return reader.end();
  }

  /** Whether it has ended without a result where it should pause: with any exit code, as a script that leaves has one. */
  get #isPause(): boolean {
    const { reader, report } = this.#watched;
    return !reader.isWhole && report.rest.trim() === '' && mayPause(this.#run.job, reader.epochs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    try {
      // Asked at every look, because that is the sign that the run goes on.
      const shouldStop = this.#run.training.shouldStop();
      if (this.#hasEnded) return;
      if (this.#verdict !== undefined) this.#watched.report.check();
      else if (shouldStop) this.#stop();
      else this.#follow();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #stop(): void {
    this.#verdict = 'stopped';
    this.#watched.process.askToEnd({ killAfterMs: STOP_MS });
  }

  #follow(): void {
    for (const line of this.#watched.report.more() ?? []) this.#take(line);
    const { timeoutMs } = this.#run.program;
    if (timeoutMs === null || performance.now() - this.#startedAt < timeoutMs) return;
    this.#verdict = new ProcessFault(
      `the program took longer than its timeout of ${duration(timeoutMs / 1000)}`,
    );
    this.#watched.process.askToEnd({ killAfterMs: END_MS });
  }

  #fail(error: Error): void {
    const { process } = this.#watched;
    if (error instanceof OutputFlood) process.kill();
    else if (this.#verdict === undefined) process.askToEnd({ afterMs: LAST_WORDS_MS, killAfterMs: END_MS });
    this.#verdict ??= error;
  }

  #take(line: string): void {
    const epoch = this.#watched.reader.take(line);
    if (epoch !== undefined) this.#run.training.onEpoch(this.#run.job.runId, epoch);
  }

  async #readRest(): Promise<void> {
    const { report } = this.#watched;
    for (let lines = report.more(); lines !== undefined; lines = report.more()) {
      for (const line of lines) this.#take(line);
      await othersTurn();
    }
  }

  /** The last line may lack its end: as a line, or as JSON. */
  #takeLastLine(line: string): void {
    if (line.trim() === '') return;
    try {
      this.#take(line);
    } catch (error) {
      if (line.trimEnd().endsWith('}')) throw error;
      throw new UserError(`the report ends in the middle of a line: ${excerpt(line)}`, { cause: error });
    }
  }
}

function checkEnd({ code, signal }: ProcessEnd): void {
  if (signal !== null) {
    const reason = signal === 'SIGKILL' ? ', as the system does when memory runs out' : '';
    throw new ProcessFault(`the program was killed by ${signal}${reason}`);
  }
  if (code !== 0) throw new ProcessFault(`the program exited with code ${code}`);
}

function checkLeft(left: readonly FoundProcess[]): void {
  if (left.length === 0) return;
  const some = left.slice(0, NAMED_PROCESSES).map(({ name, pid }) => `${printable(name)} ${pid}`);
  const more = left.length > some.length ? ', …' : '';
  throw new Error(
    `the program left ${counted(left.length, 'process', 'processes')} behind (${some.join(', ')}${more})`,
  );
}

function checkReport(report: ReportTail, log: Uint8Array): void {
  if (report.isGone)
    throw new ProcessFault('the program removed its report, or put another file in its place');
  if (!report.isEmpty) return;
  throw new UserError(`the program ended without a result: it wrote nothing to its report${lastLines(log)}`, {
    fix: 'Append its result, a line of JSON, to the file that $FOCALSWEEP_REPORT names.',
  });
}

function excerpt(line: string): string {
  return printable(line.length > EXCERPT ? `${line.slice(0, EXCERPT)}…` : line);
}
