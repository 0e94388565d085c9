// How often 95 % intervals of metrics of probabilities hold the truth: node studies/statistics/scores.mjs [sweeps] [draws] [part of a row's name]
// (build first: npx tsc -p .).
import { markdownTable } from '../../bench/markdown-table.mjs';
import { compareWith, differenceInterval, verdictOf } from '../../dist/metrics/estimates/comparisons.js';
import { estimateMeasured } from '../../dist/metrics/estimates/estimate-trials.js';
import { scoreBootstrap } from '../../dist/metrics/noise/scores/score-bootstrap.js';
import { probabilityMetrics } from '../../dist/metrics/probability-metrics.js';
import { softmaxColumns } from '../../dist/metrics/softmax.js';
import { randomStream } from '../../dist/random.js';
import { covers, mean, POPULATIONS } from './population.mjs';

const SWEEPS = Number(process.argv[2] ?? 500);
const DRAWS = Number(process.argv[3] ?? 1000);
const ONLY = process.argv[4] ?? '';
const NAMES = [
  'average_precision',
  'roc_auc',
  'recall_at_precision',
  'precision_at_k',
  'brier',
  'ece',
  'log_loss',
];
/** How much of a row's luck all runs share. */
const SHARED = 0.5;

/** Rows by class, and how far the logit of a row's class is above the others, in standard deviations of one. */
const TABLES = {
  usual: { support: POPULATIONS.usual.support, apart: falling(3.5, 2, 12) },
  few: { support: POPULATIONS.few.support, apart: [3, 3, 2.5, 2.5, 2, 2, 2.5, 1.5] },
  'few, easy': { support: POPULATIONS.few.support, apart: [6, 6, 6, 6, 5, 5, 6, 4] },
  lone: { support: [200, 100, 4], apart: [3, 2.5, 1] },
  threes: { support: POPULATIONS.threes.support, apart: falling(5, 3.5, 20) },
  'two, 100 positive': { support: [1900, 100], apart: [1.5, 1.5] },
  'two, 20 positive': { support: [980, 20], apart: [1.5, 1.5] },
  'two, 5 positive': { support: [495, 5], apart: [1.5, 1.5] },
  'two, 5 positive, easy': { support: [495, 5], apart: [4, 4] },
  'two, 1 positive': { support: [199, 1], apart: [1.5, 1.5] },
};
/** How far a seed shifts the logit of each class. What one seed does cannot be known. */
const SHAPES = [
  { trials: 2, seeds: 1, seedSd: 0 },
  { trials: 6, seeds: 3, seedSd: 0.1 },
];

function falling(from, to, count) {
  return Array.from({ length: count }, (_, at) => from - ((from - to) * at) / (count - 1));
}

const labelsOf = (support) => Uint16Array.from(support.flatMap((rows, label) => Array(rows).fill(label)));

/** Probabilities that a run gives rows, class after class. */
function score(labels, apart, { shift, rowStream, stream }) {
  const classes = apart.length;
  const logits = new Float32Array(labels.length * classes);
  for (let row = 0, at = 0; row < labels.length; row++) {
    for (let cls = 0; cls < classes; cls++, at++) {
      const luck = Math.sqrt(SHARED) * rowStream.normal() + Math.sqrt(1 - SHARED) * stream.normal();
      logits[at] = 1.2 * (luck + (labels[row] === cls ? apart[cls] + shift[cls] : 0));
    }
  }
  return softmaxColumns(logits, classes);
}

function metricsOf(columns, labels, classes) {
  const { metrics, rankings } = probabilityMetrics({ columns, targets: labels, classes });
  let logLoss = 0;
  for (let row = 0; row < labels.length; row++) {
    logLoss -= Math.log(Math.max(2 ** -52, columns[labels[row] * labels.length + row])) / labels.length;
  }
  return { metrics: { ...metrics, log_loss: logLoss }, rankings };
}

/** The mean of metrics over seeds, on many rows in the same proportions. */
function truthOf({ support, apart }, seedSd, worse) {
  const times = Math.ceil(20_000 / support.reduce((sum, rows) => sum + rows, 0));
  const labels = labelsOf(support.map((rows) => rows * times));
  const seeds = Array.from({ length: 40 }, (_, seed) => {
    const stream = randomStream(seed, 'synthetic', 5000);
    const shift = apart.map(() => seedSd * stream.normal() - worse);
    const columns = score(labels, apart, { shift, rowStream: stream, stream });
    return metricsOf(columns, labels, apart.length).metrics;
  });
  return Object.fromEntries(NAMES.map((name) => [name, mean(seeds.map((own) => own[name]))]));
}

/** Estimates of a simulated sweep; every second configuration is worse. */
function simulate({ support, apart }, { trials, seeds, seedSd }, sweep) {
  const stream = randomStream(sweep, 'synthetic', seeds, trials);
  const labels = labelsOf(support);
  const classCount = support.length;
  const scored = Array.from({ length: trials }, (_, trial) =>
    Array.from({ length: seeds }, () => {
      const shift = apart.map(() => seedSd * stream.normal() - WORSE * (trial % 2));
      const rowStream = randomStream(sweep, 'synthetic', seeds, trials + 1000);
      const columns = score(labels, apart, { shift, rowStream, stream });
      return { columns, ...metricsOf(columns, labels, classCount) };
    }),
  );
  const all = scored.flat();
  const drawn = scoreBootstrap(
    { labels, classCount },
    all.map(({ columns }) => columns),
    NAMES,
    { draws: DRAWS, seed: 0 },
  );
  const classesOf = ({ rankings }) => support.map((rows, cls) => ({ support: rows, ranking: rankings[cls] }));
  return Object.fromEntries(
    NAMES.map((name) => {
      const values = scored.map((own) => new Map(own.map(({ metrics }, seed) => [seed, metrics[name]])));
      const runs = scored.map((own) =>
        own.map((run) => ({ draws: drawn[all.indexOf(run)].get(name), classes: classesOf(run) })),
      );
      const scoredTrials = { trials: runs, table: { labels, classCount } };
      return [name, estimateMeasured(name, values, { draws: DRAWS, seed: 0 }, scoredTrials)];
    }),
  );
}

const WORSE = 0.3;
const percent = (count, of) => ((100 * count) / of).toFixed(1);
const none = () => ({ own: 0, tooHigh: 0, count: 0, all: 0, wrong: 0 });

const rows = [];
for (const [name, table] of Object.entries(TABLES)) {
  for (const shape of SHAPES) {
    const { trials, seeds, seedSd } = shape;
    if (!`${name} ${trials} ${seeds}`.includes(ONLY)) continue;
    const truths = [0, WORSE].map((worse) => truthOf(table, seedSd, worse));
    const held = Object.fromEntries(NAMES.map((metric) => [metric, none()]));
    const sweeps = Math.ceil(SWEEPS / trials);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const result = simulate(table, shape, sweep);
      for (const metric of NAMES)
        judge(
          result[metric],
          truths.map((own) => own[metric]),
          held[metric],
        );
    }
    rows.push({ head: [name, trials, seeds], held, sweeps });
    process.stderr.write(`${rows.at(-1).head.join(', ')}\n`);
  }
}

/** Adds up what the estimates of a sweep say of a metric. */
function judge(estimates, truths, seen) {
  const truthOfTrial = (trial) => truths[trial % 2];
  estimates.estimates().forEach(({ mean: value, interval }, trial) => {
    seen.count++;
    seen.tooHigh += value - truthOfTrial(trial);
    seen.own += covers(interval, truthOfTrial(trial));
  });
  const against = compareWith(estimates, 0);
  const others = estimates.means.map((_, trial) => trial).slice(1);
  const difference = (trial) => truthOfTrial(trial) - truths[0];
  seen.all += others.every((trial) => covers(differenceInterval(against, trial), difference(trial)));
  seen.wrong += others.some((trial) => {
    const verdict = verdictOf(against, trial);
    return verdict !== 0 && verdict * difference(trial) <= 0;
  });
}

function print(title, cell) {
  const lines = rows.map(({ head, held, sweeps }) => [
    ...head,
    ...NAMES.map((metric) => cell(held[metric], sweeps)),
  ]);
  console.log(`${title}\n\n${markdownTable(['rows', 'configurations', 'seeds', ...NAMES], lines)}\n`);
}

console.log(`${SWEEPS} configurations a row, ${DRAWS} draws each\n`);
print(
  'Own values within their intervals / all differences of a sweep within theirs, in %:',
  (own, sweeps) => `${percent(own.own, own.count)} / ${percent(own.all, sweeps)}`,
);
print('Sweeps with a verdict of the wrong sign, or on equals, in %:', (own, sweeps) =>
  percent(own.wrong, sweeps),
);
print('How much too high values are:', (own) => (own.tooHigh / own.count).toFixed(3));
