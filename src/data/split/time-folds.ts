import { createHash } from 'node:crypto';
import type { DataSpec } from '../../spec/data-spec.js';
import { PART, type Table } from '../read/table.js';
import { assignDivisions } from './assign-parts.js';
import type { SeedDivision } from './drawn-division.js';
import { outcastNotes } from './outcasts.js';
import type { TimeFoldsRule } from './seed-rows.js';

/** Gives every seed a fold in time order. The last fold, which trains on most rows, stands for all. */
export function divideInTimeFolds(table: Table, spec: DataSpec, rule: TimeFoldsRule): SeedDivision {
  const { divisions, notes, outcasts } = assignDivisions(table, spec);
  const foldOf = (seed: number) => divisions[(seed - 1) % divisions.length] as Uint8Array;
  const pool = Int32Array.from(table.labels.keys()).filter((row) =>
    divisions.some((parts) => parts[row] === PART.validation),
  );
  const digest = createHash('sha256');
  for (const parts of divisions) digest.update(parts);
  return {
    pool,
    shown: divisions.at(-1) as Uint8Array,
    notes: [...notes, ...outcastNotes(table, outcasts, divisions)],
    identity: { ...rule, rows: digest.digest('hex') },
    validationRows: (seed) => {
      const parts = foldOf(seed);
      return Uint32Array.from(pool.keys()).filter((at) => parts[pool[at] as number] === PART.validation);
    },
    parts: foldOf,
    folds: divisions,
  };
}
