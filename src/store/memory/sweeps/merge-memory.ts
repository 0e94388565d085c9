import { SHARD_DECISIONS } from '../../../search/recorded-shard.js';
import { resultRows } from '../../content/result-rows.js';
import { areSameRows } from '../../content/same-rows.js';
import { mergeConflict, mergedWithItself, otherEngines, otherSweep, unknownSweep } from '../../refusals.js';
import type { MergedSweep } from '../../store.js';
import { dropUnwanted } from '../memory-kept.js';
import { addMembers } from '../memory-plan.js';
import {
  knownSweep,
  type MemoryRun,
  type MemoryState,
  type MemorySweep,
  plannedRun,
} from '../memory-state.js';
import { sweepsInOrder } from '../memory-sweeps.js';
import { requireFreeSweep } from './change-sweep.js';

/** Copies sweeps, by default all, of one store in memory into another. */
export function mergeIntoMemory(
  target: MemoryState,
  source: MemoryState,
  wanted?: readonly string[],
): readonly MergedSweep[] {
  if (target === source) throw mergedWithItself(source.where);
  const known = sweepsInOrder(source).map(({ record }) => record.name);
  const unknown = wanted?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownSweep(source.where, unknown, known);
  const names = known.toReversed().filter((name) => wanted?.includes(name) ?? true);
  for (const name of names) refuseConflicts(target, source, name);
  return names.map((name) => mergeOne(target, source, name));
}

/** Before anything is changed. */
function refuseConflicts(target: MemoryState, source: MemoryState, name: string): void {
  const theirs = knownSweep(source, name);
  const ours = target.sweeps.get(name);
  if (ours !== undefined) {
    requireFreeSweep(target, name);
    const [here, there] = [ours, theirs].map(({ record }) => record.dataset.fingerprint.slice(0, 8));
    if (here !== there) {
      const difference = `with different data (fingerprint ${here} here, ${there} in the other)`;
      throw otherSweep(target.where, name, difference);
    }
    const metricOf = ({ record: { metric } }: MemorySweep) =>
      [metric.name, metric.goal, metric.parameter].join();
    if (metricOf(ours) !== metricOf(theirs)) {
      const difference = `ranked by different metrics (${ours.record.metric.name} here, ${theirs.record.metric.name} in the other)`;
      throw otherSweep(target.where, name, difference);
    }
  }
  const isShard = ({ decisions }: MemorySweep) => decisions.has(SHARD_DECISIONS);
  if (ours !== undefined && isShard(ours) && isShard(theirs)) {
    const engines = [ours.record.engine, theirs.record.engine] as const;
    if (engines[0] !== engines[1]) throw otherEngines(target.where, name, engines);
  }
  for (const runId of theirs.runs) {
    const [mine, other] = [target.runs.get(runId)?.result, source.runs.get(runId)?.result];
    if (mine === undefined || other === undefined) continue;
    const [a, b] = [resultRows(mine), resultRows(other)];
    for (const table of Object.keys(a) as (keyof typeof a)[]) {
      const [rows, others] = [[...a[table]], [...b[table]]] as const;
      const isSame =
        rows.length === others.length &&
        rows.every((row, at) => areSameRows(table, { ...row }, { ...others[at] }));
      if (!isSame) throw mergeConflict(target.where, name, `the run ${runId} (${table})`);
    }
  }
}

function mergeOne(target: MemoryState, source: MemoryState, name: string): MergedSweep {
  const theirs = knownSweep(source, name);
  const ours = target.sweeps.get(name);
  const lastOf = (sweep?: MemorySweep) => sweep?.launches.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const plan = lastOf(theirs) > lastOf(ours) ? 'theirs' : 'ours';
  const [first, second] = plan === 'theirs' || ours === undefined ? [theirs, ours] : [ours, theirs];
  const trials = new Map([
    ...first.trials,
    ...[...(second?.trials ?? [])].filter(([id]) => !first.trials.has(id)),
  ]);
  const runs = new Set([...first.runs, ...(second?.runs ?? [])]);
  const sweep: MemorySweep = {
    ...first,
    launches: unitedLaunches(ours, theirs),
    trials,
    runs,
    decisions: unitedDecisions(first, second),
    claims: new Map(),
    holder: undefined,
    token: ours?.token ?? target.tokens,
  };
  const added = {
    trials: trials.size - (ours?.trials.size ?? 0),
    runs: runs.size - (ours?.runs.size ?? 0),
  };
  target.sweeps.set(name, sweep);
  addMembers(target, sweep, {
    ...theirs.record,
    dataset: { ...theirs.record.dataset, ...source.datasets.get(theirs.record.dataset.fingerprint) },
    trials: [...theirs.trials.values()],
    runs: [...theirs.runs].map((runId) => plannedRun(source, runId).run),
  });
  numberLaunches(target);
  const haveRegained = [...theirs.runs].some((runId) =>
    regains(plannedRun(target, runId), plannedRun(source, runId)),
  );
  const results = [...theirs.runs].filter((runId) =>
    mergeRun(plannedRun(target, runId), plannedRun(source, runId)),
  ).length;
  copyAttempts(target, source, name);
  const isChanged = plan === 'theirs' || added.trials + added.runs + results > 0;
  const outcome = ours === undefined ? 'added' : isChanged ? 'united' : 'unchanged';
  if (outcome === 'united' || (outcome === 'unchanged' && haveRegained)) dropUnwanted(target, sweep);
  return { sweep: name, outcome, plan, ...added, results };
}

function unitedLaunches(ours: MemorySweep | undefined, theirs: MemorySweep): MemorySweep['launches'] {
  const own = ours?.launches ?? [];
  const added = theirs.launches.filter(({ atMs }) => !own.some((launch) => launch.atMs === atMs));
  return [...own, ...added].toSorted((a, b) => a.atMs - b.atMs);
}

/** In the order of their times: the number of a launch says which is the latest. */
function numberLaunches(state: MemoryState): void {
  const all = [...state.sweeps.values()].flatMap(({ launches }) =>
    launches.map((launch, at) => ({ launches, launch, at })),
  );
  const inOrder = all.toSorted((a, b) => a.launch.atMs - b.launch.atMs || a.launch.order - b.launch.order);
  for (const [place, { launches, launch, at }] of inOrder.entries()) {
    launches[at] = { ...launch, order: place + 1 };
  }
  state.launches = all.length;
}

function unitedDecisions(first: MemorySweep, second: MemorySweep | undefined): MemorySweep['decisions'] {
  const searches = new Set([...first.decisions.keys(), ...(second?.decisions.keys() ?? [])]);
  return new Map(
    [...searches].map((search) => [
      search,
      new Map([...(second?.decisions.get(search) ?? []), ...(first.decisions.get(search) ?? [])]),
    ]),
  );
}

/** Whether a run that is finished in both gets logits or a model, which this store may have removed before. */
function regains(ours: MemoryRun, theirs: MemoryRun): boolean {
  if (ours.result === undefined || theirs.result === undefined) return false;
  const getsLogits = ours.logits.validation === undefined && theirs.logits.validation !== undefined;
  return getsLogits || (ours.model === undefined && theirs.model !== undefined);
}

/** Returns whether the run has its result from the other store. */
function mergeRun(ours: MemoryRun, theirs: MemoryRun): boolean {
  if (ours.result === undefined && theirs.result !== undefined) {
    const { run: _, ...rest } = theirs;
    Object.assign(ours, { ...rest, liveEpochs: new Map() });
    return true;
  }
  if (ours.result !== undefined && theirs.result !== undefined) {
    ours.columnImportance ??= theirs.columnImportance;
    ours.scoreDraws ??= theirs.scoreDraws;
    ours.log ??= theirs.log;
    ours.model ??= theirs.model;
    if (ours.logits.validation === undefined) ours.logits = theirs.logits;
    return false;
  }
  if (ours.result === undefined && ours.state === 'waiting' && theirs.state !== 'waiting') {
    const { run: _, ...rest } = theirs;
    // Here, nobody trains it.
    const state = theirs.state === 'running' ? 'interrupted' : theirs.state;
    Object.assign(ours, { ...rest, state, liveEpochs: new Map(theirs.liveEpochs) });
  }
  return false;
}

/** The process of an attempt that has not ended is not one of ours. */
function copyAttempts(target: MemoryState, source: MemoryState, name: string): void {
  const isOfSweep = (attempt: { readonly sweep: string }) => attempt.sweep === name;
  const nameOf = ({ runId, worker, startedAtMs }: MemoryState['attempts'][number]) =>
    `${runId} ${worker} ${startedAtMs}`;
  const known = new Set(target.attempts.filter(isOfSweep).map(nameOf));
  const runs = knownSweep(source, name).runs;
  for (const attempt of source.attempts.filter(isOfSweep)) {
    if (known.has(nameOf(attempt)) || !runs.has(attempt.runId)) continue;
    const open = { endedAtMs: attempt.startedAtMs, error: 'it had not ended when its sweep was merged' };
    target.attempts.push({ ...attempt, ...(attempt.endedAtMs === null && open) });
  }
}
