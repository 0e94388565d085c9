import { UserError } from '../errors.js';
import type { RowFormat } from '../report/rows.js';
import type { SweepReader } from '../store/store.js';
import type { Command } from './command.js';
import { dbOption, formatOption } from './options.js';
import { note, print, terminalWidth } from './print.js';

/** Laying out a table takes a hundred times the memory of its cells. */
const MOST_TABLE_BYTES = 8 * 2 ** 20;

export interface QueryArgs {
  readonly sweep?: string;
  readonly where?: string;
  readonly sort?: string;
  readonly columns?: string;
  readonly limit?: number;
  readonly sql?: string;
  readonly timeout: number;
  readonly format: RowFormat;
  readonly db: string;
}

/** `focalsweep query`. */
export const queryCommand: Command = {
  usage: 'query [sweep]',
  describe: 'Search finished and unfinished runs, or put SQL to the database (read-only)',
  positionals: {
    sweep: { type: 'string', describe: 'Only runs of this sweep' },
  },
  options: {
    where: {
      type: 'string',
      describe: 'Condition, e.g. "gamma >= 2 and macro_f1 > 0.6", "trial = #1", "run = 31016d54"',
    },
    sort: {
      type: 'string',
      describe: 'Columns, - in front for descending: -rare_recall,macro_f1',
    },
    columns: {
      type: 'string',
      describe: 'Columns to print, comma-separated; "all" for every one',
    },
    limit: { type: 'number', describe: 'At most this many rows' },
    sql: { type: 'string', describe: 'One SQL statement instead' },
    timeout: { type: 'number', default: 10, describe: 'Seconds that --sql may take' },
    format: formatOption,
    db: dbOption,
  },
  conflicts: { sql: ['where', 'sort', 'columns', 'limit', 'sweep'] },
  async handler(args: QueryArgs): Promise<void> {
    const { openReader } = await import('../store/sqlite-store.js');
    const { renderRows } = await import('../report/rows.js');
    if (args.limit !== undefined && !(Number.isInteger(args.limit) && args.limit > 0)) {
      throw new UserError('--limit must be a whole number of 1 or more', { where: '--limit' });
    }
    const reader = openReader(args.db);
    try {
      const rows =
        args.sql === undefined
          ? reader.query({
              ...(args.sweep === undefined ? {} : { sweep: args.sweep }),
              ...(args.where === undefined
                ? {}
                : { where: args.where, trialNames: await trialNames(reader, args.where, args.sweep) }),
              ...(args.sort === undefined ? {} : { sort: list(args.sort) }),
              ...(args.columns === undefined ? {} : { columns: list(args.columns) }),
              ...(args.limit === undefined ? {} : { limit: args.limit }),
            })
          : await reader.sql(
              args.sql,
              args.timeout * 1000,
              args.format === 'table' ? MOST_TABLE_BYTES : undefined,
            );
      print(renderRows(rows, args.format, terminalWidth()));
    } finally {
      reader.close();
    }
  },
};

/** Trial ids by the ranks that the condition names; says on stderr in which sweep they are ranks. */
async function trialNames(reader: SweepReader, where: string, sweep?: string) {
  const { ranksIn } = await import('../report/find-configuration.js');
  const ranks = ranksIn(reader, where, sweep);
  for (const [word, { name, id }] of ranks) note(`note: trial ${word} is ${name}, ${id}`);
  return new Map(ranks.map(([word, { id }]) => [word, id]));
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
