import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { decodeModel, looksLikeModelFile } from '../../model/file/model-file.js';
import type { Model } from '../../model/model.js';
import type { MemberRuns } from '../../predict/stored-model.js';
import type { SweepDetail, SweepReader } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import { noteWarnings } from '../terminal/print.js';

/** The most probable class. */
const UNDECIDED = 'none';

/** What names a model, and where it is looked for. */
export interface ModelWord {
  /** An id or the start of one, a rank, `best`, or the path of a model file. */
  readonly model: string;
  readonly sweep?: string | undefined;
  readonly db: string;
}

/** A model that may have to be trained once more. */
export interface ModelRequest extends ModelWord {
  /** A decision by its name in reports; `none` for the most probable class. By default that of a model file, else none. */
  readonly decide?: string | undefined;
  /** Runs whose weights were not kept are trained once more. */
  readonly train: boolean;
  readonly workers?: number | undefined;
}

/** A model, and the sweep that it was found in; a file has none. */
export interface FoundModel {
  readonly model: Model;
  readonly sweep?: SweepDetail;
}

/** The model of a run, of all seeds of a configuration, or of a file. Throws UserError where there is none, or its weights were not kept. */
export async function findModel(request: ModelRequest): Promise<FoundModel> {
  const { model: word, decide, train, workers, db } = request;
  if (isModelFile(word)) return { model: decidedFile(decodeModel(readFileSync(word), word), request) };
  const [{ openStore }, stored] = await Promise.all([
    import('../../store/open-store.js'),
    import('../../predict/stored-model.js'),
  ]);
  const reader = await openStore(db).reader();
  try {
    const members = await findMembers(reader, request);
    await stored.requireOwnModel(reader, members, db);
    noteUnfinished(members);
    if (train) {
      const missing = await stored.runsWithoutModel(reader, members);
      const { config } = await reader.run(members.runs[0]?.runId ?? '');
      const { trainRunsAgain } = await import('../supervision/train-runs-again.js');
      if (missing.length > 0) {
        await trainRunsAgain(reader, {
          ...{ sweep: members.sweep, runs: missing.map((run) => ({ ...run, config })), db, workers },
          asks: { keepsModel: true },
          done: 'Trained',
          keep: async (keeper, { result: { runId }, model }) => {
            if (model !== undefined) await keeper.recordModel(runId, model);
          },
        });
      }
    }
    const { sweep } = members;
    const model = await stored.storedModel(reader, members);
    if (decide === undefined || decide === UNDECIDED) return { model, sweep };
    const { fitDecision } = await import('../../analysis/facts/fit-decision.js');
    return { model: { ...model, decision: await fitDecision(reader, members, decide) }, sweep };
  } finally {
    await reader.close();
  }
}

/** The runs that a word names. Throws UserError where there are none, or none has finished. */
export async function findMembers(
  reader: SweepReader,
  { model: word, sweep }: ModelWord,
): Promise<MemberRuns> {
  const [{ findByWord, findRanked }, { memberRuns }] = await Promise.all([
    import('../../analysis/facts/find-configuration.js'),
    import('../../predict/stored-model.js'),
  ]);
  const found = (await findRanked(reader, word, sweep)) ?? (await findByWord(reader, word));
  const isOfSweep = found.name.includes('#');
  return memberRuns(reader, found, isOfSweep ? found.name.slice(0, found.name.indexOf('#')) : sweep);
}

/** Says that not all seeds of a configuration are there. */
export function noteUnfinished({ runs, unfinished }: MemberRuns): void {
  if (unfinished === 0) return;
  const all = runs.length + unfinished;
  noteWarnings([
    `${runs.length} of ${counted(all, 'seed')} of this configuration have finished; the others are left out.`,
  ]);
}

/** A file has its own decision or none: it does not have the rows that others are found on. */
function decidedFile(model: Model, { model: file, decide }: ModelRequest): Model {
  const { decision, ...rest } = model;
  if (decide === UNDECIDED) return rest;
  if (decide === undefined || decide === decision?.name) return model;
  throw new UserError(`a model file cannot find the decision "${decide}": it has no validation rows`, {
    where: file,
    fix: `${decision === undefined ? 'It has none' : `It has "${decision.name}", which it uses without --decide`}. Export the run or configuration again with --decide "${decide}".`,
  });
}

/** A file of that name that begins as a model file, or has its ending; a run may have the name of a file, but not one that begins so. */
export function isModelFile(word: string): boolean {
  const found = statSync(word, { throwIfNoEntry: false });
  if (word.endsWith('.safetensors') && found === undefined) {
    throw new UserError(`there is no file "${word}"`, { fix: 'Name a model file, a run or a rank.' });
  }
  if (found?.isFile() !== true) return false;
  if (word.endsWith('.safetensors')) return true;
  const start = new Uint8Array(16);
  const file = openSync(word, 'r');
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  return looksLikeModelFile(start);
}
