import { UserError } from '../../errors.js';
import type { MetricValues } from '../../metric.js';
import type { CostMatrix, RunResult, SplitResult } from '../../sweep.js';
import { costedMetrics } from '../content/costed.js';
import { noSweepYet, unknownRun } from '../refusals.js';
import type { FoundId, RunDetail, RunRow, ScoredSplit, SweepReader } from '../store.js';
import { memoryFingerprint } from './memory-fingerprint.js';
import { ownParameters, selectRuns } from './memory-query.js';
import {
  foundId,
  knownSweep,
  liveEpochs,
  type MemoryRun,
  type MemoryState,
  type MemorySweep,
  plannedRun,
  runsInOrder,
} from './memory-state.js';
import { droppedTrials, latestPlace, sweepDetail, sweepSummary, sweepsInOrder } from './memory-sweeps.js';
import { decisionsOf } from './memory-writer.js';
import { limitsOf, recordedRuns } from './sweeps/memory-recorded.js';

/** A reader of a store in memory. */
export function memoryReader(state: MemoryState): SweepReader {
  /** Finished runs of a list by id, in the order of the ids. */
  const results = (runIds: readonly string[]): readonly RunResult[] =>
    runIds.toSorted().flatMap((runId) => state.runs.get(runId)?.result ?? []);
  const bySplit = <T>(runIds: readonly string[], pick: (result: RunResult) => T): ReadonlyMap<string, T> =>
    new Map(results(runIds).map((result) => [result.runId, pick(result)]));
  return {
    where: state.where,
    sweeps: async () => sweepsInOrder(state).map((sweep) => sweepSummary(state, sweep)),
    sweep: async (name) => {
      const sweep = name === undefined ? sweepsInOrder(state)[0] : knownSweep(state, name);
      if (sweep === undefined) throw noSweepYet(state.where);
      return sweepDetail(state, sweep);
    },
    trials: async (name, stretch) => {
      const sweep = knownSweep(state, name);
      const dropped = droppedTrials(state, sweep);
      return [...sweep.trials.values()]
        .map((trial, position) => {
          const reason = dropped.get(trial.trialId);
          return { ...trial, position, ...(reason !== undefined && { dropped: reason }) };
        })
        .slice(...limitsOf(stretch));
    },
    recordedRuns: async (name, stretch) => recordedRuns(state, knownSweep(state, name), stretch),
    runs: async (name) => {
      const sweep = knownSweep(state, name);
      return runsInOrder(state, sweep).flatMap((run) => runRow(sweep, run));
    },
    finished: async (runIds) => {
      const sweepsOf = (runId: string): readonly string[] =>
        [...state.sweeps].filter(([, { runs }]) => runs.has(runId)).map(([name]) => name);
      return new Map(results(runIds).map(({ runId }) => [runId, sweepsOf(runId).toSorted()]));
    },
    testMetrics: async (name, trialId) => testMetrics(state, knownSweep(state, name), trialId),
    epochs: async (runId) => state.runs.get(runId)?.result?.epochs ?? [],
    classMetrics: async (runIds, split) => bySplit(runIds, (result) => result[split].classes),
    confusion: async (runIds, split) => summedConfusion(results(runIds), split),
    predictions: async (runIds, split) => bySplit(runIds, (result) => result[split].predictions),
    scoreDraws: async (runIds, split) =>
      new Map(
        runIds.flatMap((runId) => {
          const own = state.runs.get(runId)?.scoreDraws?.[split];
          return own === undefined || own.size === 0 ? [] : [[runId, own] as const];
        }),
      ),
    columnImportance: async (runIds) =>
      new Map(
        runIds.toSorted().flatMap((runId) => {
          const known = state.runs.get(runId)?.columnImportance;
          return known === undefined ? [] : [[runId, known] as const];
        }),
      ),
    logits: async (runId, split) => state.runs.get(runId)?.logits[split] ?? null,
    model: async (runId) => state.runs.get(runId)?.model?.slice() ?? null,
    log: async (runId) => {
      const log = state.runs.get(runId)?.log;
      return log === undefined ? null : Buffer.from(log).toString('utf8');
    },
    ownParameters: async (name) => ownParameters(state, name),
    progress: async (name) =>
      runsInOrder(state, knownSweep(state, name))
        .filter(({ result }) => result === undefined)
        .map((own) => ({ ...own.run, state: own.state, attempts: own.attempts, epochs: liveEpochs(own) })),
    decisions: async (name, search) => decisionsOf(state, name, search),
    attempts: async (name) =>
      state.attempts
        .filter(({ sweep }) => sweep === name)
        .toSorted((a, b) => a.startedAtMs - b.startedAtMs)
        .map(({ sweep: _, ...attempt }) => attempt),
    find: async (idStart) => foundId(state, idStart),
    run: async (idPrefix) => runDetail(state, foundId(state, idPrefix, ['run']), idPrefix),
    findTrial: async (idPrefix) => {
      const trialId = foundId(state, idPrefix, ['trial'])?.id ?? '';
      const trial = state.trials.get(trialId);
      return trial === undefined
        ? null
        : {
            trialId,
            engine: trial.engine,
            config: trial.config,
            point: trial.config,
            addedBaseline: false,
            ...latestPlace(state, trialId),
          };
    },
    query: async (query) => selectRuns(state, query),
    sql: async () => {
      throw new UserError('a store in memory does not support SQL', {
        where: state.where,
        fix: 'Use `query`, or keep the sweep in a database.',
      });
    },
    fingerprint: async (name) => memoryFingerprint(state, knownSweep(state, name)),
    close: async () => {},
  };
}

function runRow(sweep: MemorySweep, { run, result, durationMs }: MemoryRun): readonly RunRow[] {
  if (result === undefined) return [];
  const { epochs, chosenEpoch, stoppedBy, validation } = result;
  return [
    {
      ...run,
      epochsTrained: epochs.length,
      chosenEpoch,
      stoppedBy,
      validationLoss: validation.loss,
      validation: costedMetrics(sweep.record.costs, validation),
      durationMs,
    },
  ];
}

function testMetrics(
  { runs }: MemoryState,
  sweep: MemorySweep,
  trialId: string,
): ReadonlyMap<string, MetricValues> {
  const own = [...runs.values()].filter(({ run }) => run.trialId === trialId);
  const bySeed = own.toSorted((a, b) => a.run.seed - b.run.seed);
  return new Map(
    bySeed.flatMap(({ run, result }) =>
      result ? [[run.runId, costedMetrics(sweep.record.costs, result.test)]] : [],
    ),
  );
}

function summedConfusion(results: readonly RunResult[], split: ScoredSplit): Uint32Array {
  const sum = new Uint32Array(results[0]?.[split].confusion.length ?? 0);
  for (const result of results) {
    for (const [cell, count] of result[split].confusion.entries()) sum[cell] = (sum[cell] ?? 0) + count;
  }
  return sum;
}

function runDetail(state: MemoryState, found: FoundId | null, prefix: string): RunDetail {
  if (found === null) throw unknownRun(state.where, prefix);
  const own = plannedRun(state, found.id);
  const trial = state.trials.get(own.run.trialId);
  if (trial === undefined) throw new Error(`the run ${found.id} belongs to no trial`);
  const place = latestPlace(state, own.run.trialId);
  return {
    sweeps: [...state.sweeps].flatMap(([name, { runs }]) => (runs.has(found.id) ? [name] : [])).toSorted(),
    run: own.run,
    state: own.state,
    error: own.error,
    engine: trial.engine,
    config: trial.config,
    point: place?.point ?? trial.config,
    ...(place?.space !== undefined && { space: place.space }),
    result: own.result === undefined ? null : costedResult(state, own.result),
    liveEpochs: liveEpochs(own),
  };
}

/** By the costs of the first of its sweeps that has any. */
function costedResult({ sweeps }: MemoryState, result: RunResult): RunResult {
  const [costs] = [...sweeps]
    .filter(([, { runs }]) => runs.has(result.runId))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { record }]): readonly CostMatrix[] => (record.costs == null ? [] : [record.costs]));
  const costed = (split: SplitResult) => ({ ...split, metrics: costedMetrics(costs, split) });
  return { ...result, validation: costed(result.validation), test: costed(result.test) };
}
