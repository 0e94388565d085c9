import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatNeeded, runFile, runsWithFile } from '../../predict/run-files.js';
import { openStore } from '../../store/open-store.js';
import type { RunRow, SweepReader } from '../../store/store.js';
import { counted } from '../../wording/counted.js';
import {
  explainWrite,
  prepareFile,
  prepareFolder,
  refuseExisting,
  writeFiles,
} from '../pages/export-files.js';
import { note } from '../terminal/print.js';
import { findMembers, isModelFile, type ModelWord, noteUnfinished } from './find-model.js';

/** Whose file is exported, and where to. */
export interface RunFilesExport extends ModelWord {
  readonly out: string;
  readonly force: boolean;
}

/**
 * Writes the model files that a program handed over: of several seeds that of the best one, or all of them into a folder. Throws
 * UserError where there is none, or something is in the way.
 */
export async function exportRunFiles(request: RunFilesExport): Promise<void> {
  const { out, model, db } = request;
  if (isModelFile(model)) throw formatNeeded(model);
  const reader = await openStore(db).reader();
  try {
    const members = await findMembers(reader, request);
    const runs = await runsWithFile(reader, members);
    if (isFolder(out)) await writeEach(reader, runs, request);
    else await writeBest(reader, runs, request);
    const lacking = members.runs.length - runs.length;
    if (lacking > 0) {
      note(`${counted(lacking, 'run')} of ${members.runs.length} handed over no file, or it was not kept`);
    }
    noteUnfinished(members);
  } finally {
    await reader.close();
  }
}

/** The runs come best first. */
type RunsWriter = (reader: SweepReader, runs: readonly RunRow[], request: RunFilesExport) => Promise<void>;

const writeBest: RunsWriter = async (reader, runs, request) => {
  const { out } = request;
  const [best] = runs;
  if (best === undefined) return;
  prepareFile(out, request);
  const { bytes, name } = await runFile(reader, best.runId);
  await explainWrite(out, async () => writeFiles([{ path: out, bytes }]));
  note(`${name} of seed ${best.seed} written to ${out}`);
  if (runs.length === 1) return;
  note(
    `It is the best of ${runs.length} seeds on the validation rows; --out FOLDER/ writes a file for each.`,
  );
};

/** One after the other: they may be large. */
const writeEach: RunsWriter = async (reader, runs, request) => {
  const { out } = request;
  prepareFolder(out, [], request);
  for (const { runId, seed } of runs.toSorted((a, b) => a.seed - b.seed)) {
    const { bytes, name } = await runFile(reader, runId);
    const path = join(out, `seed-${seed}-${basename(name)}`);
    refuseExisting([path], request);
    await explainWrite(path, async () => writeFiles([{ path, bytes }]));
  }
  note(`${counted(runs.length, 'file')} written to ${out}`);
};

function isFolder(out: string): boolean {
  return /[/\\]$/.test(out) || statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
}
