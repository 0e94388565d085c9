import { SETTLED } from '../../../sweep.js';
import { type KeptCheckpoint, type RunEvent, runOf } from '../../events.js';
import type { Claim, ClaimRequest, OfferedRun, OffersLeft, ShippedFile } from '../../store.js';
import { type Connection, listed, listedNumbers, queries } from '../connection.js';
import { claimRuns, goneProcesses, validClaims } from './claims.js';

/** Replaces the offers of a sweep. Runs that have ended are none: whoever offers may not know yet. */
export function offerRuns(
  connection: Connection,
  sweep: string,
  offers: readonly Omit<OfferedRun, 'sweep'>[],
): void {
  connection.execute(queries.deleteFrom('offers').where('sweep', '=', sweep));
  connection.insertAll(
    'offers',
    offers.map(({ runId, pauseAfter }, position) => ({
      sweep,
      position,
      run_id: runId,
      pause_after: pauseAfter ?? null,
    })),
  );
  const ended = queries.selectFrom('run_states').select('run_id').where('state', 'in', SETTLED);
  connection.execute(queries.deleteFrom('offers').where('sweep', '=', sweep).where('run_id', 'in', ended));
}

/** The first offers of a sweep, or of all, that can be claimed: those without a claim first, then those of processes that are gone. */
export function readOffers(
  connection: Connection,
  { sweep, most }: { readonly sweep?: string | undefined; readonly most: number },
): readonly OfferedRun[] {
  const valid = validClaims(connection);
  const offers = queries
    .selectFrom('offers')
    .select(['offers.sweep', 'offers.run_id', 'pause_after'])
    .orderBy('offers.sweep')
    .orderBy('position');
  const wanted = sweep === undefined ? offers : offers.where('offers.sweep', '=', sweep);
  // SQLite would look through all claims for each offer if it joined them.
  const free = connection.all(wanted.where('offers.run_id', 'not in', valid.select('run_id')).limit(most));
  const claimed =
    free.length < most
      ? connection.all(
          wanted
            .innerJoin(
              valid.select(['run_id', 'host', 'pid', 'process_start']).as('claims'),
              'claims.run_id',
              'offers.run_id',
            )
            .select(['host', 'pid', 'process_start']),
        )
      : [];
  const isGone = goneProcesses(connection);
  return [...free, ...claimed.filter(isGone)]
    .slice(0, most)
    .map((row) => ({ sweep: row.sweep, runId: row.run_id, pauseAfter: row.pause_after ?? undefined }));
}

/** Claims the first offers of a sweep for this process. */
export function claimOffers(
  connection: Connection,
  request: Omit<ClaimRequest, 'runs'>,
): readonly (Claim & OfferedRun)[] {
  const offers = readOffers(connection, request);
  const claims = claimRuns(connection, { ...request, runs: offers.map(({ runId }) => runId) });
  const tokens = new Map(claims.map(({ runId, token }) => [runId, token]));
  return offers.flatMap((offer) => {
    const token = tokens.get(offer.runId);
    return token === undefined ? [] : [{ ...offer, token }];
  });
}

/** How many offers of a sweep are left. */
export function countOffers(connection: Connection, sweep: string): OffersLeft {
  const counted = queries
    .selectFrom('offers')
    .select(({ fn }) => fn.countAll<number>().as('runs'))
    .where('offers.sweep', '=', sweep);
  const valid = validClaims(connection).select('run_id');
  const offered = connection.first(counted)?.runs ?? 0;
  const claimed = connection.first(counted.where('offers.run_id', 'in', valid))?.runs ?? 0;
  return { waiting: offered - claimed, claimed };
}

/** Keeps a checkpoint in place of the one before. */
export function keepCheckpoint(connection: Connection, runId: string, checkpoint: KeptCheckpoint): void {
  forgetCheckpoints(connection, [runId]);
  connection.insertAll('checkpoints', [{ run_id: runId, ...checkpoint }]);
}

export function readCheckpoints(
  connection: Connection,
  runIds: readonly string[],
): ReadonlyMap<string, KeptCheckpoint> {
  const rows = connection.all(
    queries.selectFrom('checkpoints').selectAll().where('run_id', 'in', listed(runIds)),
  );
  return new Map(rows.map(({ run_id, ...checkpoint }) => [run_id, checkpoint]));
}

function forgetCheckpoints(connection: Connection, runIds: readonly string[]): void {
  connection.execute(queries.deleteFrom('checkpoints').where('run_id', 'in', listed(runIds)));
}

/** Forgets what a sweep keeps for workers. */
export function endQueue(connection: Connection, sweep: string): void {
  offerRuns(connection, sweep, []);
  shipFiles(connection, sweep, []);
  const runs = queries.selectFrom('sweep_runs').select('run_id').where('sweep', '=', sweep);
  connection.execute(queries.deleteFrom('checkpoints').where('run_id', 'in', runs));
}

/** Ends what the events say is done: for all sweeps with a run that has ended, for the sweep of the claim with one that pauses. */
export function endOffers(connection: Connection, events: readonly RunEvent[]): void {
  const ended = events.filter(({ type }) => type === 'complete' || type === 'failed').map(runOf);
  if (ended.length > 0) {
    connection.execute(queries.deleteFrom('offers').where('run_id', 'in', listed(ended)));
    forgetCheckpoints(connection, ended);
  }
  const paused = events.flatMap(({ type, claim = [] }) => (type === 'pruned' ? claim : []));
  if (paused.length === 0) return;
  connection.execute(
    queries
      .deleteFrom('offers')
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('claims')
            .select('token')
            .where('token', 'in', listedNumbers(paused))
            .whereRef('claims.sweep', '=', 'offers.sweep')
            .whereRef('claims.run_id', '=', 'offers.run_id'),
        ),
      ),
  );
}

/** Replaces the files that a sweep keeps for workers. */
export function shipFiles(connection: Connection, sweep: string, files: readonly ShippedFile[]): void {
  connection.execute(queries.deleteFrom('shipped_files').where('sweep', '=', sweep));
  connection.insertAll(
    'shipped_files',
    files.map((file) => ({ sweep, ...file })),
  );
}

export function readShipped(connection: Connection, sweep: string): readonly ShippedFile[] {
  return connection.all(
    queries.selectFrom('shipped_files').select(['path', 'gzip']).where('sweep', '=', sweep).orderBy('path'),
  );
}
