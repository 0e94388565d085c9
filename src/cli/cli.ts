import { readFileSync } from 'node:fs';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { UserError } from '../errors.js';
import { compareCommand } from './compare.js';
import { dataCommand } from './data.js';
import { doctorCommand } from './doctor.js';
import { fingerprintCommand } from './fingerprint.js';
import { launchCommand } from './launch.js';
import { planCommand } from './plan.js';
import { queryCommand } from './query.js';
import { reportCommand } from './report.js';
import { showCommand } from './show.js';
import { sweepsCommand } from './sweeps.js';

/** Every command, in the order of a first day's work. */
export const COMMANDS = [
  launchCommand,
  planCommand,
  dataCommand,
  reportCommand,
  queryCommand,
  compareCommand,
  sweepsCommand,
  showCommand,
  fingerprintCommand,
  doctorCommand,
];

const HELP_WIDTH = 100;

/** The command line: parses, checks, and hands over to one command. */
export function createCli(args: readonly string[]): Argv {
  const cli = yargs([...args])
    .scriptName('focalsweep')
    .usage('$0 <command>\n\nFocal-loss sweeps for imbalanced classification: train, rank, believe.')
    .version(version())
    .alias({ h: 'help', v: 'version' })
    .strict()
    .recommendCommands()
    .demandCommand(1, 'Which command?')
    .wrap(Math.min(HELP_WIDTH, process.stdout.columns ?? HELP_WIDTH))
    .exitProcess(false)
    .fail((message, error) => {
      if (error) throw error;
      throw new UserError(message.replace(/\n/g, ' '), {
        fix: 'focalsweep --help, or focalsweep <command> --help.',
      });
    })
    .epilogue('Start: focalsweep launch sweeps/quickstart.yaml');
  // yargs cannot type a list of commands whose options differ; each command types its own.
  for (const command of COMMANDS) cli.command(command as unknown as CommandModule);
  return cli;
}

function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
