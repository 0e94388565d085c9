// A sweep with made-up results, for benchmarks of stores.
import { KNOB_DEFAULTS } from '../dist/knobs/knobs.js';
import { METRIC_NAMES } from '../dist/sweep.js';

const SEEDS = 5;
const CLASSES = 21;
const SCORED_ROWS = 1600;

const fraction = (...keys) =>
  (keys.reduce((hash, key) => Math.imul(hash ^ (key + 1), 0x9e3779b1) >>> 1, 7) % 100_003) / 100_003;
const perClass = (value) => Array.from({ length: CLASSES }, (_, place) => value(place));
const metrics = (...keys) =>
  Object.fromEntries(METRIC_NAMES.map((name, place) => [name, fraction(...keys, place)]));

function split(run, which) {
  return {
    loss: fraction(run, which),
    metrics: metrics(run, which),
    classes: perClass((place) => ({
      precision: fraction(run, which, place, 1),
      recall: fraction(run, which, place, 2),
      f1: fraction(run, which, place, 3),
      support: 20 + place,
    })),
    confusion: new Uint32Array(CLASSES * CLASSES).fill(run % 50),
    predictions: Uint16Array.from({ length: SCORED_ROWS }, (_, row) => (row * (run + 1)) % CLASSES),
  };
}

/** The result of a run, by its number. */
export function syntheticResult(runId, run, epochCount) {
  return {
    runId,
    epochs: Array.from({ length: epochCount }, (_, at) => ({
      epoch: at + 1,
      trainLoss: fraction(run, at, 20),
      trainAccuracy: fraction(run, at, 21),
      validationLoss: fraction(run, at, 22),
      validation: metrics(run, at, 23),
    })),
    chosenEpoch: epochCount,
    stoppedBy: 'epochs',
    validation: split(run, 1),
    test: split(run, 2),
  };
}

/** A sweep of so many runs, as a launch records it. */
export function syntheticSweep(runCount, epochCount) {
  const id = (number) => (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(2);
  const trials = Array.from({ length: Math.ceil(runCount / SEEDS) }, (_, number) => {
    const point = {
      gamma: number % 10,
      learning_rate: 0.001 * (1 + (number % 7)),
      alpha: number % 3 ? 1 : 'balanced',
    };
    const config = { ...KNOB_DEFAULTS, ...point, epochs: epochCount, patience: 0, dropout: number / 1e5 };
    return { trialId: id(number), engine: 'bench', point, config, addedBaseline: number === 0 };
  });
  const runs = Array.from({ length: runCount }, (_, run) => ({
    runId: id(1_000_000 + run),
    trialId: trials[Math.floor(run / SEEDS)].trialId,
    seed: run % SEEDS,
  }));
  const rows = perClass((place) => 20 + place);
  const labels = new Uint16Array(SCORED_ROWS);
  const card = {
    source: 'synthetic',
    columns: [],
    normalize: 'zscore',
    normalization: { largestMean: 0, largestSdDeviation: 0 },
    duplicatesAcrossSplits: 0,
    notes: [],
  };
  const dataset = {
    fingerprint: 'bench',
    rowCount: 8000,
    featureCount: 64,
    classNames: perClass((place) => `class ${place}`),
    rareClasses: [18, 19, 20],
    support: { train: rows, validation: rows, test: rows },
    validationLabels: labels,
    testLabels: labels,
    card,
  };
  return {
    name: 'bench',
    description: '',
    specText: '',
    specFile: 'bench.yaml',
    metric: { name: 'macro_f1', goal: 'maximize' },
    engine: 'bench',
    dataset,
    trials,
    runs,
  };
}
