import { UserError } from '../../errors.js';
import type { SweepReader } from '../../store/store.js';
import type { FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, formatOption, secondsFrom } from '../options/options.js';
import { note } from '../terminal/print.js';
import { printView } from '../terminal/print-view.js';

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
  readonly format: FormatOf<'rows'>;
  readonly db: string;
}

/** `focalsweep query`. */
export const queryCommand: Command = {
  usage: 'query [sweep]',
  describe: 'List runs that meet a condition, or query the database with SQL (read-only)',
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
      describe: 'Columns to sort by, with - in front for descending: -rare_recall,macro_f1',
    },
    columns: {
      type: 'string',
      describe: 'Columns to print, comma-separated; "all" for every one',
    },
    limit: { number: { whole: true, least: 1, example: 10 }, describe: 'At most this many rows' },
    sql: { type: 'string', describe: 'One SQL statement, instead of the options above' },
    timeout: { number: secondsFrom(0.1, 60), default: 10, describe: 'Seconds that --sql may take' },
    format: formatOption,
    db: dbOption,
  },
  async handler(args: QueryArgs): Promise<void> {
    if (args.sql !== undefined) refuseBesideSql(args);
    const { openStore } = await import('../../store/open-store.js');
    const reader = await openStore(args.db).reader();
    try {
      const rows =
        args.sql === undefined
          ? await reader.query({
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
      await printView('rows', rows, { format: args.format });
    } finally {
      await reader.close();
    }
  },
};

/** Trial ids by the ranks that the condition names; notes on stderr which sweep ranks them so. */
async function trialNames(reader: SweepReader, where: string, sweep?: string) {
  const { ranksIn } = await import('../../analysis/facts/find-configuration.js');
  const ranks = await ranksIn(reader, where, sweep);
  for (const [word, { name, id }] of ranks) note(`note: trial ${word} is ${name}, ${id}`);
  return new Map(ranks.map(([word, { id }]) => [word, id]));
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** `--sql` is the whole query: conditions belong in the statement. */
function refuseBesideSql({ sweep, where, sort, columns, limit }: QueryArgs): void {
  if (sweep !== undefined) {
    throw new UserError(`--sql queries the whole database, so "${sweep}" would have no effect`, {
      fix: `Put it in the statement: … where sweep = '${sweep.replaceAll("'", "''")}'`,
    });
  }
  const [option] =
    Object.entries({ where, sort, columns, limit }).find(([, value]) => value !== undefined) ?? [];
  if (option === undefined) return;
  throw new UserError(`--sql and --${option} cannot be combined`, {
    fix: `Put it in the statement, and leave --${option} out.`,
  });
}
