import { sql } from 'kysely';
import { SHARD_DECISIONS } from '../../../search/recorded-shard.js';
import { otherEngines, otherSweep, unknownSweep } from '../../refusals.js';
import type { MergedSweep } from '../../store.js';
import { type Connection, listed, queries } from '../connection.js';
import { OWNER_COLUMNS, verify } from '../integrity/checksums.js';
import { verifyHappenings } from '../integrity/verify-happenings.js';
import { type KeptOf, pruneKept } from '../kept/prune-kept.js';
import { readDecisions } from '../read/plan-reads.js';
import { readSweeps } from '../read/sweep-reads.js';
import type { SweepsTable } from '../schema.js';
import { renewExpectedCosts } from '../write/expected-costs.js';
import { requireNobodyTrains } from './delete-sweep.js';
import { mergePlan } from './merge-plan.js';
import { mergeDataset, mergeRuns, mergeTrials } from './merge-results.js';
import { type Merging, rowsOf } from './owned-tables.js';

/** Which sweeps are merged, and what the text of a spec says about what is kept; null if it cannot be read any more. */
export interface Merge {
  readonly sweeps?: readonly string[] | undefined;
  readonly keptBy: (specText: string) => Pick<KeptOf, 'storeLogits' | 'keep'> | null;
}

/** Copies sweeps, by default all, of one database into another. To be called in a transaction of one and a snapshot of the other. */
export function mergeSweeps(
  target: Connection,
  source: Connection,
  { sweeps: wanted, keptBy }: Merge,
): readonly MergedSweep[] {
  const known = readSweeps(source).map(({ name }) => name);
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownSweep(source.path, unknown, known);
  const names = known.toReversed().filter((name) => wanted?.includes(name) ?? true);
  const finished = new Set<string>();
  const merged = names.map((sweep) => mergeSweep({ target, source, sweep }, finished));
  renewCosts(target, names, [...finished]);
  for (const { sweep, hasMore } of merged) if (hasMore) pruneUnited(target, sweep, keptBy);
  return merged.map(({ hasMore: _, ...sweep }) => sweep);
}

/** What became of a sweep that is here, too, and whether it may have more logits and models now than it keeps. */
type UnitedSweep = MergedSweep & { readonly hasMore: boolean };

function mergeSweep(merging: Merging, finished: Set<string>): UnitedSweep {
  const { target, source, sweep } = merging;
  const theirs = rowOf(source, sweep);
  const ours = rowOf(target, sweep);
  if (theirs === undefined) throw new Error(`the sweep ${sweep} is missing`);
  if (ours !== undefined) {
    requireNobodyTrains(target, sweep);
    refuseOther(target.path, ours, theirs);
    const areShards = [target, source].every(
      (each) => readDecisions(each, sweep, SHARD_DECISIONS).length > 0,
    );
    if (areShards && ours.engine !== theirs.engine)
      throw otherEngines(target.path, sweep, [ours.engine, theirs.engine]);
  }
  const owned = idsOf(source, sweep, theirs.dataset);
  for (const [at, owner] of OWNER_COLUMNS.entries()) {
    verify(source, owner, owned[at] ?? []);
    verify(target, owner, owned[at] ?? []);
  }
  verifyHappenings(source);
  const [, trialIds = [], runIds = []] = owned;
  mergeDataset(merging, theirs.dataset);
  mergeTrials(merging, trialIds, runIds);
  const { finished: newResults, haveRegained } = mergeRuns(merging, runIds);
  for (const runId of newResults) finished.add(runId);
  const { plan, trials, runs } = mergePlan(merging);
  const isChanged = plan === 'theirs' || trials + runs + newResults.length > 0;
  const outcome = ours === undefined ? 'added' : isChanged ? 'united' : 'unchanged';
  const hasMore = outcome === 'united' || (outcome === 'unchanged' && haveRegained);
  return { sweep, outcome, plan, trials, runs, results: newResults.length, hasMore };
}

function rowOf(connection: Connection, sweep: string): SweepsTable | undefined {
  return connection.first(queries.selectFrom('sweeps').selectAll().where('sweep', '=', sweep));
}

function refuseOther(where: string, ours: SweepsTable, theirs: SweepsTable): void {
  if (ours.dataset !== theirs.dataset) {
    const [here, there] = [ours, theirs].map(({ dataset }) => dataset.slice(0, 8));
    throw otherSweep(
      where,
      ours.sweep,
      `with different data (fingerprint ${here} here, ${there} in the other)`,
    );
  }
  const isSameMetric = (['metric', 'goal', 'metric_parameter'] as const).every(
    (name) => ours[name] === theirs[name],
  );
  if (isSameMetric) return;
  const difference = `ranked by different metrics (${ours.metric} here, ${theirs.metric} in the other)`;
  throw otherSweep(where, ours.sweep, difference);
}

/** What the sweep has, in the order of OWNER_COLUMNS: its dataset, trials, runs and itself. */
function idsOf(source: Connection, sweep: string, dataset: string): readonly (readonly string[])[] {
  const members = (table: 'sweep_trials' | 'sweep_runs', column: string) =>
    rowsOf(
      source,
      sql<{
        id: string;
      }>`select ${sql.ref(column)} as id from ${sql.table(table)} where sweep = ${sweep} order by id`,
    ).map(({ id }) => id);
  return [[dataset], members('sweep_trials', 'trial_id'), members('sweep_runs', 'run_id'), [sweep]];
}

/** Of the merged sweeps, and of all others that have one of the runs. */
function renewCosts(target: Connection, names: readonly string[], finished: readonly string[]): void {
  const concerned = rowsOf(
    target,
    sql<{ sweep: string }>`select distinct sweep from sweep_runs where run_id in ${listed(finished)}
      union select sweep from sweeps where sweep in ${listed(names)}`,
  );
  for (const { sweep } of concerned) renewExpectedCosts(target, sweep);
}

/** Each database kept what it needed by its own results. */
function pruneUnited(target: Connection, sweep: string, keptBy: Merge['keptBy']): void {
  const row = rowOf(target, sweep);
  const kept = row && keptBy(row.spec_text);
  if (row === undefined || kept == null) return;
  const metric = {
    name: row.metric,
    goal: row.goal,
    ...(row.metric_parameter !== null && { parameter: row.metric_parameter }),
  };
  pruneKept(target, { name: sweep, metric, ...kept });
}
