import { SETTLED } from '../../../sweep.js';
import { type RunEvent, runOf } from '../../events.js';
import { claimedByAnother } from '../../refusals.js';
import type { Claim, ClaimRequest } from '../../store.js';
import { type Connection, listed, listedNumbers, queries } from '../connection.js';
import { fateOf, ownIdentity } from './process-identity.js';

/** Claims runs for this process, in the order of the request. Leases use the clock that all who share the database have. */
export function claimRuns(connection: Connection, request: ClaimRequest): readonly Claim[] {
  const { sweep, most, leaseMs } = request;
  const free = freeRuns(connection, request);
  const runs = request.runs.filter((runId) => free.has(runId)).slice(0, most);
  // What is left of claims on them is void, so that late writes are refused.
  connection.execute(queries.deleteFrom('claims').where('run_id', 'in', listed(runs)));
  const { host, pid, processStart } = ownIdentity();
  const lease = { lease_ms: leaseMs, expires_at_ms: connection.now() + leaseMs };
  connection.insertAll(
    'claims',
    runs.map((run_id) => ({ sweep, run_id, host, pid, process_start: processStart, ...lease })),
  );
  const rows = connection.all(
    queries
      .selectFrom('claims')
      .select(['run_id', 'token'])
      .where('sweep', '=', sweep)
      .where('run_id', 'in', listed(runs))
      .orderBy('token'),
  );
  return rows.map(({ run_id, token }) => ({ runId: run_id, token }));
}

/** The claims whose lease has not ended. */
export function validClaims(connection: Connection) {
  return queries.selectFrom('claims').where('expires_at_ms', '>', connection.now());
}

/** Those of some runs of a sweep that can be claimed for it. */
function freeRuns(
  connection: Connection,
  { sweep, runs }: Pick<ClaimRequest, 'sweep' | 'runs'>,
): ReadonlySet<string> {
  const rows = connection.all(
    queries
      .selectFrom('sweep_runs')
      .leftJoin('run_states', 'run_states.run_id', 'sweep_runs.run_id')
      .leftJoin('claims', (join) =>
        join.onRef('claims.run_id', '=', 'sweep_runs.run_id').on('expires_at_ms', '>', connection.now()),
      )
      .select(['sweep_runs.run_id', 'host', 'pid', 'process_start'])
      .where('sweep_runs.sweep', '=', sweep)
      .where('sweep_runs.run_id', 'in', listed(runs))
      .where(({ or, eb }) => or([eb('state', 'is', null), eb('state', 'not in', SETTLED)])),
  );
  const isGone = goneProcesses(connection);
  return new Set(rows.filter((row) => row.pid === null || isGone(row)).map(({ run_id }) => run_id));
}

/** The process of a claim; null without one. */
interface Claimant {
  readonly host: string | null;
  readonly pid: number | null;
  readonly process_start: string | null;
}

/** Tells whether the process of a claim is certainly gone, which ends the claim; looks for each process once. */
export function goneProcesses({ machines }: Pick<Connection, 'machines'>): (claimant: Claimant) => boolean {
  const known = new Map<string, boolean>();
  return ({ host, pid, process_start: processStart }) => {
    if (host === null || pid === null || processStart === null) return false;
    const key = JSON.stringify([host, pid, processStart]);
    const isGone = known.get(key) ?? fateOf({ host, pid, processStart }, machines) === 'gone';
    known.set(key, isGone);
    return isGone;
  };
}

/** A claim on a run. */
interface Claimed {
  readonly token: number;
  readonly sweep: string;
}

/** Throws UserError if a run is not claimed as its event says or, for an event without a token, if `isForeign` holds of a claim. */
export function requireClaims(
  connection: Connection,
  events: readonly RunEvent[],
  isForeign: (claim: Claimed) => boolean,
): void {
  const claims = connection.all(
    queries
      .selectFrom('claims')
      .select(['run_id', 'token', 'sweep'])
      .where('run_id', 'in', listed([...new Set(events.map(runOf))])),
  );
  const tokens = new Map(claims.map(({ token, run_id }) => [token, run_id]));
  const foreign = new Set(claims.filter(isForeign).map(({ run_id }) => run_id));
  for (const event of events) {
    const runId = runOf(event);
    const isStale = event.claim === undefined ? foreign.has(runId) : tokens.get(event.claim) !== runId;
    if (isStale) throw claimedByAnother(connection.path, runId);
  }
}

/** Extends the leases of claims that no other process has taken since. */
export function renewClaims(connection: Connection, tokens: readonly number[]): void {
  const now = connection.now();
  connection.execute(
    queries
      .updateTable('claims')
      .set((row) => ({ expires_at_ms: row('lease_ms', '+', now) }))
      .where('token', 'in', listedNumbers(tokens)),
  );
}

/** Releases claims. */
export function releaseClaims(connection: Connection, tokens: readonly number[]): void {
  connection.execute(queries.deleteFrom('claims').where('token', 'in', listedNumbers(tokens)));
}

/** Ends every claim on the sweep's runs, because another process holds the sweep now. */
export function dropClaims(connection: Connection, sweep: string): void {
  connection.execute(queries.deleteFrom('claims').where('sweep', '=', sweep));
}

/** Whether a process that may still exist has claimed the run for the sweep. */
export function isClaimed(connection: Connection, sweep: string, runId: string): boolean {
  const row = connection.first(
    validClaims(connection)
      .select(['host', 'pid', 'process_start'])
      .where('sweep', '=', sweep)
      .where('run_id', '=', runId),
  );
  if (row === undefined) return false;
  const { host, pid, process_start: processStart } = row;
  return fateOf({ host, pid, processStart }, connection.machines) !== 'gone';
}
