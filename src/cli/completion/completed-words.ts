import { type Command, type CommandOption, commandName } from '../command.js';

/** The shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What a shell offers for an argument: words, names of sweeps, files of some kind, or nothing. */
export type Offer =
  | { readonly type: 'words'; readonly words: readonly string[] }
  | { readonly type: 'files'; readonly endings: readonly string[] }
  | { readonly type: 'sweeps' | 'nothing' };

/** An option as a shell completes it. */
export interface CompletedOption {
  readonly name: string;
  readonly describe: string;
  /** Undefined for a switch. */
  readonly value?: Offer;
}

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly describe: string;
  readonly options: readonly CompletedOption[];
  /** For its positional arguments. */
  readonly argument: Offer;
}

const TABLES = ['csv', 'tsv', 'txt', 'gz', 'parquet'];

/** What positional arguments are, by their names; any other one is a file. */
const ARGUMENTS: Readonly<Record<string, Offer>> = {
  spec: { type: 'files', endings: ['yaml', 'yml'] },
  sweep: { type: 'sweeps' },
  sweeps: { type: 'sweeps' },
  ids: { type: 'sweeps' },
  id: { type: 'words', words: ['best'] },
  name: { type: 'nothing' },
  others: { type: 'files', endings: ['db'] },
  from: { type: 'files', endings: ['db'] },
  table: { type: 'files', endings: TABLES },
  tables: { type: 'files', endings: TABLES },
  shell: { type: 'words', words: SHELLS },
  model: { type: 'words', words: ['best'] },
  language: { type: 'words', words: ['python'] },
};
const DATABASES: Offer = { type: 'files', endings: ['db'] };
const FILE_OPTIONS: ReadonlySet<string> = new Set(['out', 'file']);

/** What shells need to know of every command. */
export function completedCommands(commands: readonly Command[]): readonly CompletedCommand[] {
  return commands.map((command) => {
    const [argument] = Object.keys(command.positionals);
    return {
      name: commandName(command),
      describe: command.describe,
      options: [
        ...Object.entries(command.options).map(([name, option]) => ({
          name,
          describe: option.describe,
          ...offerOf(name, option),
        })),
        { name: 'help', describe: 'Show help' },
      ],
      argument:
        argument === undefined
          ? { type: 'nothing' }
          : (ARGUMENTS[argument] ?? { type: 'files', endings: [] }),
    };
  });
}

function offerOf(name: string, { type, choices, number }: CommandOption): { readonly value?: Offer } {
  if (type === 'boolean') return {};
  if (choices !== undefined) return { value: { type: 'words', words: choices } };
  if (number !== undefined) return { value: { type: 'nothing' } };
  if (name === 'db') return { value: DATABASES };
  return { value: FILE_OPTIONS.has(name) ? { type: 'files', endings: [] } : { type: 'nothing' } };
}

/** A text in single quotes, as bash and zsh read it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
