import type { Options, PositionalOptions } from 'yargs';

/** One command: what it is called with, and what it does. */
export interface Command {
  /** Name and positional arguments, as yargs writes them. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals: { readonly [name: string]: PositionalOptions };
  readonly options: { readonly [name: string]: Options };
  /** Options that exclude others. */
  readonly conflicts?: { readonly [name: string]: readonly string[] };
  /** `never`, because each command types its own arguments. */
  readonly handler: (args: never) => Promise<void>;
}

/** The command's own word. */
export function commandName({ usage }: Command): string {
  return usage.split(' ')[0] ?? usage;
}
