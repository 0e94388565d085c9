import yargs, { type Argv, type Options } from 'yargs';
import { packageVersion } from '../environment.js';
import { UserError } from '../errors.js';
import { didYouMean } from '../wording/did-you-mean.js';
import { type Command, type CommandOption, commandName } from './command.js';
import { optionName, readValues, refuseFlagValues, refuseNamedTwice } from './options/option-values.js';
import { STDIN } from './options/options.js';

const HELP_WIDTH = 100;

/** The command line: parses, checks, and hands over to one command. */
export function createCli(given: readonly string[], commands: readonly Command[]): Argv {
  const args = asOptions(given, commands);
  const cli = yargs([...args])
    .scriptName('focalsweep')
    .usage('$0 <command>\n\nHyperparameter sweeps for imbalanced classification: train, rank, report.')
    .version(packageVersion())
    .alias({ h: 'help', v: 'version' })
    .strict()
    .detectLocale(false)
    // Numbers are read as text too.
    .updateStrings({ string: 'value' })
    .parserConfiguration({ 'nargs-eats-options': true, 'dot-notation': false })
    .demandCommand(1, 'no command given')
    .wrap(Math.min(HELP_WIDTH, process.stdout.columns || HELP_WIDTH))
    .exitProcess(false)
    .fail((message, error) => {
      if (error && error.name !== 'YError') throw error;
      throw usageError(message ?? error.message, args, commands);
    })
    .epilogue('Start: focalsweep launch sweeps/quickstart.yaml');
  // Every form in which yargs takes a request for help, and a few other options.
  const mayAskForHelp = args.some((arg) => /^-.*h|^help$/.test(arg));
  for (const command of commands) {
    const handler = command.handler as (args: object) => Promise<void>;
    cli.command(
      command.usage,
      command.describe,
      (yargs) => withOptions(yargs, command, mayAskForHelp),
      async (values) => {
        refuseFlagValues(command, args);
        refuseNamedTwice(command, args, values);
        await handler(readValues(command, values));
      },
    );
  }
  return cli;
}

/** `help`, `help launch` and `version` as the options that yargs knows; among files, stdin by its name: yargs drops a `-`. */
function asOptions(args: readonly string[], commands: readonly Command[]): readonly string[] {
  const [first, second, ...others] = args;
  const takesFiles = commands.find((command) => commandName(command) === first)?.positionals.files;
  if (takesFiles !== undefined) return args.map((arg) => (arg === '-' ? STDIN : arg));
  if (first === 'version') return ['--version'];
  if (first !== 'help') return args;
  if (second === undefined) return ['--help'];
  if (!commands.some((command) => commandName(command) === second)) throw unknownCommand(second, commands);
  return [second, '--help', ...others];
}

/** Hides the options unless help was asked for: yargs lays it out on every call, which takes longer than the rest of its work. */
function withOptions(yargs: Argv, { positionals, options }: Command, mayAskForHelp: boolean): Argv {
  for (const [name, positional] of Object.entries(positionals)) yargs.positional(name, positional);
  for (const [name, option] of Object.entries(options)) {
    const { number: _range, read: _read, repeats: _repeats, ...known } = option;
    yargs.option(name, { ...known, ...oneText(option), hidden: !mayAskForHelp });
  }
  return yargs;
}

/** One argument, even one that begins with a dash: `--sort -rare_recall`. Numbers are read from their text. */
function oneText({ type }: CommandOption): Options {
  return type === 'boolean' ? {} : { type: 'string', nargs: 1 };
}

/** The mistake in the command line, with the word that was probably meant. */
function usageError(message: string, args: readonly string[], commands: readonly Command[]): UserError {
  const command = commands.find((candidate) => commandName(candidate) === args[0]);
  // yargs names an option twice, as written and in camel case.
  const unknown = /^Unknown (?:arguments?|commands?): (.*)$/s.exec(message)?.[1]?.split(', ')[0];
  if (command === undefined) {
    return unknown === undefined
      ? new UserError(message, { fix: ALL_COMMANDS })
      : unknownCommand(unknown, commands);
  }
  const fix = `focalsweep ${command.usage}; focalsweep ${args[0]} --help`;
  const known = Object.keys(command.options);
  const tooFew = message.startsWith('Not enough non-option arguments');
  // An unknown option takes the next word as its value, so that a positional argument is missing.
  const stranger = tooFew
    ? args.map(optionName).find((name) => name !== undefined && !known.includes(name))
    : unknown;
  if (stranger !== undefined) {
    const what = `${args[0]} does not take "${stranger}"`;
    if (args.includes(stranger)) return new UserError(`${what} in addition to its other arguments`, { fix });
    const oneDash = args.find((arg) => known.includes(arg.replace(/^-/, '')));
    const meant = oneDash === undefined ? didYouMean(stranger, known) : ` Did you mean "-${oneDash}"?`;
    return new UserError(`${what}.${meant}`, { fix });
  }
  if (tooFew) return new UserError(`${args[0]} needs ${command.usage.match(/<.*>/)?.[0]}`, { fix });
  return new UserError(valueMistake(message, command) ?? message.replace(/\s+/g, ' '), { fix });
}

/** Our own message for what yargs says about an option's value. */
function valueMistake(message: string, { options }: Command): string | undefined {
  const empty = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (empty !== undefined) return `--${empty} needs a value`;
  const [, name, given] = /Argument: (\S+), Given: "(.*?)", Choices:/s.exec(message) ?? [];
  if (name === undefined || given === undefined) return undefined;
  const choices = (options[name]?.choices ?? []).map(String);
  return `--${name} must be one of ${choices.join(', ')}; "${given}" is not.${didYouMean(given, choices)}`;
}

const ALL_COMMANDS = 'focalsweep --help';

function unknownCommand(word: string, commands: readonly Command[]): UserError {
  const known = commands.map(commandName);
  return new UserError(`there is no command "${word}".${didYouMean(word, known)}`, { fix: ALL_COMMANDS });
}
