import type { Ranking } from '../../analysis/ranking/ranking.js';
import { UserError } from '../../errors.js';
import { isForProgram } from '../../program.js';
import type { SweepReader } from '../../store/store.js';
import { FORMATS, type FormatOf } from '../../views/renderer.js';
import type { Command } from '../command.js';
import { dbOption, workersOption } from '../options/options.js';
import { printView } from '../terminal/print-view.js';

interface ImportanceArgs {
  readonly sweep?: string;
  readonly workers?: number;
  readonly format: FormatOf<'columns'>;
  readonly db: string;
}

/** `focalsweep importance`. */
export const importanceCommand: Command = {
  usage: 'importance [sweep]',
  describe:
    'Measure which columns matter to the chosen configurations and to cross-entropy; their runs are trained once more',
  positionals: {
    sweep: { type: 'string', describe: 'Name of the sweep; the latest by default' },
  },
  options: {
    workers: workersOption,
    format: { choices: FORMATS.columns, default: 'table', describe: 'Output format' },
    db: dbOption,
  },
  async handler(args: ImportanceArgs): Promise<void> {
    const [{ openStore }, { buildRanking, buildReport }, { onCores }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../analysis/analysis.js'),
      import('../../run/threads/bootstrap-on-cores.js'),
    ]);
    const reader = await openStore(args.db).reader();
    try {
      const ranking = await onCores((bootstrap) => buildRanking(reader, args.sweep, { bootstrap }));
      await measure(reader, ranking, args);
      const report = await onCores((bootstrap) => buildReport(reader, args.sweep, { bootstrap }));
      await printView('columns', report, { format: args.format, db: args.db });
    } finally {
      await reader.close();
    }
  },
};

/** Measures the runs of the shown configurations of which nothing was measured. */
async function measure(reader: SweepReader, { sweep, shown }: Ranking, args: ImportanceArgs): Promise<void> {
  const { isMeasured } = await import('../../analysis/columns/column-views.js');
  const runs = shown.flatMap(({ configuration }) =>
    configuration.runs.map(({ runId, seed }) => ({ runId, seed, config: configuration.config })),
  );
  if (runs.length === 0)
    throw new UserError(`no run of "${sweep.name}" has finished yet`, { where: args.db });
  const known = await reader.columnImportance(runs.map(({ runId }) => runId));
  const left = runs.filter(({ runId, config }) => !isForProgram(config) && !isMeasured(known.get(runId)));
  if (left.length === 0) return;
  const { trainRunsAgain } = await import('../supervision/train-runs-again.js');
  await trainRunsAgain(reader, {
    ...{ sweep, runs: left, asks: { shufflesColumns: true }, db: args.db, workers: args.workers },
    done: 'Measured',
    keep: (keeper, { result: { runId, columnImportance = [] } }) =>
      keeper.recordColumnImportance(runId, columnImportance),
  });
}
