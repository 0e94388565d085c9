// Writes the HTML report of a large synthetic sweep, and prints its size and how long it took. Build first, then:
//   node bench/report-page.mjs [runs] [epochs]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { buildReport } from '../dist/analysis/analysis.js';
import { KNOB_DEFAULTS } from '../dist/knobs/knobs.js';
import { classMetrics, metricValues } from '../dist/metrics/classification-metrics.js';
import { confusionMatrix } from '../dist/metrics/confusion.js';
import { randomStream } from '../dist/random.js';
import { openStore } from '../dist/store/open-store.js';
import { reportPage } from '../dist/views/html/report/report-page.js';

const runCount = Number(process.argv[2] ?? 1000);
const epochCount = Number(process.argv[3] ?? 30);
const SEEDS = 5;
const CLASSES = 21;
const RARE = [16, 17, 18, 19, 20];
const support = Array.from({ length: CLASSES }, (_, index) => Math.max(20, 400 - 25 * index));
const labels = Uint16Array.from(support.flatMap((rows, label) => Array(rows).fill(label)));
const id = (number) => (Math.imul(number + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(2);

// Runs of a sweep find the same rows hard, and make few kinds of mistakes.
const shared = randomStream(0, 'synthetic', 1);
const luck = Float64Array.from(labels, () => shared.uniform());
const mistaken = labels.map((label) => (label + 1 + shared.integer(2)) % CLASSES);

function split(stream, quality) {
  const predictions = labels.map((label, row) =>
    0.8 * luck[row] + 0.2 * stream.uniform() < quality ? label : mistaken[row],
  );
  const confusion = confusionMatrix(labels, predictions, CLASSES);
  const metrics = metricValues({ confusion, rareClasses: RARE, logLoss: 1 - quality });
  return { loss: 1 - quality, metrics, classes: classMetrics(confusion), confusion, predictions };
}

const trials = Array.from({ length: Math.ceil(runCount / SEEDS) }, (_, number) => {
  const point = {
    gamma: number % 5,
    learning_rate: 0.001 * (1 + (Math.floor(number / 5) % 4)),
    alpha: Math.floor(number / 20) % 2 ? 'balanced' : 1,
    dropout: Math.floor(number / 40) / 100,
  };
  return {
    trialId: id(number),
    engine: 'bench',
    point,
    config: { ...KNOB_DEFAULTS, ...point },
    addedBaseline: false,
  };
});
const runs = Array.from({ length: runCount }, (_, run) => ({
  runId: id(1_000_000 + run),
  trialId: trials[Math.floor(run / SEEDS)].trialId,
  seed: run % SEEDS,
}));
const events = runs.flatMap(({ runId, seed }, run) => {
  const stream = randomStream(run, 'synthetic');
  const validation = split(stream, 0.7 + 0.002 * (Math.floor(run / SEEDS) % 50));
  const epochs = Array.from({ length: epochCount }, (_, at) => ({
    epoch: at + 1,
    trainLoss: 2 / (at + 1),
    trainAccuracy: 1 - 0.5 / (at + 1),
    validationLoss: 2.2 / (at + 1),
    validation: validation.metrics,
  }));
  const result = {
    runId,
    epochs,
    chosenEpoch: epochCount,
    stoppedBy: 'epochs',
    validation,
    test: split(stream, 0.7),
  };
  return [
    { type: 'started', attempt: { runId, sweep: 'bench', worker: seed, startedAtMs: run * 10 } },
    { type: 'complete', result, attempt: { runId, endedAtMs: run * 10 + 40, durationMs: 40 } },
  ];
});

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-bench-'));
const path = join(folder, 'report.db');
const writer = await openStore(path).writer();
await writer.open({
  name: 'bench',
  description: 'A synthetic sweep.',
  specText: 'name: bench\n',
  specFile: '/bench.yaml',
  metric: { name: 'macro_f1', goal: 'maximize' },
  engine: 'bench',
  dataset: {
    fingerprint: 'bench',
    rowCount: 3 * labels.length,
    featureCount: 64,
    classNames: support.map((_, index) => `class ${index}`),
    rareClasses: RARE,
    support: { train: support, validation: support, test: support },
    validationLabels: labels,
    testLabels: labels,
    card: {
      source: 'synthetic',
      columns: [],
      normalize: 'zscore',
      normalization: { largestMean: 0, largestSdDeviation: 0 },
      duplicatesAcrossSplits: 0,
      notes: [],
    },
  },
  trials,
  runs,
});
for (let first = 0; first < events.length; first += 100)
  await writer.record(events.slice(first, first + 100));
await writer.close();

const reader = await openStore(path).reader();
const start = performance.now();
const report = await buildReport(reader, 'bench');
const built = performance.now();
const page = reportPage(report, {});
const written = performance.now();
await reader.close();
rmSync(folder, { recursive: true });
const seconds = (ms) => Number((ms / 1000).toFixed(2));
console.log(
  JSON.stringify({
    runs: runCount,
    epochs: epochCount,
    configurations: report.configurations.length,
    validationRows: labels.length,
    statisticsS: seconds(built - start),
    pageS: seconds(written - built),
    pageMB: Number((Buffer.byteLength(page) / 1e6).toFixed(3)),
  }),
);
