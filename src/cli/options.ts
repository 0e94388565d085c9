import { availableParallelism } from 'node:os';
import type { Options } from 'yargs';

export const DEFAULT_DB = 'results/focalsweep.db';

/** `--db`, the same for every command. */
export const dbOption = {
  type: 'string',
  default: DEFAULT_DB,
  describe: 'The result database',
} as const satisfies Options;

/** What stands for a configuration where an id does; a shell takes an unquoted `#3` for a comment. */
export const RANK_FORMS = "a rank in the latest sweep ('#3', or best) or in another (flows#3)";

/** `--workers`. */
export const workersOption = {
  type: 'number',
  default: availableParallelism(),
  defaultDescription: 'one per core',
  describe: 'Threads that train',
} as const satisfies Options;

/** `--engine`, over what the spec says. */
export const engineOption = {
  type: 'string',
  describe: 'auto, native, tfjs, or one build: native/wasm, tfjs/cpu … (see doctor)',
} as const satisfies Options;

export const ROW_FORMATS = ['table', 'json', 'ndjson', 'csv', 'md'] as const;

/** `--format` of commands that print rows. */
export const formatOption = {
  choices: ROW_FORMATS,
  default: 'table',
  describe: 'How rows are printed',
} as const satisfies Options;
