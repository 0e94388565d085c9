import type { PositionalOptions } from 'yargs';

/** The numbers that an option takes, written in plain digits. */
export interface NumberRange {
  readonly whole: boolean;
  readonly least: number;
  readonly most?: number;
  /** Also takes the word `all`. */
  readonly all?: boolean;
  /** A sensible number, for messages. */
  readonly example: number;
}

/** An option of a command: a text, one of several words, a number or a switch. */
export interface CommandOption {
  readonly type?: 'string' | 'boolean';
  readonly choices?: readonly string[];
  readonly number?: NumberRange;
  /** What a text stands for. Throws UserError for one that stands for nothing. */
  readonly read?: (text: string) => string;
  /** A text that may be given several times: the command gets all of them, an empty list without any. */
  readonly repeats?: boolean;
  readonly default?: string | number | boolean;
  /** What the help says instead of the default. */
  readonly defaultDescription?: string;
  readonly describe: string;
}

/** One command: what it is called with, and what it does. */
export interface Command {
  /** Name and positional arguments, as yargs writes them. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals: { readonly [name: string]: PositionalOptions };
  readonly options: { readonly [name: string]: CommandOption };
  /** `never`, because each command types its own arguments. */
  readonly handler: (args: never) => Promise<void>;
}

/** The first word of a command's usage. */
export function commandName({ usage }: Command): string {
  return usage.split(' ')[0] ?? usage;
}
