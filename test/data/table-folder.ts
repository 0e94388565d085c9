import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Dataset, SharedDataset } from '../../src/data/dataset.js';
import { type LoadedData, loadData } from '../../src/data/load-dataset.js';
import { UserError } from '../../src/errors.js';
import type { DataSpec } from '../../src/spec/data-spec.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes files into a fresh place and loads the spec from there. */
export async function loadFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  spec: Partial<DataSpec> = {},
): Promise<Dataset> {
  return (await loadFilesWithSplits(files, spec)).dataset;
}

/** The same, with the splits of the seeds. */
export function loadFilesWithSplits(
  files: Readonly<Record<string, string | Uint8Array>>,
  spec: Partial<DataSpec> = {},
): Promise<LoadedData> {
  return loadData({ source: Object.keys(files), ...spec }, writeFiles(files));
}

/** Writes files into a fresh folder; gives its path. */
export function writeFiles(files: Readonly<Record<string, string | Uint8Array>>): string {
  const place = mkdtempSync(join(folder, 'case-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(place, name), content);
  return place;
}

/** The user error that a promise ends with. */
export async function userError(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => new Error('nothing was wrong'),
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw error;
}

/** A CSV of `rows` rows: `x` counts up, `y` is its remainder by 7, the class is a or b by turns. */
export function plainCsv(rows: number, header = 'x,y,class'): string {
  const lines = Array.from({ length: rows }, (_, i) => `${i},${i % 7},${i % 2 === 0 ? 'a' : 'b'}`);
  return [header, ...lines, ''].join('\n');
}

/** The column of a feature, in row order. */
export function featureColumn(dataset: Dataset, name: string): number[] {
  const at = dataset.featureNames.indexOf(name);
  return Array.from(dataset.labels, (_, row) => dataset.features[row * dataset.featureCount + at] as number);
}

/** The source rows of a split, found by the feature `row`. */
export function sourceRows(
  { split, features, featureNames, featureCount }: SharedDataset,
  name: keyof SharedDataset['split'],
): number[] {
  const column = featureNames.indexOf('row');
  return [...split[name]].map((row) => features[row * featureCount + column] as number);
}
