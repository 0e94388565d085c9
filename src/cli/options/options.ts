import { availableParallelism } from 'node:os';
import type { CommandOption, NumberRange } from '../command.js';

const MOST_THREADS = 1024;
const SECONDS_OF_A_DAY = 86_400;

/** Some of something that takes threads or memory. */
export function countOf(example: number): NumberRange {
  return { whole: true, least: 1, most: MOST_THREADS, example };
}

/** A time in seconds, up to a day. */
export function secondsFrom(least: number, example: number): NumberRange {
  return { whole: false, least, most: SECONDS_OF_A_DAY, example };
}

export const DEFAULT_DB = 'results/focalsweep.db';

/** `--db`, the same for every command. */
export const dbOption = {
  type: 'string',
  default: DEFAULT_DB,
  describe: 'The result database',
} as const satisfies CommandOption;

/** What stands for a configuration where an id does; a shell takes an unquoted `#3` for a comment. */
export const RANK_FORMS = "a rank in the latest sweep ('#3', or best) or in another (flows#3)";

/** `--workers`. */
export const workersOption = {
  number: countOf(2),
  default: availableParallelism(),
  defaultDescription: 'one per core',
  describe: 'Threads that train',
} as const satisfies CommandOption;

/** `--top`: how many configurations a ranking lists. */
export function topOption(listed: number) {
  return {
    number: { whole: true, least: 1, all: true, example: listed },
    default: listed,
    describe: 'Configurations that a table lists, or "all"',
  } as const satisfies CommandOption;
}

/** `--engine`, over what the spec says. */
export const engineOption = {
  type: 'string',
  describe: 'auto, native, tfjs, or one build: native/wasm, tfjs/cpu … (see doctor)',
} as const satisfies CommandOption;

export const ROW_FORMATS = ['table', 'json', 'ndjson', 'csv', 'md'] as const;

/** `--format` of commands that print rows. */
export const formatOption = {
  choices: ROW_FORMATS,
  default: 'table',
  describe: 'How rows are printed',
} as const satisfies CommandOption;
