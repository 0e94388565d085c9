import { type Insertable, type RawBuilder, sql } from 'kysely';
import { EXIT, UserError } from '../../../errors.js';
import { dbWords } from '../../../wording/db-words.js';
import { isEmptyCell } from '../../content/later-columns.js';
import { type Connection, listed, queries } from '../connection.js';
import { RESULT_TABLES } from '../result-tables.js';
import type { Tables } from '../schema.js';
import { crcOfRow } from './row-crc.js';

/**
 * SQLite does not notice a flipped bit in a number. So every dataset, trial, run and sweep has a CRC-32 of its rows in each
 * table, which is checked when they are read.
 */
interface Part {
  readonly name: string;
  /** The rows, the owner first, by owner and in key order. */
  readonly rows: RawBuilder<unknown>;
  /** Columns of `rows`: the one with their owner, and those that order them. */
  readonly owner: string;
  readonly key: string;
}

const OWNERS = {
  dataset: { noun: 'dataset', table: 'datasets' },
  trial_id: { noun: 'trial', table: 'trials' },
  run_id: { noun: 'run', table: 'runs' },
  sweep: { noun: 'sweep', table: 'sweeps' },
} as const;
/** The kind of owner whose rows a checksum covers. */
export type OwnerColumn = keyof typeof OWNERS;
export const OWNER_COLUMNS = Object.keys(OWNERS) as readonly OwnerColumn[];

const RESULT_PARTS: readonly Part[] = RESULT_TABLES.map(([name, key]) => {
  const owner = key.split(',')[0] ?? key;
  return { name, owner, key, rows: sql`select * from ${sql.table(name)}` };
});

/** The parts of a sweep that checksums cover; the rest of its row is text for people. */
const PLAN_PARTS: readonly Part[] = (
  [
    ['sweeps', 'sweep'],
    ['sweep_trials', 'sweep, trial_id'],
    ['trial_spaces', 'sweep, trial_id'],
    ['sweep_baselines', 'sweep'],
    ['sweep_runs', 'sweep, run_id'],
    ['decisions', 'sweep, search, step'],
  ] as const
).map(([name, key]) => ({ name, key, owner: 'sweep', rows: sql`select * from ${sql.table(name)}` }));

/** Fingerprints do not cover it: a dataset's own says which rows a seed draws. */
const SPLIT_PART: Part = {
  name: 'seed_splits',
  owner: 'dataset',
  key: 'dataset, seed',
  rows: sql`select * from seed_splits`,
};

/** No part of the plan: a damaged one is dropped by a repair. */
const CHOICE_PART: Part = {
  name: 'choices',
  owner: 'sweep',
  key: 'sweep, position',
  rows: sql`select * from choices`,
};

/** Nor this: it follows from a run's confusions, and changes with the costs of a sweep. */
const COST_PART: Part = {
  name: 'expected_costs',
  owner: 'run_id',
  key: 'run_id, sweep, split',
  rows: sql`select * from expected_costs`,
};

/** Nor this: it may be measured after the result was recorded. */
const IMPORTANCE_PART: Part = {
  name: 'column_importance',
  owner: 'run_id',
  key: 'run_id, column_index',
  rows: sql`select * from column_importance`,
};

/** Nor this: it is there where somebody wanted intervals. */
const DRAWS_PART: Part = {
  name: 'score_draws',
  owner: 'run_id',
  key: 'run_id, split, metric',
  rows: sql`select * from score_draws`,
};

const PARTS = [
  ...RESULT_PARTS,
  ...PLAN_PARTS,
  SPLIT_PART,
  CHOICE_PART,
  COST_PART,
  IMPORTANCE_PART,
  DRAWS_PART,
];
const partsOf = (owner: OwnerColumn) => PARTS.filter((part) => part.owner === owner);

/**
 * Inserts rows of a table with the checksums of the rows as sent, not as stored. Rows of one owner must be in key order. An
 * existing checksum of an owner is kept, because it shows whether its rows are still the same.
 */
export function insertWithChecksums<Name extends keyof Tables>(
  connection: Connection,
  table: Name,
  rows: Iterable<Insertable<Tables[Name]>>,
): void {
  const part = partOf(table);
  const { name, owner } = part;
  const columns = connection.columns(table);
  const covered = coveredCells(connection, part);
  const sums = new Map<string, number>();
  const summed = function* () {
    for (const row of rows) {
      const cells = row as Readonly<Record<string, unknown>>;
      const id = String(cells[owner]);
      sums.set(id, crcOfRow(covered(columns.map((column) => cells[column])), sums.get(id) ?? 0));
      yield row;
    }
  };
  connection.insertAll(table, summed());
  insertChecksums(connection, name, sums);
}

/** The tables with the plan of a sweep. */
export const PLAN_TABLES: readonly string[] = PLAN_PARTS.map(({ name }) => name);

/** Removes the checksums of a sweep's plan, before new ones are written; those of its decisions stay. */
export function deletePlanChecksums(connection: Connection, sweep: string): void {
  const parts = PLAN_TABLES.filter((name) => name !== 'decisions');
  const old = queries.deleteFrom('checksums').where('owner', '=', sweep).where('part', 'in', parts);
  connection.execute(old);
}

/** Writes the checksums of everything in a database without any: of the stored rows, since the rows as sent are unknown. */
export function writeAllChecksums(connection: Connection): void {
  for (const owner of OWNER_COLUMNS) {
    const ids = allOwners(connection, owner);
    for (const part of partsOf(owner))
      insertChecksums(connection, part.name, computed(connection, part, ids));
  }
}

/** Rewrites the checksums of owners after a correction of their rows in these tables. */
export function rewriteChecksums(
  connection: Connection,
  owner: OwnerColumn,
  ids: readonly string[],
  tables: readonly string[],
): void {
  for (const part of partsOf(owner).filter(({ name }) => tables.includes(name))) {
    const old = queries.deleteFrom('checksums').where('part', '=', part.name);
    connection.execute(old.where('owner', 'in', listed(ids)));
    insertChecksums(connection, part.name, computed(connection, part, ids));
  }
}

/** Removes every checksum of owners whose rows are gone. */
export function forgetChecksums(connection: Connection, owner: OwnerColumn, ids: readonly string[]): void {
  const parts = partsOf(owner).map(({ name }) => name);
  const sums = queries.deleteFrom('checksums').where('part', 'in', parts);
  connection.execute(sums.where('owner', 'in', listed(ids)));
}

function insertChecksums(connection: Connection, part: string, sums: ReadonlyMap<string, number>): void {
  const rows = [...sums].map(([owner, crc]) => ({ owner, part, crc }));
  connection.insertAll('checksums', rows);
}

function partOf(table: string): Part {
  const part = PARTS.find(({ name }) => name === table);
  if (part === undefined) throw new Error(`the table ${table} has no checksums`);
  return part;
}

/** Every dataset, trial, run or sweep. */
export function allOwners(connection: Connection, owner: OwnerColumn): readonly string[] {
  const ids = sql<{ id: string }>`select ${sql.ref(owner)} as id from ${sql.table(OWNERS[owner].table)}`;
  return connection.all<{ id: string }>(ids).map(({ id }) => id);
}

/** Owners with rows that do not match their checksums; `tables` limits the check. */
export function damagedOwners(
  connection: Connection,
  owner: OwnerColumn,
  ids: readonly string[],
  tables?: readonly string[],
): ReadonlySet<string> {
  const damaged = new Set<string>();
  for (const part of partsOf(owner)) {
    if (tables !== undefined && !tables.includes(part.name)) continue;
    const found = computed(connection, part, ids);
    const written = new Map(
      connection
        .all(
          queries
            .selectFrom('checksums')
            .select(['owner', 'crc'])
            .where('part', '=', part.name)
            .where('owner', 'in', listed(ids)),
        )
        .map(({ owner: id, crc }) => [id, crc]),
    );
    for (const id of new Set([...found.keys(), ...written.keys()])) {
      if (found.get(id) !== written.get(id)) damaged.add(id);
    }
  }
  return damaged;
}

/** Throws UserError if rows of these owners do not match their checksums. */
export function verify(
  connection: Connection,
  owner: OwnerColumn,
  ids: readonly string[],
  tables?: readonly string[],
): void {
  const [first] = damagedOwners(connection, owner, ids, tables);
  if (first !== undefined) throw damagedError(connection.path, `${OWNERS[owner].noun} ${first}`);
}

/** The error for data that cannot be trusted. */
export function damagedError(path: string, what: string): UserError {
  return new UserError(`the database is damaged: ${what} is corrupt`, {
    where: path,
    fix: `\`focalsweep check --repair${dbWords(path)}\` removes damaged results, and the next launch trains them again.`,
    exitCode: EXIT.database,
  });
}

function computed(connection: Connection, part: Part, ids: readonly string[]): ReadonlyMap<string, number> {
  const rows = sql`${part.rows} where ${sql.ref(part.owner)} in ${listed(ids)} order by ${sql.raw(part.key)}`;
  const covered = coveredCells(connection, part);
  const sums = new Map<string, number>();
  for (const cells of connection.cells(rows)) {
    const id = String(cells[0]);
    sums.set(id, crcOfRow(covered(cells), sums.get(id) ?? 0));
  }
  return sums;
}

/** Epochs that were recorded before they had costs keep their checksums: without a value, costs do not count. */
function coveredCells(
  connection: Connection,
  { name }: Part,
): (cells: readonly unknown[]) => readonly unknown[] {
  const late = name === 'epochs' ? connection.columns(name).indexOf('expected_cost') : -1;
  return (cells) => (late >= 0 && isEmptyCell(cells[late]) ? cells.toSpliced(late, 1) : cells);
}
