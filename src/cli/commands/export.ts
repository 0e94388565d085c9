import { statSync } from 'node:fs';
import { EXIT, UserError } from '../../errors.js';
import { MODEL_FORMATS, type ModelFormat } from '../../export/export.js';
import { counted } from '../../wording/counted.js';
import { dbWords } from '../../wording/db-words.js';
import { shellWord } from '../../wording/shell-word.js';
import type { Command } from '../command.js';
import { namedSweep } from '../options/named-sweep.js';
import { dbOption, decideOption, RANK_FORMS, workersOption } from '../options/options.js';
import { note } from '../terminal/print.js';

const RUN_FORMATS = ['csv', 'parquet', 'optuna'] as const;

type RunFormat = (typeof RUN_FORMATS)[number];

interface ExportArgs {
  readonly source?: string;
  readonly runs: boolean;
  readonly to?: RunFormat | ModelFormat;
  readonly out?: string;
  readonly sweep?: string;
  readonly decide?: string;
  readonly train: boolean;
  readonly workers?: number;
  readonly predictions: boolean;
  readonly force: boolean;
  readonly db: string;
}

/** `focalsweep export`. */
export const exportCommand: Command = {
  usage: 'export [source]',
  describe: 'Write a model as other programs read it, or runs as tables or as studies of Optuna',
  positionals: {
    source: {
      type: 'string',
      describe: `Run, or configuration whose seeds predict together, by the mean of their probabilities: an id or the start of one, ${RANK_FORMS}; or a model file. With --runs a sweep, all of the database by default`,
    },
  },
  options: {
    runs: { type: 'boolean', default: false, describe: 'Everything recorded of runs' },
    to: {
      choices: [...MODEL_FORMATS, ...RUN_FORMATS],
      describe:
        'A model for ONNX Runtime, for TensorFlow.js, for predict or as JSON; runs as tables in a folder (csv by default), or as a database that Optuna opens. The model of a program of yours is the file that it handed over, without --to',
    },
    out: { type: 'string', describe: 'The file; the folder of tables and of a model for TensorFlow.js' },
    sweep: { type: 'string', describe: 'Sweep of a rank; the latest by default' },
    decide: decideOption,
    train: {
      type: 'boolean',
      default: false,
      describe: 'Train runs whose weights were not kept once more, to the same weights, and keep them',
    },
    workers: workersOption,
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
    const { to = 'csv', source } = args;
    if (!args.runs && args.to === undefined) {
      const { exportRunFiles } = await import('../prediction/export-run-files.js');
      await exportRunFiles({ ...args, out, model: requiredModel(source) });
      return;
    }
    if (isModelFormat(to)) {
      const { exportModel } = await import('../prediction/export-model.js');
      await exportModel({ ...args, to, out, model: requiredModel(source) });
      return;
    }
    await exportRuns({ ...args, to, out });
  },
};

function isModelFormat(to: RunFormat | ModelFormat): to is ModelFormat {
  return MODEL_FORMATS.some((format) => format === to);
}

interface RunsExport extends ExportArgs {
  readonly to: RunFormat;
  readonly out: string;
}

async function exportRuns({ source, to, out, ...args }: RunsExport): Promise<void> {
  const [{ openStore }, { prepareFile, prepareFolder, explainWrite }] = await Promise.all([
    import('../../store/open-store.js'),
    import('../pages/export-files.js'),
  ]);
  const reader = await openStore(args.db).reader();
  try {
    const all = (await reader.sweeps()).map(({ name }) => name).toReversed();
    const sweeps = source === undefined ? all : [(await reader.sweep(source)).name];
    if (to === 'optuna') {
      const { exportOptuna } = await import('../../tables/optuna/export-optuna.js');
      prepareFile(out, args);
      const trials = await explainWrite(out, () => exportOptuna(reader, { sweeps, path: out }));
      note(
        `${counted(sweeps.length, 'study', 'studies')} with ${counted(trials, 'trial')} written to ${out}`,
      );
      return;
    }
    const { exportTables, tablePaths } = await import('../../tables/export-tables.js');
    const request = { sweeps, folder: out, format: to, predictions: args.predictions };
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
}

function isOneFile(out: string, db: string): boolean {
  const [one, other] = [out, db].map((path) => statSync(path, { throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

const EXAMPLES: { readonly [format in RunFormat | ModelFormat]: string } = {
  onnx: 'model.onnx',
  tfjs: 'model-tfjs',
  safetensors: 'model.safetensors',
  json: 'model.json',
  csv: 'tables',
  parquet: 'tables',
  optuna: 'optuna.db',
};

function requiredModel(source: string | undefined): string {
  if (source !== undefined) return source;
  throw new UserError('which model is to be exported?', {
    where: 'export',
    fix: 'Name a run, a trial or a rank, such as best, or a model file.',
  });
}

function requiredOut({ runs, source, sweep, to: given, out, predictions, decide, db }: ExportArgs): string {
  const where = 'export';
  const to = given ?? 'csv';
  const isFile = !runs && source !== undefined && given === undefined;
  if (!runs && source !== undefined && !isFile && !isModelFormat(to)) {
    const words = [
      ...namedSweep(source, sweep),
      '--runs',
      '--to',
      to,
      '--out',
      shellWord(out ?? EXAMPLES[to]),
    ];
    throw new UserError(`${to} is a format of runs, not of a model`, {
      where: `--to ${to}`,
      fix: `csv, parquet and optuna go with --runs: focalsweep export ${words.join(' ')}${dbWords(db)}. A model goes --to onnx, tfjs, safetensors or json.`,
    });
  }
  if (!runs && !isFile && !isModelFormat(to)) {
    throw new UserError('what is to be exported?', {
      where,
      fix: `Add --runs for all runs, or name a model and its format: focalsweep export best --to onnx --out model.onnx${dbWords(db)}`,
    });
  }
  if (runs && isModelFormat(to)) {
    throw new UserError(`runs cannot be written as ${to}`, {
      where: '--runs',
      fix: 'Leave --runs out to export a model, or export --to csv, parquet or optuna.',
    });
  }
  if (out === undefined) {
    const example = isFile ? 'model.pt' : EXAMPLES[to];
    throw new UserError('where to?', { where, fix: `Add --out, for example --out ${example}` });
  }
  if (predictions && (isFile || (to !== 'csv' && to !== 'parquet'))) {
    throw new UserError(`${isFile ? 'a model' : to} has no place for predictions`, {
      where: '--predictions',
      fix: 'Leave it out, or export --to csv or parquet.',
    });
  }
  if (decide !== undefined && !isModelFormat(to)) {
    throw new UserError('runs are recorded with the most probable class', {
      where: '--decide',
      fix: 'Leave it out, or export a model.',
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
