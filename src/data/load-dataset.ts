import { UserError } from '../errors.js';
import { type DataKnobs, dataKnobs } from '../knobs/data-knobs.js';
import type { DataSpec } from '../spec/data-spec.js';
import type { YamlPath } from '../spec/yaml-document.js';
import { onAllRows } from './all-rows.js';
import { buildDataset, encodeSplit } from './build-dataset.js';
import { type Dataset, isPreparedBy, type PreparedDataset } from './dataset.js';
import { dataFiles, tableDigest, type WriteFiles } from './files/data-files.js';
import { readSource } from './read/read-source.js';
import { perSeed, type SeedSplits } from './seed-splits.js';
import { located } from './spec-mistake.js';
import { assignParts } from './split/assign-parts.js';
import { seedRule } from './split/seed-rows.js';

/** A dataset, and the splits of the seeds where each has one of its own: the dataset is then one of them. */
export interface LoadedData {
  readonly dataset: Dataset;
  readonly splits?: SeedSplits;
  /** The same rows and splits as a seed trains on them by other data knobs. It holds the table: forget it where it is not needed. */
  readonly prepare: PrepareTable;
  /** Holds the table too. */
  readonly writeFiles: WriteFiles;
  /** Training and validation rows together, by data knobs; holds the table too. */
  readonly allRows: (knobs: DataKnobs) => Dataset;
  /** Identifies the raw rows, hex: more than a fingerprint, which stands for what is prepared from them. */
  readonly rawDigest: () => string;
}

/** A table under the data knobs of a configuration, as the runs of a seed train on it. */
export type PrepareTable = (knobs: DataKnobs, seed: number) => PreparedDataset;

/**
 * Reads, splits, encodes and normalises the table that a spec names; relative paths start at `baseDir`. The same files and
 * spec give the same dataset, bit for bit. Throws UserError for anything that the user can fix; `locate` gives the place of
 * a key of the spec.
 */
export async function loadDataset(
  spec: DataSpec | null,
  baseDir: string,
  locate?: (path: YamlPath) => string,
): Promise<Dataset> {
  return (await loadData(spec, baseDir, locate)).dataset;
}

/** The same, with the splits of the seeds. */
export async function loadData(
  spec: DataSpec | null,
  baseDir: string,
  locate?: (path: YamlPath) => string,
): Promise<LoadedData> {
  if (spec === null) throw noTable(locate);
  try {
    const table = await readSource(spec, baseDir);
    let digest: string | undefined;
    const rawDigest = (): string => {
      digest ??= tableDigest(table);
      return digest;
    };
    const rule = seedRule(spec.split);
    if (rule !== undefined) {
      const { dataset, splits, parts, divisions } = perSeed(table, spec, rule);
      const allRows: LoadedData['allRows'] = (knobs) => onAllRows({ table, divisions, dataset }, knobs);
      const prepare: PrepareTable = (knobs, seed) => splits.dataset(seed, knobs);
      const writeFiles = guarded(dataFiles({ table, dataset, parts, prepare, rawDigest }), locate);
      return { dataset, splits, prepare, writeFiles, allRows, rawDigest };
    }
    const parts = assignParts(table, spec);
    const dataset = buildDataset(table, parts, spec);
    const { fingerprint } = dataset;
    const prepare: PrepareTable = (knobs) => ({
      ...encodeSplit(table, parts.parts, { knobs, like: dataset }).shared,
      fingerprint,
    });
    const own = dataKnobs(spec);
    const writeFiles = dataFiles({
      table,
      dataset,
      parts: () => parts.parts,
      prepare: (knobs, seed) => (isPreparedBy(dataset, own, knobs) ? dataset : prepare(knobs, seed)),
      rawDigest,
    });
    const allRows: LoadedData['allRows'] = (knobs) =>
      onAllRows({ table, divisions: [parts.parts], dataset }, knobs);
    return { dataset, prepare, writeFiles: guarded(writeFiles, locate), allRows, rawDigest };
  } catch (error) {
    throw located(outOfMemory(error), locate);
  }
}

/** Other data knobs may find a mistake, or no memory, only then. */
function guarded(writeFiles: WriteFiles, locate?: (path: YamlPath) => string): WriteFiles {
  return async (...wanted) => {
    try {
      return await writeFiles(...wanted);
    } catch (error) {
      throw located(outOfMemory(error), locate);
    }
  };
}

/** A program has its own data, and nobody else can read it. */
function noTable(locate?: (path: YamlPath) => string): UserError {
  return new UserError('the spec has no `data:`: its program has the table', {
    where: locate?.([]),
    fix: '`focalsweep report` shows the classes once a run has finished.',
  });
}

/** Any allocation may fail, because a table may be larger than the memory. */
function outOfMemory(error: unknown): unknown {
  if (
    !(error instanceof RangeError) ||
    !/allocat|invalid (typed )?array( buffer)? length/i.test(error.message)
  )
    return error;
  return new UserError('there is not enough memory for the table', {
    fix: 'End other programs, raise the limits (`ulimit -v`), or use fewer rows or columns.',
    cause: error,
  });
}
