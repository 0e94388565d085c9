import { UserError } from '../../errors.js';
import { isSupervised, leaveSignalsToSupervisor } from '../supervision/supervision.js';
import { exitCodeOf, printError } from '../terminal/print-error.js';
import { dependsOnTerminal, outliveReaders } from '../terminal/standard-streams.js';

/** These are watched from the start, before the command line is loaded, which their trainer reads. */
const ONLY_TRAIN: ReadonlySet<string | undefined> = new Set(['launch', 'resume']);

/** Runs the command that this process was started with. */
export async function runCommandLine(): Promise<void> {
  outliveReaders();
  if (!dependsOnTerminal()) process.on('SIGHUP', () => {});
  try {
    requireWorkingDirectory();
    const supervised = isSupervised();
    if (supervised) leaveSignalsToSupervisor();
    if (ONLY_TRAIN.has(process.argv[2]) && !supervised) {
      const { supervise } = await import('../supervise.js');
      process.exitCode = await supervise();
    } else {
      const [{ hideBin }, { createCli }] = await Promise.all([import('yargs/helpers'), import('../cli.js')]);
      await createCli(hideBin(process.argv)).parseAsync();
    }
  } catch (error) {
    printError(error);
    process.exitCode = exitCodeOf(error);
  }
}

/** Throws UserError where the folder that this was started in is gone: nothing can be found from there. */
function requireWorkingDirectory(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new UserError('the working directory was deleted', {
      fix: 'Go to a folder that is there (cd) and try again.',
      cause,
    });
  }
}
