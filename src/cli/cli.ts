import yargs, { type Argv } from 'yargs';
import { packageVersion } from '../environment.js';
import { UserError } from '../errors.js';
import { didYouMean } from '../spec/did-you-mean.js';
import { checkCommand } from './check.js';
import { type Command, commandName } from './command.js';
import { compareCommand } from './compare.js';
import { dataCommand } from './data.js';
import { doctorCommand } from './doctor.js';
import { fingerprintCommand } from './fingerprint.js';
import { launchCommand } from './launch.js';
import { planCommand } from './plan.js';
import { queryCommand } from './query.js';
import { reportCommand } from './report.js';
import { resumeCommand } from './resume.js';
import { retryCommand } from './retry.js';
import { showCommand } from './show.js';
import { stopCommand } from './stop.js';
import { suggestCommand } from './suggest.js';
import { sweepsCommand } from './sweeps.js';

/** Every command, in the order of a first day's work. */
export const COMMANDS: readonly Command[] = [
  launchCommand,
  resumeCommand,
  retryCommand,
  stopCommand,
  planCommand,
  dataCommand,
  reportCommand,
  queryCommand,
  compareCommand,
  suggestCommand,
  sweepsCommand,
  showCommand,
  fingerprintCommand,
  checkCommand,
  doctorCommand,
];

const HELP_WIDTH = 100;

/** The command line: parses, checks, and hands over to one command. */
export function createCli(args: readonly string[]): Argv {
  const cli = yargs([...args])
    .scriptName('focalsweep')
    .usage('$0 <command>\n\nFocal-loss sweeps for imbalanced classification: train, rank, believe.')
    .version(packageVersion())
    .alias({ h: 'help', v: 'version' })
    .strict()
    .parserConfiguration({ 'nargs-eats-options': true })
    .demandCommand(1, 'no command given')
    .wrap(Math.min(HELP_WIDTH, process.stdout.columns ?? HELP_WIDTH))
    .exitProcess(false)
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw usageError(message ?? error.message, args);
    })
    .epilogue('Start: focalsweep launch sweeps/quickstart.yaml');
  // However yargs can be asked for it, and a few options more.
  const asksForHelp = args.some((arg) => /^-.*h|^help$/.test(arg));
  for (const command of COMMANDS) {
    const handler = command.handler as (args: object) => Promise<void>;
    cli.command(
      command.usage,
      command.describe,
      (yargs) => withOptions(yargs, command, asksForHelp),
      handler,
    );
  }
  return cli;
}

/** Where nobody asks for it, the help is empty: yargs lays it out all the same, which takes longer than the rest of its work. */
function withOptions(yargs: Argv, { positionals, options, conflicts }: Command, asksForHelp: boolean): Argv {
  for (const [name, positional] of Object.entries(positionals)) yargs.positional(name, positional);
  for (const [name, option] of Object.entries(options)) {
    // One argument whatever it begins with: `--sort -rare_recall`.
    const nargs = option.type === 'boolean' ? {} : { nargs: 1 };
    yargs.option(name, { ...option, ...nargs, hidden: !asksForHelp });
  }
  for (const [name, others] of Object.entries(conflicts ?? {})) yargs.conflicts(name, others);
  return yargs;
}

/** What is wrong with the command line, with the word that was meant. */
function usageError(message: string, args: readonly string[]): UserError {
  const command = COMMANDS.find((candidate) => commandName(candidate) === args[0]);
  const usage =
    command === undefined ? 'focalsweep --help' : `focalsweep ${command.usage}; focalsweep ${args[0]} --help`;
  const known = command === undefined ? COMMANDS.map(commandName) : Object.keys(command.options);
  const tooFew = message.startsWith('Not enough non-option arguments');
  // An option that is not known takes what follows it for its value, and a positional argument is amiss.
  const stranger = tooFew
    ? args.map(optionName).find((name) => name !== undefined && !known.includes(name))
    : undefined;
  if (tooFew && stranger === undefined) {
    const needed = command?.usage.match(/<.*>/)?.[0] ?? 'an argument';
    return new UserError(`${args[0]} needs ${needed}`, { fix: usage });
  }
  // yargs names an option twice, as written and in camel case.
  const word = stranger ?? /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message)?.[1]?.split(', ')[0];
  if (word === undefined) return new UserError(message.replace(/\s+/g, ' '), { fix: usage });
  const what = command === undefined ? `there is no command "${word}"` : `${args[0]} does not take "${word}"`;
  return new UserError(`${what}.${didYouMean(word, known)}`, { fix: usage });
}

/** The option of `--two-words`, `--two-words=value`, `--twoWords` and `--no-two-words`, which yargs takes all alike. */
function optionName(arg: string): string | undefined {
  const written = /^--(?:no-)?([^=]+)/.exec(arg)?.[1];
  return written?.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
