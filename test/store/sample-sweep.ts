import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { isCostMetric, METRIC_NAMES, type MetricValues } from '../../src/metric.js';
import type { AttemptEnd, DatasetRecord, StoreEvent, SweepRecord } from '../../src/store/store.js';
import type {
  ColumnImportance,
  EpochRecord,
  Run,
  RunResult,
  ScoreDraws,
  SplitResult,
  Trial,
  TrialConfig,
} from '../../src/sweep.js';

const ENGINE = 'tfjs/wasm@1';
const CONFIG: TrialConfig = { ...KNOB_DEFAULTS, epochs: 3, patience: 0 };

export const CLASS_NAMES = ['benign', 'Emotet', 'Dridex'];

/** A dataset of three classes, of which the last is rare; 6 validation rows and 3 test rows. */
export function sampleDataset(fingerprint = 'f'.repeat(64)): DatasetRecord {
  return {
    fingerprint,
    rowCount: 30,
    featureCount: 4,
    classNames: CLASS_NAMES,
    rareClasses: [2],
    support: { train: [12, 6, 3], validation: [3, 2, 1], test: [1, 1, 1] },
    validationLabels: Uint16Array.of(0, 1, 0, 2, 1, 0),
    testLabels: Uint16Array.of(2, 1, 0),
    card: {
      source: 'table.csv',
      columns: [{ name: 'bytes', kind: 'numeric', missing: 0, features: 4 }],
      normalize: 'zscore',
      normalization: { largestMean: 1e-7, largestSdDeviation: 1e-7 },
      duplicatesAcrossSplits: 0,
      notes: ['dropped the constant column "version"'],
    },
  };
}

/** The trial of these knobs. Its id follows from `name`. */
export function sampleTrial(name: string, knobs: Partial<TrialConfig>, addedBaseline = false): Trial {
  return {
    trialId: `${name}-trial`,
    engine: ENGINE,
    point: knobs,
    config: { ...CONFIG, ...knobs },
    addedBaseline,
  };
}

export const DEFAULT_TRIALS = [
  sampleTrial('aa', { alpha: 1, gamma: 0 }, true),
  sampleTrial('bb', { alpha: 'balanced', gamma: 2 }),
  sampleTrial('cc', { alpha: { effective_number: 0.999 }, gamma: 2 }),
  sampleTrial('dd', { alpha: { benign: 0.5, Dridex: 3 }, gamma: 3, hidden: [] }),
];

/** Five more, which are to be better than those. */
export const LEADERS = ['ee', 'ff', 'gg', 'hh', 'ii'].map((name, at) =>
  sampleTrial(name, { alpha: 1, gamma: 4 + at }),
);

/** A sweep of these trials with these seeds; run ids are `<trial>-<seed>`. */
export function sampleSweep(
  options: Partial<SweepRecord> & { readonly seeds?: readonly number[] } = {},
): SweepRecord {
  const { seeds = [1, 2], trials = DEFAULT_TRIALS, ...rest } = options;
  return {
    name: 'sample',
    description: 'Three classes.',
    specText: 'name: sample\n',
    specFile: '/sweeps/sample.yaml',
    metric: { name: 'macro_f1', goal: 'maximize' },
    engine: ENGINE,
    dataset: sampleDataset(),
    trials,
    runs: trials.flatMap((trial) => seeds.map((seed) => sampleRun(trial, seed))),
    ...rest,
  };
}

function sampleRun(trial: Trial, seed: number): Run {
  return { runId: `${trial.trialId.slice(0, 2)}-${seed}`, trialId: trial.trialId, seed };
}

/** Metrics around a level: `macro_f1` is the level itself, the others lie 0.01, 0.02, … lower; without costs, as the sweep has none. */
export function sampleMetrics(level: number): MetricValues {
  return Object.fromEntries(
    METRIC_NAMES.map((name, place) => [name, isCostMetric(name) ? Number.NaN : level - place / 100]),
  ) as unknown as MetricValues;
}

/** A split's result of that macro-F1. */
export function sampleSplit(level: number, predictions: Uint16Array): SplitResult {
  return {
    loss: 1 - level,
    metrics: sampleMetrics(level),
    classes: CLASS_NAMES.map((_, place) => ({
      precision: level,
      recall: level / (place + 1),
      f1: level / 2,
      support: 3 - place,
      // The last class has no row, or no probabilities were there.
      ...(place === 2
        ? {}
        : {
            ranking: {
              averagePrecision: level,
              rocAuc: place === 0 ? Number.NaN : level / 2,
              recallAtPrecision: level / 3,
              recallAtFpr: level / 4,
              precisionAtK: level / 5,
            },
          }),
    })),
    confusion: Uint32Array.of(3, 0, 0, 1, 1, 0, 0, 0, 70_000),
    predictions,
  };
}

/** Logits of the rows of a split, each the same distances below the largest. */
export function sampleLogits(rows: number): Uint16Array {
  return Uint16Array.from({ length: rows * CLASS_NAMES.length }, (_, at) => [0, 7, 65_535][at % 3] ?? 0);
}
/** Those of the validation rows. */
export const SAMPLE_LOGITS = sampleLogits(6);

const sampleDraws = (base: number): ScoreDraws =>
  new Map([
    ['average_precision', Float32Array.of(base, base + 0.1, base + 0.2)],
    ['log_loss', Float32Array.of(base + 1, Number.NaN, 0)],
  ]);
/** Metrics in three draws of the rows. */
export const SAMPLE_DRAWS = { validation: sampleDraws(0.25), test: sampleDraws(0.5) };

/** A result whose validation macro-F1 is `level`. */
export function sampleResult(runId: string, level: number): RunResult {
  const epochs = [1, 2, 3].map(
    (epoch): EpochRecord => ({
      epoch,
      trainLoss: 2 / epoch,
      trainAccuracy: epoch / 4,
      validationLoss: 2.5 / epoch,
      validation: sampleMetrics(level - (3 - epoch) / 10),
    }),
  );
  return {
    runId,
    epochs,
    chosenEpoch: 3,
    stoppedBy: 'epochs',
    validation: sampleSplit(level, Uint16Array.of(0, 1, 0, 2, 1, 65_535)),
    test: sampleSplit(level - 0.05, Uint16Array.of(2, 1, 1)),
  };
}

/** What three columns mean to a model; the last was not measured, and the trainer has no gains for the second. */
export const SAMPLE_IMPORTANCE: readonly ColumnImportance[] = [
  {
    column: 'bytes',
    gainShare: 0.75,
    drops: { macroF1: { mean: 0.25, sd: 0.125 }, rareRecall: { mean: -0.0625, sd: 0.5 } },
  },
  {
    column: 'it’s "flow" 🛰',
    gainShare: null,
    drops: { macroF1: { mean: 0, sd: Number.NaN }, rareRecall: { mean: Number.NaN, sd: Number.NaN } },
  },
  { column: 'after', gainShare: 1 / 3, drops: null },
];

export function started(runId: string, sweep = 'sample'): StoreEvent {
  return { type: 'started', attempt: { runId, sweep, worker: 0, startedAtMs: Date.now() } };
}

export function complete(result: RunResult): StoreEvent {
  return { type: 'complete', result, attempt: ended(result.runId) };
}

export function failed(runId: string, error: string): StoreEvent {
  return { type: 'failed', attempt: { ...ended(runId), error } };
}

export function retry(runId: string): StoreEvent {
  return { type: 'retry', attempt: { ...ended(runId), error: 'no memory' } };
}

export function interrupted(runId: string): StoreEvent {
  return { type: 'interrupted', attempt: ended(runId) };
}

export function pruned(runId: string, reason?: string): StoreEvent {
  return { type: 'pruned', attempt: { ...ended(runId), ...(reason !== undefined && { error: reason }) } };
}

function ended(runId: string): AttemptEnd {
  return { runId, endedAtMs: Date.now(), durationMs: 1250 };
}

/** Starts and finishes runs with these macro-F1s. */
export function finished(levels: Readonly<Record<string, number>>, sweep = 'sample'): StoreEvent[] {
  return Object.entries(levels).flatMap(([runId, level]) => [
    started(runId, sweep),
    complete(sampleResult(runId, level)),
  ]);
}
