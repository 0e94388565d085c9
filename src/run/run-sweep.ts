import { resolve } from 'node:path';
import type { Dataset } from '../data/dataset.js';
import { classSupport } from '../data/dataset.js';
import { laneKey } from '../engine/train-runs.js';
import type { SweepPlan } from '../plan/plan.js';
import type { StoreEvent, SweepRecord, SweepWriter } from '../store/store.js';
import type { Run } from '../sweep.js';
import { engineName } from './choose-engine.js';
import { createEventLog } from './event-log.js';
import { type GroupEvent, type PlannedRun, trainGroup } from './train-group.js';
import { createWorkerPool } from './worker-pool.js';

export interface RunSweepOptions {
  readonly plan: SweepPlan;
  readonly dataset: Dataset;
  readonly writer: SweepWriter;
  /** Threads. */
  readonly workers: number;
  /** Runs that one thread trains together. */
  readonly lanes: number;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** Ends the sweep: running runs are interrupted within about a second, finished ones stay. */
  readonly signal?: AbortSignal;
}

/** What a sweep tells while it goes on. */
export type ProgressEvent =
  | { readonly type: 'planned'; readonly trials: number; readonly runs: number; readonly waiting: number }
  | Extract<GroupEvent, { type: 'epoch' | 'complete' | 'failed' }>;

export interface SweepSummary {
  /** Runs that had a result before. */
  readonly alreadyComplete: number;
  readonly complete: number;
  readonly failed: number;
  readonly interrupted: number;
  readonly durationMs: number;
}

/**
 * Trains every run of a plan that has no result yet and records it. Throws what the store throws; a run that fails is
 * recorded as failed and the others go on.
 */
export async function runSweep(options: RunSweepOptions): Promise<SweepSummary> {
  const { plan, dataset, writer } = options;
  const startedAt = performance.now();
  const states = writer.open(sweepRecord(plan, dataset));
  const waiting = plan.runs.filter(({ runId }) => states.get(runId) !== 'complete');
  options.onProgress?.({
    type: 'planned',
    trials: plan.trials.length,
    runs: plan.runs.length,
    waiting: waiting.length,
  });
  const counts = { complete: 0, failed: 0, interrupted: 0 };
  if (waiting.length > 0) await trainAll(options, waiting, counts);
  return {
    alreadyComplete: plan.runs.length - waiting.length,
    ...counts,
    durationMs: performance.now() - startedAt,
  };
}

type Counts = { complete: number; failed: number; interrupted: number };

async function trainAll(options: RunSweepOptions, waiting: readonly Run[], counts: Counts): Promise<void> {
  const { plan, dataset, signal } = options;
  const groups = laneGroups(plan, waiting, options.lanes);
  const workers = Math.min(options.workers, groups.length);
  const pool = createWorkerPool({ workers, engine: engineName(plan.engine), dataset });
  const log = createEventLog(options.writer);
  const onEvent = recorder(options, log.append, counts);
  const stop = (): void => pool.stop();
  signal?.addEventListener('abort', stop);
  const next = groups[Symbol.iterator]();
  const drain = async (): Promise<void> => {
    for (let group = next.next(); !group.done && signal?.aborted !== true; group = next.next()) {
      await trainGroup({
        pool,
        group: group.value,
        sweep: plan.spec.name,
        metric: plan.spec.metric,
        onEvent,
      });
    }
  };
  try {
    await Promise.race([Promise.all(Array.from({ length: workers }, drain)), log.failure]);
  } finally {
    pool.stop();
    signal?.removeEventListener('abort', stop);
    await pool.close();
    log.flush();
  }
}

/** Passes what happens on to the store, the counts and whoever watches. */
function recorder(options: RunSweepOptions, record: (event: StoreEvent) => void, counts: Counts) {
  return (event: GroupEvent): void => {
    if (event.type === 'epoch') {
      options.onProgress?.(event);
      return;
    }
    record(event.record);
    if (event.type === 'started') return;
    counts[event.type]++;
    if (event.type !== 'interrupted') options.onProgress?.(event);
  };
}

/** Runs that can train as one program, at most `lanes` of them, in the order of the plan. */
function laneGroups(
  plan: SweepPlan,
  waiting: readonly Run[],
  lanes: number,
): readonly (readonly PlannedRun[])[] {
  const trials = new Map(plan.trials.map((trial) => [trial.trialId, trial]));
  const groups: PlannedRun[][] = [];
  const open = new Map<string, PlannedRun[]>();
  for (const run of waiting) {
    const trial = trials.get(run.trialId);
    if (trial === undefined) throw new Error(`run ${run.runId} belongs to no trial of the plan`);
    const key = laneKey(trial.config);
    const group = open.get(key);
    if (group === undefined || group.length >= lanes) {
      const fresh = [{ run, trial }];
      groups.push(fresh);
      open.set(key, fresh);
    } else {
      group.push({ run, trial });
    }
  }
  return groups;
}

function sweepRecord(plan: SweepPlan, dataset: Dataset): SweepRecord {
  const { spec, engine, trials, runs } = plan;
  const labelsOf = (rows: Int32Array): Uint16Array =>
    Uint16Array.from(rows, (row) => dataset.labels[row] as number);
  const { fingerprint, rowCount, featureCount, classNames, rareClasses, card } = dataset;
  return {
    name: spec.name,
    description: spec.description,
    specText: spec.text,
    specFile: resolve(spec.file),
    metric: spec.metric,
    engine,
    trials,
    runs,
    dataset: {
      fingerprint,
      rowCount,
      featureCount,
      classNames,
      rareClasses,
      card,
      support: {
        train: [...classSupport(dataset, 'train')],
        validation: [...classSupport(dataset, 'validation')],
        test: [...classSupport(dataset, 'test')],
      },
      validationLabels: labelsOf(dataset.split.validation),
      testLabels: labelsOf(dataset.split.test),
    },
  };
}
