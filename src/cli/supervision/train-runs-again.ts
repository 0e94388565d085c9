import { UserError } from '../../errors.js';
import type { PreparedSweep } from '../../run/prepare/prepare-sweep.js';
import type { TrainAgainOptions, TrainedAgain } from '../../run/train-again.js';
import type { RunRow, StoreKeeper, SweepDetail, SweepReader } from '../../store/store.js';
import type { AnyConfig } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { recordedSpec } from '../commands/resume.js';
import { workersOf } from '../options/options.js';
import { note } from '../terminal/print.js';

/** Runs to train once more, and what to keep of them. */
export interface AgainRequest extends Pick<TrainAgainOptions, 'asks'> {
  readonly sweep: SweepDetail;
  readonly runs: readonly (Pick<RunRow, 'runId' | 'seed'> & { readonly config: AnyConfig })[];
  readonly db: string;
  readonly workers?: number | undefined;
  readonly keep: (keeper: StoreKeeper, again: TrainedAgain) => Promise<void>;
  /** What was done to a run: the first word of the progress. */
  readonly done: string;
}

/**
 * Trains finished runs of a sweep once more, on the table of its last launch, and keeps what was asked for. Throws UserError where
 * the table or the trainer is another one.
 */
export async function trainRunsAgain(
  reader: SweepReader,
  { sweep, runs, db, workers, asks, keep, done: word }: AgainRequest,
): Promise<void> {
  const [{ prepareSweep }, { networkEngine, trainerName }, { trainAgain }, { openStore }] = await Promise.all(
    [
      import('../../run/prepare/prepare-sweep.js'),
      import('../../run/prepare/choose-trainer.js'),
      import('../../run/train-again.js'),
      import('../../store/open-store.js'),
    ],
  );
  const spec = await recordedSpec({ db, sweep: sweep.name });
  // The last launch may have named another engine than the spec.
  const network = networkEngine(sweep.engine);
  const engine = network === undefined ? undefined : trainerName(network);
  const prepared = await prepareSweep(spec, { db, yes: true, engine });
  requireSame(prepared, sweep);
  const keeper = await openStore(db).keeper(note);
  let done = 0;
  try {
    await trainAgain({
      ...prepared,
      asks,
      workers: workersOf({ workers }, spec),
      runs: await Promise.all(runs.map(async (run) => ({ ...run, ...(await recorded(reader, run.runId)) }))),
      async onTrained(again) {
        await keep(keeper, again);
        done++;
        note(`${word} ${done} of ${counted(runs.length, 'run')}.`);
      },
    });
  } finally {
    await keeper.close();
  }
}

/** Training again gives the same models only on the same table and by the same trainer. */
function requireSame({ dataset, plan }: PreparedSweep, sweep: SweepDetail): void {
  const fix = 'Launch the sweep under another name, and use that one.';
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

async function recorded(reader: SweepReader, runId: string) {
  const { engine, result } = await reader.run(runId);
  if (result === null) throw new Error(`run ${runId} was ranked without a result`);
  return { engine, result };
}
