import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandProgram, ParameterValue } from '../../../src/program.js';
import type { EpochRecord } from '../../../src/sweep.js';
import { commandTrainer } from '../../../src/train/command/command-trainer.js';
import type { TrainedRun } from '../../../src/train/trainer.js';

/** A result that fits a program with its own data. */
export const RESULT = JSON.stringify({
  classes: ['common', 'rare'],
  validation: { predictions: [0, 1, 1], labels: [0, 1, 0] },
  test: { predictions: [1, 0], labels: [1, 0] },
});

/** A line of a shell script that answers it. */
export const ANSWER = `echo '${RESULT}' >> "$FOCALSWEEP_REPORT"`;

/** A folder that is removed after the test. */
export function testFolder(onFinished: typeof onTestFinished = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-command-'));
  onFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program that runs a shell script in a folder. */
export function scriptProgram(
  folder: string,
  script: string,
  options: Partial<CommandProgram> = {},
): CommandProgram {
  writeFileSync(join(folder, 'program.sh'), script);
  return {
    type: 'command',
    words: ['sh', 'program.sh'],
    shell: false,
    folder,
    cpusPerRun: 1,
    gpus: [],
    timeoutMs: null,
    id: 'command/1234',
    ...options,
  };
}

export interface Told {
  readonly outcome: 'done' | 'stopped';
  readonly epochs: readonly (readonly [string, EpochRecord])[];
  readonly results: readonly TrainedRun[];
  readonly failures: readonly (readonly [string, Error])[];
  readonly logs: readonly (readonly [string, string])[];
}

export interface TrainOptions {
  readonly runIds?: readonly string[];
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
  readonly shouldStop?: () => boolean;
  readonly slot?: number;
  /** Where the folders of runs are. */
  readonly runs?: string;
}

/** Trains runs one after another and tells what the listener heard; their folders are `runs/<id>` beside the program. */
export async function train(program: CommandProgram, options: TrainOptions = {}): Promise<Told> {
  const { runIds = ['run1'], parameters = {}, shouldStop = () => false, slot = 0 } = options;
  const { runs = join(program.folder, 'runs') } = options;
  const told = { epochs: [], results: [], failures: [], logs: [] } as {
    -readonly [Key in Exclude<keyof Told, 'outcome'>]: Told[Key][number][];
  };
  const outcome = await commandTrainer(program).train({
    dataset: undefined,
    runs: runIds.map((runId) => ({
      runId,
      trialId: `trial of ${runId}`,
      seed: 7,
      config: { model: 'command', ...parameters },
      metric: { name: 'macro_f1', goal: 'maximize' },
    })),
    shouldStop,
    place: { files: null, folderOf: (runId) => join(runs, runId), sweep: 'try', slot },
    onEpoch: (runId, epoch) => told.epochs.push([runId, epoch]),
    onResult: (trained) => told.results.push(trained),
    onFailed: (runId, error) => told.failures.push([runId, error]),
    onLog: (runId, log) => told.logs.push([runId, Buffer.from(log).toString()]),
  });
  return { outcome, ...told };
}

/** Trains one run, which is to fail, and gives its error. */
export async function failureOf(program: CommandProgram, options: TrainOptions = {}): Promise<Error> {
  const { failures, results } = await train(program, options);
  const [first, ...others] = failures;
  if (first === undefined || others.length + results.length > 0) throw new Error('it did not fail once');
  return first[1];
}

/** The numbers of processes that a script has written to `pids`, one a line. */
export function notedProcesses(folder: string): number[] {
  return readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
}

/** Which of the processes live; those that have ended and wait for their parent do not. */
export function living(pids: readonly number[]): number[] {
  return pids.filter((pid) => /^[^Z]/.test(stateOf(pid)));
}

function stateOf(pid: number): string {
  if (!(pid > 0)) throw new Error('there is no number of a process');
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}
