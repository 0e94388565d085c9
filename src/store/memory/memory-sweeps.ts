import type { RungDecision } from '../../search/decision.js';
import type { Trial } from '../../sweep.js';
import type { DatasetRecord, SweepDetail, SweepSummary } from '../store.js';
import { type MemoryRun, type MemoryState, type MemorySweep, runsInOrder } from './memory-state.js';

/** Every sweep, latest launched first. */
export function sweepsInOrder({ sweeps }: MemoryState): readonly MemorySweep[] {
  const latest = ({ launches }: MemorySweep) => launches.at(-1)?.order ?? 0;
  return [...sweeps.values()].toSorted((a, b) => latest(b) - latest(a));
}

/** A sweep with the counts of its runs. */
export function sweepSummary(state: MemoryState, sweep: MemorySweep): SweepSummary {
  const { name, description, metric, engine, dataset } = sweep.record;
  const runs = runsInOrder(state, sweep);
  const inState = (wanted: string) => runs.filter((run) => run.state === wanted).length;
  return {
    name,
    description,
    metric,
    engine,
    source: dataset.card.source,
    trials: sweep.trials.size,
    runs: runs.length,
    complete: inState('complete'),
    failed: inState('failed'),
    pruned: runs.filter((run) => isDropped(run, sweep)).length,
    firstLaunchedAtMs: sweep.launches[0]?.atMs ?? 0,
    lastLaunchedAtMs: sweep.launches.at(-1)?.atMs ?? 0,
  };
}

/** A pruned run is dropped by its sweep, or another; one that waits at a rung is not. */
function isDropped({ run, state, error }: MemoryRun, sweep: MemorySweep): boolean {
  if (state !== 'pruned') return false;
  return (
    error !== null ||
    rungsOf(sweep).some(({ dropped = [] }) => dropped.some(({ trialId }) => trialId === run.trialId))
  );
}

function rungsOf({ decisions }: MemorySweep): readonly Partial<RungDecision>[] {
  return [...decisions.values()]
    .flatMap((steps) => [...steps.values()])
    .map((decision) => decision as Partial<RungDecision>)
    .filter(({ type }) => type === 'rung');
}

/** A sweep with its dataset. */
export function sweepDetail(state: MemoryState, sweep: MemorySweep): SweepDetail {
  const { specText, specFile, costs = null, baseline = null } = sweep.record;
  const { fingerprint } = sweep.record.dataset;
  // Another launch may have added splits of seeds.
  const dataset = { ...sweep.record.dataset, ...validationRowsOf(state, fingerprint) };
  const environment = sweep.launches.at(-1)?.environment ?? null;
  return { ...sweepSummary(state, sweep), specText, specFile, environment, baseline, costs, dataset };
}

/** Why trials of the sweep were dropped, by trial id: a rung preferred others to them, and some of their runs are still pruned. */
export function droppedTrials(state: MemoryState, sweep: MemorySweep): ReadonlyMap<string, string> {
  const preferred = new Set(
    rungsOf(sweep).flatMap(({ best, dropped = [] }) =>
      best == null ? [] : dropped.map(({ trialId }) => trialId),
    ),
  );
  const reasons = runsInOrder(state, sweep).flatMap(({ run, state: own, error }) =>
    own === 'pruned' && error !== null && preferred.has(run.trialId) ? [[run.trialId, error] as const] : [],
  );
  return new Map(reasons.toSorted(([, a], [, b]) => (a < b ? 1 : -1)));
}

/** The point of the trial in the latest launched sweep that has it. */
export function latestPlace(
  state: MemoryState,
  trialId: string,
): Pick<Trial, 'point' | 'addedBaseline' | 'space'> | undefined {
  const trial = sweepsInOrder(state)
    .find(({ trials }) => trials.has(trialId))
    ?.trials.get(trialId);
  if (trial === undefined) return undefined;
  const { point, addedBaseline, space } = trial;
  return { point, addedBaseline, ...(space !== undefined && { space }) };
}

function validationRowsOf(
  { datasets }: MemoryState,
  fingerprint: string,
): Pick<DatasetRecord, 'validationRows'> {
  const rows = datasets.get(fingerprint)?.validationRows;
  return rows === undefined ? {} : { validationRows: rows };
}
