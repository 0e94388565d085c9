// How often 95 % intervals hold the truth where rows come in groups, drawn one by one and by groups:
// node studies/statistics/groups.mjs [sweeps] [draws] (build first: npx tsc -p .).

import { markdownTable } from '../../bench/markdown-table.mjs';
import { compareWith, differenceInterval } from '../../dist/metrics/estimates/comparisons.js';
import { estimateTrials } from '../../dist/metrics/estimates/estimate-trials.js';
import { marginMetric, marginSettings } from '../../dist/metrics/margin-metrics.js';
import { randomStream } from '../../dist/random.js';
import { covers, mean, trueMetrics } from './population.mjs';

const SWEEPS = Number(process.argv[2] ?? 400);
const DRAWS = Number(process.argv[3] ?? 500);
const METRICS = ['macro_f1', 'rare_recall'];

/** Shares of the classes, the rare ones, and the recalls of two configurations. */
const POPULATION = { support: [0.5, 0.3, 0.12, 0.08], rare: [2, 3], classes: 4 };
const RECALLS = [
  [0.92, 0.85, 0.7, 0.6],
  [0.88, 0.85, 0.78, 0.65],
];
/** Standard deviation of a seed's shift of all recalls of a configuration. */
const SEED_SHIFT = 0.01;
/** Whose luck a row or group has: up to the first share that of all runs, up to the second that of a configuration, else that of a run. */
const LUCK = { common: 0.6, ofTrial: 0.85 };

/** Groups, correlation of two rows of a group, seeds, share of a group's rows that are of the group's own class. */
const SHAPES = [
  ...[0, 0.1, 0.3].flatMap((rho) => [3, 5].map((seeds) => [40, rho, seeds, 0])),
  [80, 0.3, 5, 0],
  ...[0, 0.1, 0.3].map((rho) => [40, rho, 5, 0.5]),
  ...[0.1, 0.3].map((rho) => [12, rho, 5, 0]),
];

/** Rows in groups of 5 to 50. */
function drawRows(count, own, stream) {
  const [labels, groups] = [[], []];
  for (let group = 0; group < count; group++) {
    const ofGroup = drawClass(stream);
    const size = 5 + stream.integer(46);
    for (let row = 0; row < size; row++) {
      labels.push(stream.uniform() < own ? ofGroup : drawClass(stream));
      groups.push(group);
    }
  }
  return { labels: Uint16Array.from(labels), groups: Uint32Array.from(groups) };
}

function drawClass(stream) {
  const place = stream.uniform();
  const ends = POPULATION.support.map((_, at) => sum(POPULATION.support.slice(0, at + 1)));
  return Math.max(
    0,
    ends.findIndex((end) => place < end),
  );
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * A row has the luck of its group with probability √ρ and its own otherwise, so two rows of a group have the same luck with
 * probability ρ: the correlation of their hits, and that of what two configurations differ in.
 */
function luckOf({ groups }, isOfGroup, stream) {
  const ofGroup = Float64Array.from({ length: 1 + groups[groups.length - 1] }, () => stream.uniform());
  return Float64Array.from(groups, (group, row) => {
    const own = stream.uniform();
    return isOfGroup[row] ? ofGroup[group] : own;
  });
}

/** The mistakes of a class go to the next one. */
function predict({ labels }, recalls, luck) {
  return Uint16Array.from(labels, (label, row) =>
    luck[row] < recalls[label] ? label : (label + 1) % POPULATION.classes,
  );
}

function truthOf(recalls) {
  const matrix = recalls.map((recall, label) =>
    recalls.map((_, other) =>
      other === label ? recall : other === (label + 1) % POPULATION.classes ? 1 - recall : 0,
    ),
  );
  return trueMetrics(POPULATION, matrix);
}

function marginsOf(labels, predictions) {
  const empty = () => new Float64Array(POPULATION.classes);
  const margins = { support: empty(), predicted: empty(), hits: empty() };
  labels.forEach((label, row) => {
    margins.support[label]++;
    margins.predicted[predictions[row]]++;
    if (label === predictions[row]) margins.hits[label]++;
  });
  return margins;
}

function simulate([count, rho, seeds, own], sweep) {
  const stream = randomStream(sweep, 'synthetic', 11, Math.round(1000 * (count + rho + seeds / 100 + own)));
  const rows = drawRows(count, own, stream);
  const isOfGroup = Array.from(rows.labels, () => stream.uniform() < Math.sqrt(rho));
  const sourceOfRow = Array.from(rows.labels, () => stream.uniform());
  const sourceOfGroup = Array.from({ length: count }, () => stream.uniform());
  const common = luckOf(rows, isOfGroup, stream);
  const trials = RECALLS.map((recalls) => {
    const ofTrial = luckOf(rows, isOfGroup, stream);
    return Array.from({ length: seeds }, () => {
      const shift = SEED_SHIFT * stream.normal();
      const ofSeed = luckOf(rows, isOfGroup, stream);
      const luck = common.map((value, row) => {
        const source = isOfGroup[row] ? sourceOfGroup[rows.groups[row]] : sourceOfRow[row];
        return source < LUCK.common ? value : (source < LUCK.ofTrial ? ofTrial : ofSeed)[row];
      });
      return predict(
        rows,
        recalls.map((recall) => recall + shift),
        luck,
      );
    });
  });
  return { ...rows, trials };
}

function estimate({ labels, groups, trials }, byGroups) {
  const rows = {
    labels,
    rareClasses: POPULATION.rare,
    classCount: POPULATION.classes,
    trials,
    ...(byGroups && { groups }),
  };
  const settings = marginSettings(rows);
  const values = Object.fromEntries(
    METRICS.map((name) => [
      name,
      trials.map(
        (runs) =>
          new Map(runs.map((run, at) => [at + 1, marginMetric(name, marginsOf(labels, run), settings)])),
      ),
    ]),
  );
  return estimateTrials(rows, values, { draws: DRAWS, seed: 0 });
}

const truths = RECALLS.map(truthOf);
const percent = (held) => `${(100 * mean(held)).toFixed(1)} %`;

/** Whether each interval of a sweep holds the truth, and how wide it is: own values, then the difference. */
function judge(estimates, name) {
  const difference = differenceInterval(compareWith(estimates[name], 0), 1);
  const own = estimates[name].estimates().map(({ interval }) => interval);
  return {
    own: own.map((interval, trial) => Number(covers(interval, truths[trial][name]))),
    difference: Number(covers(difference, truths[1][name] - truths[0][name])),
    width: difference.high - difference.low,
  };
}

console.log(`${SWEEPS} simulated sweeps a row, ${DRAWS} draws each\n`);
const lines = [];
for (const shape of SHAPES) {
  const seen = METRICS.flatMap((name) => [false, true].map((byGroups) => ({ name, byGroups, judged: [] })));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const simulated = simulate(shape, sweep);
    for (const byGroups of [false, true]) {
      const estimates = estimate(simulated, byGroups);
      for (const own of seen) if (own.byGroups === byGroups) own.judged.push(judge(estimates, own.name));
    }
  }
  const [count, rho, seeds, own] = shape;
  for (const name of METRICS) {
    const [rows, groups] = seen.filter((each) => each.name === name).map(({ judged }) => judged);
    lines.push([
      ...[count, rho, seeds, own === 0 ? 'of all classes' : 'half of one class', name],
      ...[rows, groups].map((judged) => percent(judged.flatMap((each) => each.own))),
      ...[rows, groups].map((judged) => percent(judged.map(({ difference }) => difference))),
      ...[rows, groups].map((judged) => mean(judged.map(({ width }) => width)).toFixed(3)),
    ]);
  }
}
console.log(
  markdownTable(
    [
      ...['groups', 'ρ', 'seeds', 'rows of a group', 'metric'],
      ...['own value, rows', 'own value, groups', 'difference, rows', 'difference, groups'],
      ...['width of the difference, rows', 'width, groups'],
    ],
    lines,
  ),
);
