import { UserError } from '../errors.js';
import { betterFirst } from '../metrics/selection.js';
import { decodeRunFile, type HandedFile } from '../model/file/handed-file.js';
import { storeWords } from '../store/refusals.js';
import type { RunRow, SweepReader } from '../store/store.js';
import { type MemberRuns, runsWithoutModel } from './stored-model.js';

/**
 * The runs whose programs handed over a file, the best on the validation rows first. Throws UserError where no file was kept, and for
 * runs of trainers of this package.
 */
export async function runsWithFile(reader: SweepReader, members: MemberRuns): Promise<readonly RunRow[]> {
  const where = `sweep ${members.sweep.name}`;
  if (!members.isOfProgram) throw formatNeeded(where);
  const missing = await runsWithoutModel(reader, members);
  const found = members.runs.filter((run) => !missing.includes(run));
  if (found.length > 0) {
    return found.toSorted((a, b) => betterFirst(members.sweep.metric, a.validation, b.validation));
  }
  throw new UserError('no model file of it was kept', {
    where,
    fix: 'A program hands one over as `model` in its result (docs/own-trainer.md), and `keep:` in the spec says of which configurations files stay.',
  });
}

/** The error for a model that is not simply a file. */
export function formatNeeded(where: string): UserError {
  return new UserError('in which format is the model to be exported?', {
    where,
    fix: 'Name it: --to onnx, tfjs, safetensors or json.',
  });
}

/** The file that was kept with a run. Throws UserError for a damaged one. */
export async function runFile(reader: SweepReader, runId: string): Promise<HandedFile> {
  const file = decodeRunFile((await reader.model(runId)) ?? new Uint8Array());
  if (file?.runId === runId) return file;
  throw new UserError(`the model file of run ${runId} is damaged`, {
    fix: `\`focalsweep check --repair${storeWords(reader.where)}\` removes it; its result stays.`,
  });
}
