import { writeFileSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { type Answer, AnswerReader, type ExpectedAnswer } from '../answer/answer.js';
import type { Pause } from '../answer/pause.js';
import { changedCode } from '../program-code.js';
import { forgetAnswer, keptAnswer, markAnswered } from './kept-answer.js';
import { OutputPipe } from './output/output-pipe.js';
import { ReportTail } from './output/report-tail.js';
import { threadGuard } from './processes/guard.js';
import { type ProcessStart, RunProcess } from './processes/run-process.js';
import { startFailure } from './processes/start-failure.js';
import { programEnvironment } from './program-environment.js';
import { checkpointsIn, makeRunFolder, type RunFolder, writeRunFile } from './run-folder.js';
import { type CommandRun, RunWatch } from './run-watch.js';
import { shellLine } from './words/shell-words.js';
import { expandWords, parametersOf } from './words/words.js';

/** For what the first process has left behind. */
const GRACE_MS = 2000;

/** Trains a run; settles when its program and all that it has started have ended. */
export async function trainRun(run: CommandRun): Promise<'ended' | 'stopped'> {
  const { training, job } = run;
  const { runId } = job;
  const outcome = await answerOf(run).catch((error: Error) => error);
  if (outcome === 'stopped') return outcome;
  if (outcome instanceof Error) training.onFailed(runId, outcome);
  else if ('paused' in outcome) training.onPaused?.(runId, outcome.paused);
  else training.onResult({ runId, ...outcome });
  return 'ended';
}

async function answerOf(run: CommandRun): Promise<Answer | Pause | 'stopped'> {
  const folder = run.place.folderOf(run.job.runId);
  const kept = await answerAgain(run, folder);
  if (kept !== undefined) return kept;
  const output = OutputPipe.take();
  try {
    const answer = await attempt(run, output);
    // Nobody knows which code it ran.
    if (answer === 'stopped' || changedCode(run.program) !== undefined) return 'stopped';
    if (!('paused' in answer)) markAnswered(folder, output.log());
    return answer;
  } finally {
    run.training.onLog?.(run.job.runId, output.log());
    output.giveBack();
  }
}

/** What an attempt answered that was cut off before its result was recorded. */
async function answerAgain(run: CommandRun, folder: string): Promise<Answer | undefined> {
  const { training, job } = run;
  const kept = keptAnswer(folder);
  if (kept === undefined) return undefined;
  const reader = new AnswerReader(expectedOf(run));
  try {
    const epochs = kept.lines.flatMap((line) => reader.take(line) ?? []);
    const answer = await reader.end();
    for (const epoch of epochs) training.onEpoch(job.runId, epoch);
    training.onLog?.(job.runId, kept.log);
    return answer;
  } catch {
    forgetAnswer(folder); // A file that it names may be gone; the program answers once more.
    return undefined;
  }
}

async function attempt(run: CommandRun, output: OutputPipe): Promise<Answer | Pause | 'stopped'> {
  const { program, job, place } = run;
  const folder = makeRunFolder(place.folderOf(job.runId));
  const { timeoutMs } = program;
  writeRunFile(folder, { job, place, deadline: timeoutMs === null ? null : (Date.now() + timeoutMs) / 1000 });
  const report = new ReportTail(folder.reportFile);
  try {
    const process = await start(run, folder, output);
    const reader = new AnswerReader(expectedOf(run));
    const watch = new RunWatch(run, { process, report, reader, output });
    try {
      const end = await process.end;
      watch.programEnded();
      const left = await process.endOthers(GRACE_MS);
      return await watch.answer(end, left);
    } finally {
      watch.close();
    }
  } finally {
    report.close();
  }
}

function expectedOf({ program, training, job, place }: CommandRun): ExpectedAnswer {
  const runFolder = checkpointsIn(place.folderOf(job.runId));
  return { dataset: training.dataset, folder: program.folder, runFolder, keepsModel: job.keepsModel };
}

async function start(run: CommandRun, folder: RunFolder, output: OutputPipe): Promise<RunProcess> {
  const { program, place } = run;
  const words = wordsOf(run, folder);
  const environment = programEnvironment(program, { folder, slot: place.slot, launch: threadGuard().launch });
  const variable = `FOCALSWEEP_RUN=${folder.runFile}`;
  try {
    return await RunProcess.start({
      words,
      folder: program.folder,
      environment,
      variable,
      output: output.writeEnd,
    });
  } catch (error) {
    throw startFailure(error as NodeJS.ErrnoException, { name: words[0], folder: program.folder });
  }
}

function wordsOf(
  { program, job }: CommandRun,
  { runFile, reportFile, argsFile }: RunFolder,
): ProcessStart['words'] {
  const values = {
    config: job.config,
    seed: job.seed,
    runFile,
    reportFile,
    argsFile: () => {
      writeFileSync(argsFile, `${JSON.stringify(parametersOf(job.config))}\n`);
      return argsFile;
    },
  };
  if (program.shell) return ['/bin/sh', '-c', shellLine(program.words, values)];
  const [first, ...others] = expandWords(program.words, values);
  if (first === undefined || first === '') throw new UserError('the command names no program');
  return [first, ...others];
}
