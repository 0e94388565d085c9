import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramConfig } from '../../program.js';
import type { ProgramPlace, RunJob } from '../trainer.js';
import { parametersOf } from './words/words.js';

/** What a run has on disk while it trains. */
export interface RunFolder {
  /** What `$FOCALSWEEP_RUN` names. */
  readonly runFile: string;
  /** What `$FOCALSWEEP_REPORT` names; not there yet. */
  readonly reportFile: string;
  readonly argsFile: string;
  /** What earlier attempts left in it is still there. */
  readonly checkpoints: string;
}

/** Where a program keeps files of its own, in the folder of a run. */
export function checkpointsIn(folder: string): string {
  return join(folder, 'checkpoints');
}

/** Makes the folder, without the answers of an earlier attempt. */
export function makeRunFolder(folder: string): RunFolder {
  const checkpoints = checkpointsIn(folder);
  mkdirSync(checkpoints, { recursive: true });
  const reportFile = join(folder, 'report.jsonl');
  // Not emptied but new: whatever of an earlier attempt still has the old one open writes into nothing.
  rmSync(reportFile, { force: true });
  return { runFile: join(folder, 'run.json'), reportFile, argsFile: join(folder, 'args.json'), checkpoints };
}

/** Writes what the program may want to know; nothing of the environment. */
export function writeRunFile(
  { runFile, checkpoints }: RunFolder,
  run: {
    readonly job: RunJob<ProgramConfig>;
    readonly place: ProgramPlace;
    /** Unix time in seconds. */
    readonly deadline: number | null;
  },
): void {
  const { job, place, deadline } = run;
  const content = {
    config: parametersOf(job.config),
    seed: job.seed,
    run: { id: job.runId, trial: job.trialId ?? null, sweep: place.sweep },
    data: place.files,
    checkpoints,
    deadline,
    pause: job.pauseAfter === undefined ? null : { after: job.pauseAfter, metric: job.metric.name },
  };
  writeFileSync(runFile, `${JSON.stringify(content, undefined, 2)}\n`);
}
