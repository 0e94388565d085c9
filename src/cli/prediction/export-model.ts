import { join } from 'node:path';
import { buildRanking } from '../../analysis/analysis.js';
import { findRanked } from '../../analysis/facts/find-configuration.js';
import type { Ranking } from '../../analysis/ranking/ranking.js';
import { modelCard } from '../../analysis/shown/model-card.js';
import { packageVersion } from '../../environment.js';
import { type ModelFormat, TFJS_FILES } from '../../export/export.js';
import { EXPORTERS } from '../../export/exporters.js';
import type { Model } from '../../model/model.js';
import { openStore } from '../../store/open-store.js';
import type { SweepReader } from '../../store/store.js';
import { render } from '../../views/render.js';
import { counted } from '../../wording/counted.js';
import {
  explainWrite,
  prepareFile,
  prepareFolder,
  refuseExisting,
  writeFiles,
} from '../pages/export-files.js';
import { note, noteWarnings } from '../terminal/print.js';
import { findModel, isModelFile, type ModelRequest } from './find-model.js';

/** Which model is exported, and where to. */
export interface ModelExport extends ModelRequest {
  readonly to: ModelFormat;
  readonly out: string;
  readonly force: boolean;
}

/** Writes a model with its card. Throws UserError where something is in the way. */
export async function exportModel(request: ModelExport): Promise<void> {
  const { to, out } = request;
  const paths = pathsOf(request);
  refuseExisting(paths, request);
  const { model } = await findModel(request);
  const exporter = await EXPORTERS[to]();
  const { files, notes } = exporter(model);
  const card = modelCard(model, await rankingOf(model, request), `focalsweep ${packageVersion()}`);
  const text = `${await render('card', card, { format: 'md' })}\n`;
  if (to === 'tfjs') prepareFolder(out, paths, request);
  else prepareFile(out, request);
  const contents = [...files.map(({ bytes }) => bytes), text];
  await explainWrite(out, async () =>
    writeFiles(contents.map((bytes, at) => ({ path: paths[at] as string, bytes }))),
  );
  noteWarnings(notes);
  note(`Model of ${counted(model.members.length, 'seed')} written to ${out}, its card to ${paths.at(-1)}`);
}

/** The files of an export, the card last: TensorFlow.js reads a folder, the others one file. */
function pathsOf({ to, out }: ModelExport): readonly string[] {
  if (to === 'tfjs') return [...TFJS_FILES, 'MODEL_CARD.md'].map((name) => join(out, name));
  return [out, `${out}.md`];
}

/** The ranking of the sweep that a model was found in; null for a model file. */
async function rankingOf(model: Model, request: ModelExport): Promise<Ranking | null> {
  if (isModelFile(request.model)) return null;
  const reader = await openStore(request.db).reader();
  try {
    return await buildRanking(reader, await sweepOf(reader, model, request));
  } finally {
    await reader.close();
  }
}

async function sweepOf(
  reader: SweepReader,
  { members }: Model,
  { model: word, sweep }: ModelExport,
): Promise<string | undefined> {
  const name = (await findRanked(reader, word, sweep))?.name;
  if (name !== undefined) return name.slice(0, name.indexOf('#'));
  return sweep ?? (await reader.run(members[0]?.runId ?? '')).sweeps[0];
}
