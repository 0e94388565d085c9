import { availableParallelism } from 'node:os';
import { EXIT, UserError } from '../../errors.js';
import { filePathOf, isServerUrl, memoryName, serverAddress } from '../../store/server-address.js';
import { FORMATS } from '../../views/renderer.js';
import { DEFAULT_DB } from '../../wording/db-words.js';
import type { CommandOption, NumberRange } from '../command.js';

const MOST_THREADS = 1024;
const SECONDS_OF_A_DAY = 86_400;

/** A count of something that takes threads or memory. */
export function countOf(example: number): NumberRange {
  return { whole: true, least: 1, most: MOST_THREADS, example };
}

/** A time in seconds, up to a day. */
export function secondsFrom(least: number, example: number): NumberRange {
  return { whole: false, least, most: SECONDS_OF_A_DAY, example };
}

/** `--db`, the same for every command. */
export const dbOption = {
  type: 'string',
  default: DEFAULT_DB,
  read: databaseFile,
  describe: 'The result database: a file, or postgres://user@host/database',
} as const satisfies CommandOption;

/** The path, or the URL of a server, that `--db` names. A store in memory would end with the process, and a launch takes two. */
export function databaseFile(url: string): string {
  if (isServerUrl(url)) return serverAddress(url).shown;
  if (memoryName(url) === undefined) return filePathOf(url);
  throw new UserError('a database in memory would be lost when the command ends', {
    where: `--db "${url}"`,
    fix: 'Name a file on a local disk with --db.',
    exitCode: EXIT.database,
  });
}

/** What may be written in place of an id; a shell takes an unquoted `#3` for a comment. */
export const RANK_FORMS =
  "a rank ('#3', or best) or the choice for an aim ('#rare classes') in the latest sweep or in another (flows#3)";

/** What `-` stands for among the files of a command. */
export const STDIN = '/dev/stdin';

/** `--workers`. */
export const workersOption = {
  number: countOf(2),
  defaultDescription: 'what the spec says, or one per core',
  describe: 'Number of training threads',
} as const satisfies CommandOption;

/** `--budget`. */
export const budgetOption = {
  type: 'string',
  defaultDescription: 'what the spec says',
  describe: 'What the search may spend, such as 30m, 2h, 200runs or 5000epochs; `none` for no limit',
} as const satisfies CommandOption;

/** `--decide`. */
export const decideOption = {
  type: 'string',
  describe:
    'How the class follows from the probabilities, by its name in reports, such as "class offsets", "rare classes=7" or precision=0.9; none is the most probable class',
} as const satisfies CommandOption;

/** How many runs train at the same time: as the command says, the spec, or one per core. */
export function workersOf(
  args: { readonly workers?: number | undefined },
  { workers }: { readonly workers: number | null },
): number {
  return args.workers ?? workers ?? availableParallelism();
}

/** `--top`: how many configurations a ranking lists. */
export function topOption(listed: number) {
  return {
    number: { whole: true, least: 1, all: true, example: listed },
    default: listed,
    describe: 'How many configurations the ranking lists, or "all"',
  } as const satisfies CommandOption;
}

/** `--engine`, which overrides the spec. */
export const engineOption = {
  type: 'string',
  describe: 'What trains: auto, native, tfjs, or one build such as native/wasm (see doctor)',
} as const satisfies CommandOption;

/** `--format` of commands that print rows. */
export const formatOption = {
  choices: FORMATS.rows,
  default: 'table',
  describe: 'Output format',
} as const satisfies CommandOption;
