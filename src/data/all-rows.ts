import { createHash } from 'node:crypto';
import type { DataKnobs } from '../knobs/data-knobs.js';
import { encodeSplit } from './build-dataset.js';
import type { Dataset } from './dataset.js';
import { PART, type Table } from './read/table.js';

/** A table with the splits that its rows are in. */
export interface DividedTable {
  readonly table: Table;
  /** PART of every row, for each split that seeds train on; the first stands for all. */
  readonly divisions: readonly [Uint8Array, ...Uint8Array[]];
  /** Of the same table. */
  readonly dataset: Dataset;
}

/**
 * The same table with all training and validation rows as training rows, prepared on them. The test rows stay, and so do the label set
 * and the rare classes. The validation rows are validation rows too, because trainers need some: what they measure there is of rows
 * that they trained on, and must decide nothing.
 */
export function onAllRows({ table, divisions, dataset }: DividedTable, knobs: DataKnobs): Dataset {
  const [first] = divisions;
  const known = { [PART.train]: true, [PART.validation]: true } as Readonly<Record<number, boolean>>;
  const joined = first.map((part, row) =>
    part !== PART.test && divisions.some((parts) => known[parts[row] as number] === true) ? PART.train : part,
  );
  const { shared } = encodeSplit(table, joined, { knobs, like: dataset });
  const kept = Array.from(joined.keys()).filter((row) => joined[row] !== PART.dropped);
  const validation = kept.flatMap((row, at) => (first[row] === PART.validation ? [at] : []));
  return {
    ...dataset,
    ...shared,
    split: { ...shared.split, validation: Int32Array.from(validation) },
    fingerprint: createHash('sha256').update(`${dataset.fingerprint} on all rows`).digest('hex'),
  };
}
