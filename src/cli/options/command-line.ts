import { UserError } from '../../errors.js';
import { supervise } from '../supervise.js';
import { exitCodeOf, printError } from '../terminal/print-error.js';
import { dependsOnTerminal, outliveReaders } from '../terminal/standard-streams.js';

/** These are supervised from the start, without loading the command line: the process that trains reads it. */
const ONLY_TRAIN: ReadonlySet<string | undefined> = new Set(['launch', 'resume', 'train', 'worker']);

/** Runs the command that this process was started with. */
export function runCommandLine(): Promise<void> {
  return runProcess(async () => {
    if (ONLY_TRAIN.has(process.argv[2])) {
      process.exitCode = await supervise();
      return;
    }
    const [{ hideBin }, { createCli }, { COMMANDS }] = await Promise.all([
      import('yargs/helpers'),
      import('../cli.js'),
      import('../commands/commands.js'),
    ]);
    await createCli(hideBin(process.argv), COMMANDS).parseAsync();
  });
}

/** Does the work of a process, and says what kept it from ending well. */
export async function runProcess(work: () => Promise<void>): Promise<void> {
  outliveReaders();
  if (!dependsOnTerminal()) process.on('SIGHUP', () => {});
  try {
    requireWorkingDirectory();
    await work();
  } catch (error) {
    printError(error);
    process.exitCode = exitCodeOf(error);
  }
}

/** Throws UserError if the folder that this was started in has been deleted: no relative path works there. */
function requireWorkingDirectory(): void {
  try {
    process.cwd();
  } catch (cause) {
    throw new UserError('the working directory was deleted', {
      fix: 'Change to a folder that exists (cd) and try again.',
      cause,
    });
  }
}
