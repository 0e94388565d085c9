import { UserError } from '../errors.js';
import { decodeModel } from '../model/file/model-file.js';
import type { Model } from '../model/model.js';
import { isForProgram } from '../program.js';
import type { FoundId, RunRow, SweepDetail, SweepReader } from '../store/store.js';
import { counted } from '../wording/counted.js';

/** The runs whose models are the members of a model, by seed, and the sweep that they are read in. */
export interface MemberRuns {
  readonly sweep: SweepDetail;
  readonly runs: readonly RunRow[];
}

/** The finished runs of a configuration, or one run. Throws UserError where there are none, and for programs. */
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
    if (trial === undefined || !isForProgram(trial.config)) return { sweep, runs };
    throw new UserError(`${id} was trained by a program of yours, whose models are not kept`, {
      fix: 'Let the program save its model, and predict with it.',
    });
  }
  throw new UserError(`no run of ${kind} ${id} has finished${sweepName ? ` in ${sweepName}` : ''}`, {
    fix: 'Launch the sweep again: it goes on where it stopped.',
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
