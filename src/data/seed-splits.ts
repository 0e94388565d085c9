import { createHash } from 'node:crypto';
import { type DataKnobs, dataKnobs } from '../knobs/data-knobs.js';
import type { DataSpec } from '../spec/data-spec.js';
import { buildDataset, encodeSplit, fitVaryingColumns } from './build-dataset.js';
import type { Dataset, PreparedDataset } from './dataset.js';
import { PART, rowsIn, type Table } from './read/table.js';
import { divideByDraws } from './split/drawn-division.js';
import { recordGroups } from './split/recorded-groups.js';
import type { SeedRule } from './split/seed-rows.js';
import { divideInTimeFolds } from './split/time-folds.js';

/** The splits of the seeds, where each has one of its own; all have the same test rows. */
export interface SeedSplits {
  /** Class of every row that some seed may validate on, in the order of the table. */
  readonly poolLabels: Uint16Array;
  /** Which of these rows a seed validates on: positions, ascending. */
  validationRows(seed: number): Uint32Array;
  /** The table as a seed trains on it, prepared on its own training rows: as the spec says, or by other data knobs. */
  dataset(seed: number, knobs?: DataKnobs): PreparedDataset;
}

/** The data of a spec whose seeds have splits of their own. */
export function perSeed(
  table: Table,
  spec: DataSpec,
  rule: SeedRule,
): {
  readonly dataset: Dataset;
  readonly splits: SeedSplits;
  /** PART of every row of the table for a seed. */
  readonly parts: (seed: number) => Uint8Array;
  /** PART of every row, in splits that together have every row that some seed trains or validates on. */
  readonly divisions: readonly [Uint8Array, ...Uint8Array[]];
} {
  const division =
    rule.type === 'time-folds' ? divideInTimeFolds(table, spec, rule) : divideByDraws(table, spec, rule);
  const { shown, notes, folds } = division;
  // What varies in the first fold varies in the others, which train on its rows too.
  if (folds?.[0] !== undefined) fitVaryingColumns(table, folds[0], dataKnobs(spec));
  const built = buildDataset(table, { parts: shown, notes }, spec);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([built.fingerprint, division.identity]))
    .digest('hex');
  const rank = table.classNames.map((name) => built.classNames.indexOf(name));
  const rankOf = (row: number) => rank[table.labels[row] as number] as number;
  const trainRows = (parts: Uint8Array): readonly number[] => {
    const counts = built.classNames.map(() => 0);
    parts.forEach((part, row) => {
      if (part === PART.train) counts[rankOf(row)] = (counts[rankOf(row)] ?? 0) + 1;
    });
    return counts;
  };
  const { groups } = table;
  const card = {
    ...built.card,
    ...(groups && {
      groups: recordGroups(groups, { validation: division.pool, test: rowsIn(shown, PART.test) }),
    }),
    ...(folds && { foldTrainRows: folds.map(trainRows) }),
  };
  return {
    dataset: { ...built, fingerprint, card },
    parts: division.parts,
    divisions: [shown, ...(folds ?? [])],
    splits: {
      poolLabels: Uint16Array.from(division.pool, rankOf),
      validationRows: division.validationRows,
      dataset: (seed, knobs = dataKnobs(spec)) => ({
        ...encodeSplit(table, division.parts(seed), { knobs, like: built }).shared,
        fingerprint,
      }),
    },
  };
}
