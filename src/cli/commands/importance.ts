import type { Ranking } from '../../analysis/ranking/ranking.js';
import { UserError } from '../../errors.js';
import { isForProgram } from '../../program.js';
import type { FinishedRun } from '../../run/measure-columns.js';
import type { PreparedSweep } from '../../run/prepare/prepare-sweep.js';
import type { SweepDetail, SweepReader } from '../../store/store.js';
import { FORMATS, type FormatOf } from '../../views/renderer.js';
import { counted } from '../../wording/counted.js';
import type { Command } from '../command.js';
import { dbOption, workersOf, workersOption } from '../options/options.js';
import { note } from '../terminal/print.js';
import { printView } from '../terminal/print-view.js';
import { recordedSpec } from './resume.js';

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
    const [{ openStore }, { buildRanking, buildReport }, { bootstrapOnCores }] = await Promise.all([
      import('../../store/open-store.js'),
      import('../../analysis/analysis.js'),
      import('../../run/threads/bootstrap-on-cores.js'),
    ]);
    const reader = await openStore(args.db).reader();
    try {
      const ranking = await buildRanking(reader, args.sweep, { bootstrap: bootstrapOnCores });
      await measure(reader, ranking, args);
      const report = await buildReport(reader, args.sweep, { bootstrap: bootstrapOnCores });
      await printView('columns', report, { format: args.format });
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
  const [{ prepareSweep }, { networkEngine, trainerName }, { measureColumns }, { openStore }] =
    await Promise.all([
      import('../../run/prepare/prepare-sweep.js'),
      import('../../run/prepare/choose-trainer.js'),
      import('../../run/measure-columns.js'),
      import('../../store/open-store.js'),
    ]);
  const spec = await recordedSpec({ db: args.db, sweep: sweep.name });
  // The last launch may have named another engine than the spec.
  const network = networkEngine(sweep.engine);
  const engine = network === undefined ? undefined : trainerName(network);
  const prepared = await prepareSweep(spec, { db: args.db, yes: true, engine });
  requireSame(prepared, sweep);
  const keeper = await openStore(args.db).keeper(note);
  let done = 0;
  try {
    await measureColumns({
      ...prepared,
      workers: workersOf(args, spec),
      runs: await Promise.all(
        left.map(async ({ runId, seed, config }) => ({ seed, config, ...(await recorded(reader, runId)) })),
      ),
      async onMeasured({ runId, columnImportance = [] }) {
        await keeper.recordColumnImportance(runId, columnImportance);
        done++;
        note(`Measured ${done} of ${counted(left.length, 'run')}.`);
      },
    });
  } finally {
    await keeper.close();
  }
}

/** Training again gives the same models only on the same table and by the same trainer. */
function requireSame({ dataset, plan }: PreparedSweep, sweep: SweepDetail): void {
  const fix = 'Launch the sweep under another name, and measure that one.';
  if (plan.engine !== sweep.engine) {
    throw new UserError(
      `"${sweep.name}" was trained by ${sweep.engine}, and ${plan.engine} is what trains here`,
      { fix },
    );
  }
  if (dataset.fingerprint !== sweep.dataset.fingerprint) {
    throw new UserError(`the table of "${sweep.name}" is another one than when it was trained`, {
      where: sweep.source,
      fix: `Restore the table. ${fix}`,
    });
  }
}

async function recorded(reader: SweepReader, runId: string): Promise<Pick<FinishedRun, 'engine' | 'result'>> {
  const { engine, result } = await reader.run(runId);
  if (result === null) throw new Error(`run ${runId} was ranked without a result`);
  return { engine, result };
}
