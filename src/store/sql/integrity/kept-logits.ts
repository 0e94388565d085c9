import { crc32 } from 'node:zlib';
import { sql } from 'kysely';
import { toUint16 } from '../../content/blobs.js';
import type { LogitsRow } from '../../content/kept/logits-row.js';
import { damagedKept } from '../../refusals.js';
import type { ScoredSplit } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { runsIn } from '../sweeps/owned-tables.js';

/** The parts of checksums: each split has one, so that it is read without the other. */
const PARTS = { validation: 'validation logits', test: 'test logits' } as const;
const ALL_PARTS = Object.values(PARTS);
const SPLITS = Object.keys(PARTS) as readonly ScoredSplit[];

const crcOf = (runId: string, bytes: Uint8Array): number => crc32(bytes, crc32(runId));

/** Keeps the logits of a run in place of what was kept, with the checksums of the bytes as sent. */
export function recordLogits(connection: Connection, row: LogitsRow): void {
  const { run_id: owner } = row;
  forgetLogits(connection, [owner]);
  connection.insertAll('logits', [row]);
  const sums = SPLITS.flatMap((split) => {
    const bytes = row[split];
    return bytes === null ? [] : [{ owner, part: PARTS[split], crc: crcOf(owner, bytes) }];
  });
  connection.insertAll('checksums', sums);
}

/** Copies the checksums of logits that are to be copied, as they are: logits that older versions recorded have none. */
export function copyLogitsChecksums(
  { target, source }: { readonly target: Connection; readonly source: Connection },
  runIds: readonly string[],
): void {
  deleteChecksums(target, runIds);
  const sums = queries.selectFrom('checksums').selectAll().where('owner', 'in', listed(runIds));
  target.insertAll('checksums', source.all(sums.where('part', 'in', ALL_PARTS)));
}

/** A run's logits on a split; null if they were not kept. Throws UserError for damaged ones. */
export function readLogits(connection: Connection, runId: string, split: ScoredSplit): Uint16Array | null {
  const row = storedLogits(connection, runId, split);
  if (row === undefined) return null;
  if (matches(runId, row) && ofWrongSize(connection, [runId]).length === 0) {
    return row.bytes && toUint16(row.bytes);
  }
  throw damagedKept(connection.path, 'logits', runId);
}

/** The bytes of a split with their checksum, where there is one; undefined for a run without logits. */
function storedLogits(connection: Connection, runId: string, split: ScoredSplit): Stored | undefined {
  const stored = queries
    .selectFrom('logits')
    .leftJoin('checksums', (join) =>
      join.onRef('checksums.owner', '=', 'logits.run_id').on('checksums.part', '=', PARTS[split]),
    )
    .select([`logits.${split} as bytes`, 'crc'])
    .where('run_id', '=', runId);
  return connection.first(stored);
}

interface Stored {
  readonly bytes: Uint8Array | null;
  readonly crc: number | null;
}

/** Logits that older versions recorded have no checksum. */
function matches(runId: string, { bytes, crc }: Stored): boolean {
  return crc === null || (bytes !== null && crcOf(runId, bytes) === crc);
}

/** The runs whose kept logits are damaged, or those among some: of the wrong size, or unlike their checksums. */
export function runsWithDamagedLogits(connection: Connection, among?: readonly string[]): readonly string[] {
  const damaged = new Set(ofWrongSize(connection, among));
  const isWhole = (runId: string): boolean =>
    SPLITS.every((split) => {
      const row = storedLogits(connection, runId, split);
      return row === undefined || matches(runId, row);
    });
  return runsIn(connection, 'logits', among).filter((runId) => damaged.has(runId) || !isWhole(runId));
}

/** The runs whose logits are not one for each prediction and class. Of runs without a result nothing can be said. */
function ofWrongSize(connection: Connection, among?: readonly string[]): readonly string[] {
  const classes = sql<number>`(select count(*) from runs join trials on trials.trial_id = runs.trial_id
    join dataset_classes on dataset_classes.dataset = trials.dataset where runs.run_id = logits.run_id)`;
  const sizes = queries
    .selectFrom('logits')
    .innerJoin('predictions', 'predictions.run_id', 'logits.run_id')
    .select([
      'logits.run_id',
      sql<number>`case split when 'test' then length(test) else length(validation) end`.as('bytes'),
      sql<number>`length(predictions.classes)`.as('predicted'),
      classes.as('classes'),
    ]);
  const rows = connection.all(
    among === undefined ? sizes : sizes.where('logits.run_id', 'in', listed(among)),
  );
  return rows
    .filter(({ bytes, predicted, classes: own }) => bytes !== null && bytes !== predicted * own)
    .map(({ run_id }) => run_id);
}

/** Removes the logits of runs, whose results stay. */
export function forgetLogits(connection: Connection, runIds: readonly string[]): void {
  connection.execute(queries.deleteFrom('logits').where('run_id', 'in', listed(runIds)));
  deleteChecksums(connection, runIds);
}

/** Removes the checksums of logits of these trials that are gone. */
export function forgetChecksumsOfGone(connection: Connection, trialIds: readonly string[]): void {
  const runs = queries.selectFrom('runs').select('run_id').where('trial_id', 'in', listed(trialIds));
  connection.execute(
    queries
      .deleteFrom('checksums')
      .where('owner', 'in', runs)
      .where('part', 'in', ALL_PARTS)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('logits').select('run_id').whereRef('logits.run_id', '=', 'checksums.owner'))),
      ),
  );
}

function deleteChecksums(connection: Connection, runIds: readonly string[]): void {
  const sums = queries.deleteFrom('checksums').where('owner', 'in', listed(runIds));
  connection.execute(sums.where('part', 'in', ALL_PARTS));
}
