import { dirname, join } from 'node:path';
import type { LaunchedSpec } from '../../run/prepare/launched-spec.js';
import type { Shard } from '../../spec/settings/shard.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';
import { DEFAULT_DB } from '../../wording/db-words.js';
import type { CommandOption } from '../command.js';
import { fileName } from '../pages/html-report.js';
import { noteWarnings } from '../terminal/print.js';

/** What a launch adds to its spec. */
export const addOption = {
  type: 'string',
  repeats: true,
  describe:
    'Values to add to an axis of the spec, such as gamma=4,5, or trials=60 for so many drawn configurations in all; later launches keep what was added, and `none` forgets it',
} as const satisfies CommandOption;

/** What a launch trains. */
export interface ReadLaunch {
  readonly spec: SweepSpec;
  /** The whole sweep without it. */
  readonly shard?: Shard | undefined;
}

/** The spec of `launch` and `plan`, and notes on what earlier launches added. Throws UserError. */
export async function specToLaunch(args: LaunchedSpec): Promise<SweepSpec> {
  const { readLaunchedSpec } = await import('../../run/prepare/launched-spec.js');
  const { spec, notes } = await readLaunchedSpec(args);
  noteWarnings(notes);
  return spec;
}

/** Where a launch writes if `--db` does not say it: every shard has a file of its own. Throws UserError. */
export async function databaseOf(specFile: string, shard: Shard | undefined): Promise<string> {
  if (shard === undefined) return DEFAULT_DB;
  const { readSpec } = await import('../../spec/parse-spec.js');
  return shardFile(readSpec(specFile).name, shard);
}

/** The file of a shard; `*` in place of its number stands for those of all shards. */
export function shardFile(
  sweep: string,
  { index, count }: Pick<Shard, 'count'> & { readonly index: number | '*' },
): string {
  return join(dirname(DEFAULT_DB), `${fileName(sweep)}.shard-${index}-of-${count}.db`);
}
