// Fills a store with synthetic results and times what users wait for. Build first, then:
//   node bench/store.mjs [runs] [epochs] [file to keep the store in]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { KNOB_DEFAULTS } from '../dist/knobs/knobs.js';
import { openStore } from '../dist/store/open-store.js';
import { METRIC_NAMES } from '../dist/sweep.js';

const runCount = Number(process.argv[2] ?? 10_000);
const epochCount = Number(process.argv[3] ?? 30);
const SEEDS = 5;
const CLASSES = 21;
const SCORED_ROWS = 1600;
const REPEATS = 7;
const BATCH = 50;

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

function result(runId, run) {
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

function plan() {
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

async function fill(path, sweep) {
  const writer = await openStore(path).writer();
  const openMs = await time(() => writer.open(sweep));
  let recordMs = 0;
  for (let first = 0; first < runCount; first += BATCH) {
    const events = sweep.runs.slice(first, first + BATCH).flatMap(({ runId }, at) => [
      { type: 'started', attempt: { runId, sweep: 'bench', worker: 0, startedAtMs: 1 } },
      {
        type: 'complete',
        result: result(runId, first + at),
        attempt: { runId, endedAtMs: 2, durationMs: 1 },
      },
    ]);
    recordMs += await time(() => writer.record(events));
  }
  const reopenMs = await time(() => writer.open(sweep));
  await writer.close();
  return { openMs, reopenMs, recordRunsPerSecond: (runCount / recordMs) * 1000 };
}

async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Median over repeats, each on a connection of its own, including opening it. */
async function median(path, work) {
  const times = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const elapsed = await time(async () => {
      const reader = await openStore(path).reader();
      await work(reader);
      await reader.close();
    });
    times.push(elapsed);
  }
  return times.sort((a, b) => a - b)[(REPEATS - 1) / 2];
}

/** The reads of a comparison report: ranking, two trials in detail, learning curves of the best and the baseline. */
async function report(reader) {
  const { name } = await reader.sweep();
  const trials = await reader.trials(name);
  const runs = await reader.runs(name);
  for (const { trialId } of [trials[0], trials.at(-1)]) {
    const runIds = runs.filter((run) => run.trialId === trialId).map(({ runId }) => runId);
    await reader.classMetrics(runIds, 'validation');
    await reader.classMetrics(runIds, 'test');
    await reader.confusion(runIds, 'test');
    await reader.testMetrics(trialId);
    for (const runId of runIds) await reader.epochs(runId);
    await reader.predictions(runIds, 'test');
  }
}

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
const path = process.argv[4] ?? join(folder, 'store.db');
const sweep = plan();
const writing = await fill(path, sweep);
const ms = {
  query: await median(path, (reader) =>
    reader.query({
      sweep: 'bench',
      where: 'gamma >= 2 and macro_f1 > 0.6',
      sort: ['-rare_recall'],
      limit: 20,
    }),
  ),
  queryAllRows: await median(path, (reader) => reader.query({})),
  report: await median(path, report),
  sweeps: await median(path, (reader) => reader.sweeps()),
  showRun: await median(path, (reader) => reader.run(sweep.runs[runCount >> 1].runId)),
  fingerprint: await median(path, (reader) => reader.fingerprint('bench')),
};
const sqlMs = {};
for (const view of ['leaderboard', 'runs_wide', 'class_recall']) {
  const reader = await openStore(path).reader();
  const start = performance.now();
  await reader.sql(`SELECT * FROM ${view} LIMIT 20`, 60_000);
  sqlMs[view] = performance.now() - start;
  await reader.close();
}
console.log(
  JSON.stringify(
    {
      runs: runCount,
      epochs: epochCount,
      fileMiB: statSync(path).size / 2 ** 20,
      writing,
      medianMs: ms,
      sqlMs,
    },
    (_, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value),
    2,
  ),
);
rmSync(folder, { recursive: true });
