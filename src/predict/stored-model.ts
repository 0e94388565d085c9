import { UserError } from '../errors.js';
import { decodeModel } from '../model/file/model-file.js';
import type { Model } from '../model/model.js';
import { isForProgram } from '../program.js';
import type { FoundId, RunRow, SweepDetail, SweepReader } from '../store/store.js';
import { counted } from '../wording/counted.js';
import { dbWords } from '../wording/db-words.js';

/** The runs whose models are the members of a model, by seed, and the sweep that they are read in. */
export interface MemberRuns {
  readonly sweep: SweepDetail;
  readonly runs: readonly RunRow[];
  /** How many other runs of the configuration have no result yet. */
  readonly unfinished: number;
  /** Whether a program of the user's own trained them. */
  readonly isOfProgram: boolean;
}

/** The finished runs of a configuration, or one run. Throws UserError where there are none. */
export async function memberRuns(
  reader: SweepReader,
  { kind, id }: FoundId,
  sweepName?: string,
): Promise<MemberRuns> {
  const names = sweepName === undefined ? (await reader.sweeps()).map(({ name }) => name) : [sweepName];
  for (const name of names) {
    const runs = (await reader.runs(name))
      .filter(({ runId, trialId }) => (kind === 'run' ? runId : trialId) === id)
      .toSorted((a, b) => a.seed - b.seed);
    if (runs.length === 0) continue;
    const sweep = await reader.sweep(name);
    const trial = (await reader.trials(name)).find(({ trialId }) => trialId === runs[0]?.trialId);
    const others =
      kind === 'run' ? [] : (await reader.progress(name)).filter(({ trialId }) => trialId === id);
    const isOfProgram = trial !== undefined && isForProgram(trial.config);
    return { sweep, runs, unfinished: others.length, isOfProgram };
  }
  throw new UserError(`no run of ${kind} ${id} has finished${sweepName ? ` in ${sweepName}` : ''}`, {
    fix: 'Launch the sweep again: it goes on where it stopped.',
  });
}

/** Throws UserError, which says how to predict then, for runs of a program of the user's own: only that knows what its models compute. */
export async function requireOwnModel(reader: SweepReader, members: MemberRuns, db: string): Promise<void> {
  if (!members.isOfProgram) return;
  const missing = await runsWithoutModel(reader, members);
  const [run] = members.runs.filter((own) => !missing.includes(own));
  throw new UserError('a program of yours trained this model, and only that program can predict with it', {
    where: `sweep ${members.sweep.name}`,
    fix:
      run === undefined
        ? 'No model file of it was kept: a program hands one over as `model` in its result (docs/own-trainer.md).'
        : `Get the file that it handed over, and predict with your program: focalsweep export ${run.runId.slice(0, 8)} --out FILE${dbWords(db)}`,
  });
}

/** Those of them whose models are not in the database. */
export async function runsWithoutModel(
  reader: SweepReader,
  { runs }: MemberRuns,
): Promise<readonly RunRow[]> {
  const missing: RunRow[] = [];
  for (const run of runs) if ((await reader.model(run.runId)) === null) missing.push(run);
  return missing;
}

/** The model of the runs, one member for each. Throws UserError, which says how to get them, for weights that were not kept. */
export async function storedModel(reader: SweepReader, members: MemberRuns): Promise<Model> {
  const { sweep, runs } = members;
  const models: Model[] = [];
  for (const { runId } of runs) {
    const file = await reader.model(runId);
    if (file !== null) models.push(decodeModel(file, `the model of run ${runId}`));
  }
  const [first] = models;
  const lacking = runs.length - models.length;
  if (first === undefined || lacking > 0) {
    throw new UserError(`the weights of ${counted(lacking, 'run')} of ${runs.length} were not kept`, {
      where: `sweep ${sweep.name}`,
      fix: 'Add --train: the runs are trained once more, to the same weights, which are then kept. `keep: all` in a spec keeps those of every run.',
    });
  }
  const { costs } = sweep;
  return {
    ...first,
    ...(first.scoring && {
      scoring: { ...first.scoring, metric: { ...first.scoring.metric, ...(costs !== null && { costs }) } },
    }),
    members: models.flatMap((model) => model.members),
  };
}
