import { hideBin } from 'yargs/helpers';
import { createCli } from '../cli.js';
import { launchCommand } from '../commands/launch.js';
import { resumeCommand } from '../commands/resume.js';
import { retryCommand } from '../commands/retry.js';
import { trainCommand } from '../commands/train.js';
import { workerCommand } from '../commands/worker.js';
import { runProcess } from '../options/command-line.js';
import { leaveSignalsToSupervisor } from './supervision.js';

/** Runs the command of the process that trains. */
export function runTraining(): Promise<void> {
  return runProcess(async () => {
    leaveSignalsToSupervisor();
    await createCli(hideBin(process.argv), [
      launchCommand,
      resumeCommand,
      retryCommand,
      trainCommand,
      workerCommand,
    ]).parseAsync();
  });
}
