// Sweeps whose results are made up: the spec is parsed and planned as for training, and what a run gives is what a function says.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSuggestion } from '../../src/analysis/analysis.js';
import type { SweepReport } from '../../src/analysis/report.js';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/load-dataset.js';
import { classMetrics, metricValues } from '../../src/metrics/classification-metrics.js';
import { confusionMatrix } from '../../src/metrics/confusion.js';
import { searchIdOf } from '../../src/plan/identity.js';
import { planSweep, type SweepPlan } from '../../src/plan/plan.js';
import { isForProgram, type ProgramConfig } from '../../src/program.js';
import { randomStream } from '../../src/random.js';
import { sweepRecord } from '../../src/run/record/plan-record.js';
import { parseSpec } from '../../src/spec/parse-spec.js';
import type { StoreEvent } from '../../src/store/events.js';
import { openStore } from '../../src/store/open-store.js';
import type { SweepWriter } from '../../src/store/store.js';
import type {
  AnyConfig,
  EpochRecord,
  MetricValues,
  RunResult,
  SplitResult,
  TrialConfig,
} from '../../src/sweep.js';
import { scoreRun } from '../../src/train/score.js';
import { knobConfig } from '../knob-config.js';
import { complete, failed, pruned, started } from '../store/sample-sweep.js';

const ROWS = { many: 600, some: 300, few: 100 };

/** A table of three classes with 120, 60 and 20 validation rows, or of others; every spec here says `data: {source: t.csv, label: y}`. */
export async function smallTable(classes: Readonly<Record<string, number>> = ROWS): Promise<Dataset> {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-table-'));
  try {
    const lines = Object.entries(classes).flatMap(([name, rows]) =>
      Array.from({ length: rows }, (_, row) => `${name.length + row / 1000},${(row * 7919) % 101},${name}`),
    );
    writeFileSync(join(folder, 't.csv'), ['a,b,y', ...lines, ''].join('\n'));
    return await loadDataset({ source: 't.csv', label: 'y' }, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a run gives: recall per class and what else is of interest, or why there is no result. */
export type Outcome =
  | {
      readonly recalls: readonly number[];
      readonly chosenEpoch?: number;
      /** How many it trained, two unless it says so. */
      readonly epochs?: number;
      readonly stoppedBy?: 'epochs' | 'patience';
      /** Of the last epoch, where that of the first is 2. */
      readonly lastTrainLoss?: number;
      readonly trainAccuracy?: number;
      /** A program that tells no epochs. */
      readonly withoutEpochs?: boolean;
    }
  /** A program that tells metrics alone. */
  | { readonly metrics: Partial<MetricValues> }
  | 'diverged'
  | 'crashed'
  | 'waiting'
  /** The search has dropped its configuration, after the first epoch of the first seed. */
  | 'dropped';

export type OutcomeOf = (config: TrialConfig, seed: number) => Outcome;
export type ProgramOutcomeOf = (config: ProgramConfig, seed: number) => Outcome;

/** The plan of a spec, trained by the usual trainers; every program is the same. */
export function planned(text: string, dataset: Dataset): SweepPlan {
  const spec = parseSpec(text);
  const engines = spec.spaces.map(({ trainer }) => {
    if (typeof trainer === 'string') return trainer === 'trees' ? 'trees@1' : 'native/addon@3';
    return `${trainer.type}@0123456789abcdef`;
  });
  return planSweep(spec, dataset, ...engines);
}

/** Records the sweep of a spec in the database at the path; gives its plan. */
export async function recordSweep(
  path: string,
  text: string,
  dataset: Dataset,
  outcomeOf: OutcomeOf,
): Promise<SweepPlan> {
  return recordPlan(path, planned(text, dataset), dataset, (config, seed) =>
    outcomeOf(knobConfig(config), seed),
  );
}

/** The same of a sweep of a program. */
export async function recordProgramSweep(
  path: string,
  text: string,
  dataset: Dataset,
  outcomeOf: ProgramOutcomeOf,
): Promise<SweepPlan> {
  return recordPlan(path, planned(text, dataset), dataset, (config, seed) => {
    if (!isForProgram(config)) throw new TypeError('a configuration of a program is wanted');
    return outcomeOf(config, seed);
  });
}

async function recordPlan(
  path: string,
  plan: SweepPlan,
  dataset: Dataset,
  outcomeOf: (config: AnyConfig, seed: number) => Outcome,
): Promise<SweepPlan> {
  const configs = new Map(plan.trials.map(({ trialId, config }) => [trialId, config]));
  const writer = await openStore(path).writer();
  try {
    const states = await writer.open(sweepRecord(plan, dataset));
    const dropped = new Set<string>();
    for (const { runId, trialId, seed } of plan.runs) {
      const config = configs.get(trialId);
      const state = states.get(runId);
      if (config === undefined || (state !== 'waiting' && state !== 'pruned')) continue;
      const outcome = outcomeOf(config, seed);
      if (outcome === 'waiting' || (state === 'pruned' && outcome === 'dropped')) continue;
      if (outcome === 'dropped') {
        dropped.add(trialId);
        await writer.record([pruned(runId, 'dropped after epoch 1 of 1 seed')]);
        continue;
      }
      await recordRun(writer, { name: plan.spec.name, runId }, outcome, () =>
        result(runId, dataset, seed, outcome),
      );
    }
    if (dropped.size > 0) await writer.record([droppedAtRung(plan, dataset, dropped)]);
  } finally {
    await writer.close();
  }
  return plan;
}

function droppedAtRung(
  { spec, trials, engine, costs }: SweepPlan,
  { fingerprint }: Dataset,
  dropped: ReadonlySet<string>,
): StoreEvent {
  const search = searchIdOf({ spec, dataset: fingerprint, engine, costs });
  const ids = trials.map(({ trialId }) => trialId);
  return {
    ...{ type: 'decision', sweep: spec.name, search, step: 0 },
    decision: {
      type: 'rung',
      rung: { seeds: 1, epoch: 1 },
      going: ids.filter((id) => !dropped.has(id)),
      dropped: ids.filter((id) => dropped.has(id)).map((trialId) => ({ trialId, value: 0.1 })),
      best: 0.5,
    },
  };
}

async function recordRun(
  writer: SweepWriter,
  { name, runId }: { readonly name: string; readonly runId: string },
  outcome: Exclude<Outcome, 'waiting' | 'dropped'>,
  resultOf: () => RunResult,
): Promise<void> {
  const end =
    outcome === 'diverged'
      ? failed(runId, 'training diverged in epoch 2: the loss is not finite.')
      : outcome === 'crashed'
        ? failed(runId, 'no memory')
        : complete(resultOf());
  await writer.record([started(runId, name), end]);
}

function result(runId: string, dataset: Dataset, seed: number, outcome: Outcome): RunResult {
  if (typeof outcome === 'string') throw new Error(`a run that is ${outcome} has no result`);
  if ('metrics' in outcome) {
    const told = { runId, epochs: [], chosenEpoch: 0, stoppedBy: 'epochs' } as const;
    return scoreRun({ ...told, validation: outcome, test: outcome }, dataset);
  }
  const {
    recalls,
    withoutEpochs = false,
    epochs: trained = withoutEpochs ? 0 : 2,
    chosenEpoch = withoutEpochs ? 0 : 2,
    stoppedBy = 'epochs',
    lastTrainLoss = 0.5,
    trainAccuracy = 0.5,
  } = outcome;
  const validation = split(dataset, 'validation', recalls, seed);
  const epochs = Array.from({ length: trained }, (_, at) => at + 1).map(
    (epoch): EpochRecord => ({
      epoch,
      trainLoss: epoch === 1 ? 2 : lastTrainLoss,
      trainAccuracy,
      validationLoss: 1,
      validation: validation.metrics,
    }),
  );
  return {
    runId,
    epochs,
    chosenEpoch,
    stoppedBy,
    validation,
    test: split(dataset, 'test', recalls, seed + 1000),
  };
}

/** The same rows are hard for every configuration of a seed, so that a higher recall is higher beyond chance. */
function split(
  dataset: Dataset,
  name: 'validation' | 'test',
  recalls: readonly number[],
  seed: number,
): SplitResult {
  const stream = randomStream(seed, 'synthetic', 0);
  const labels = Uint16Array.from(dataset.split[name], (row) => dataset.labels[row] ?? 0);
  const predictions = labels.map((label) =>
    stream.uniform() < (recalls[label] ?? 0) ? label : (label + 1) % dataset.classNames.length,
  );
  const confusion = confusionMatrix(labels, predictions, dataset.classNames.length);
  return {
    loss: 1,
    metrics: metricValues({ confusion, rareClasses: dataset.rareClasses, logLoss: 1 }),
    classes: classMetrics(confusion),
    confusion,
    predictions,
  };
}

/** The report of a sweep in the database, and the spec that is suggested after it. */
export async function reportAndSuggestion(
  path: string,
  name?: string,
): Promise<{ readonly report: SweepReport; readonly suggested: string | null }> {
  const reader = await openStore(path).reader();
  try {
    const { report, spec } = await buildSuggestion(reader, name);
    return { report, suggested: spec };
  } finally {
    await reader.close();
  }
}
