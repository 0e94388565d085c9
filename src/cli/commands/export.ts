import { statSync } from 'node:fs';
import { EXIT, UserError } from '../../errors.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { dbOption } from '../options/options.js';
import { note } from '../terminal/print.js';

interface ExportArgs {
  readonly sweep?: string;
  readonly runs: boolean;
  readonly to: 'csv' | 'parquet' | 'optuna';
  readonly out?: string;
  readonly predictions: boolean;
  readonly force: boolean;
  readonly db: string;
}

/** `focalsweep export`. */
export const exportCommand: Command = {
  usage: 'export [sweep]',
  describe: 'Write runs, epochs and classes as tables, or sweeps as studies of Optuna, to files',
  positionals: {
    sweep: { type: 'string', describe: 'Only this sweep; all of the database by default' },
  },
  options: {
    runs: { type: 'boolean', default: false, describe: 'Everything recorded of runs' },
    to: {
      choices: ['csv', 'parquet', 'optuna'],
      default: 'csv',
      describe: 'Tables as CSV or Parquet in a folder, or a database that Optuna opens',
    },
    out: { type: 'string', describe: 'The folder of the tables, or the file of the database' },
    predictions: {
      type: 'boolean',
      default: false,
      describe: 'Also a table of predictions: a row for every row and run',
    },
    force: { type: 'boolean', default: false, describe: 'Replace files that exist' },
    db: dbOption,
  },
  async handler(args: ExportArgs): Promise<void> {
    const out = requiredOut(args);
    const { openStore } = await import('../../store/open-store.js');
    const reader = await openStore(args.db).reader();
    try {
      const all = (await reader.sweeps()).map(({ name }) => name).toReversed();
      const sweeps = args.sweep === undefined ? all : [(await reader.sweep(args.sweep)).name];
      if (args.to === 'optuna') {
        const { exportOptuna } = await import('../../tables/optuna/export-optuna.js');
        const { prepareFile, explainWrite } = await import('../pages/export-files.js');
        prepareFile(out, args);
        const trials = await explainWrite(out, () => exportOptuna(reader, { sweeps, path: out }));
        note(
          `${counted(sweeps.length, 'study', 'studies')} with ${counted(trials, 'trial')} written to ${out}`,
        );
        return;
      }
      const { exportTables, tablePaths } = await import('../../tables/export-tables.js');
      const { prepareFolder, explainWrite } = await import('../pages/export-files.js');
      const request = { sweeps, folder: out, format: args.to, predictions: args.predictions };
      prepareFolder(
        out,
        Object.values(tablePaths(request)).filter((path) => path !== undefined),
        args,
      );
      const { runs } = await explainWrite(out, () => exportTables(reader, request));
      note(`${counted(runs, 'run')} of ${counted(sweeps.length, 'sweep')} written to ${out}`);
    } finally {
      await reader.close();
    }
  },
};

function isOneFile(out: string, db: string): boolean {
  const [one, other] = [out, db].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

function requiredOut({ runs, to, out, predictions, db }: ExportArgs): string {
  const where = 'export';
  if (!runs) throw new UserError('what is to be exported?', { where, fix: 'Add --runs for all runs.' });
  if (out === undefined) {
    const example = to === 'optuna' ? 'optuna.db' : 'tables';
    throw new UserError('where to?', { where, fix: `Add --out, for example --out ${example}` });
  }
  if (predictions && to === 'optuna') {
    throw new UserError('Optuna has no place for predictions', {
      where: '--predictions',
      fix: 'Leave it out, or export --to csv or parquet.',
    });
  }
  if (isOneFile(out, db)) {
    throw new UserError('an export cannot replace the database that it is made of', {
      where: `--out ${out}`,
      fix: 'Name another file.',
      exitCode: EXIT.usage,
    });
  }
  return out;
}
