// What the seeds of a configuration gain together: node studies/ensembles.mjs (build first: npx tsc && node scripts/bundle.mjs).
//   --data FOLDER     where the tables are; ../shared/data by default
//   --folder FOLDER   keeps what was trained, so that a second run trains nothing
//   --only NAME       tables whose name has this part
//   --short           a small table and few epochs, to see that it works
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { markdownTable } from '../bench/markdown-table.mjs';
import { loadDataset, scoreSplit } from '../dist/index.js';
import { SPACES } from './models/spaces.mjs';
import { studyTables } from './models/tables.mjs';
import { logitsOf, trainSweep } from './models/train.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('../../shared/data/', import.meta.url)) },
    folder: { type: 'string' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
});
const folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'focalsweep-ensembles-')));
mkdirSync(folder, { recursive: true });

const SEEDS = 5;
const SIZES = [3, SEEDS];
const METRICS = ['macro_f1', 'rare_recall', 'log_loss'];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const axes = { alpha: { values: [1, 'balanced'] }, gamma: { values: [0] } };
const BINS = { encode_numbers: { values: ['none', { piecewise_linear: 16 }] } };
/** As in the study of models, but with two losses and more seeds: 2 configurations of trees and 4 of networks. */
const SWEEP = {
  name: 'ensembles',
  seeds: SEEDS,
  spaces: SPACES.map((space) => ({
    ...space,
    train: { ...space.train, ...(options.short && { epochs: 3 }) },
    parameters: space.name === 'trees' ? axes : { ...axes, ...BINS },
  })),
};

/** Every choice of so many of the members. */
function choices(members, size) {
  if (size === 0) return [[]];
  return members.flatMap((first, at) =>
    choices(members.slice(at + 1), size - 1).map((others) => [first, ...others]),
  );
}

function softmax(logits, classes) {
  const out = Float64Array.from(logits);
  for (let from = 0; from < out.length; from += classes) {
    const row = out.subarray(from, from + classes);
    const most = Math.max(...row);
    row.forEach((z, cls) => {
      row[cls] = Math.exp(z - most);
    });
    const total = row.reduce((sum, value) => sum + value, 0);
    row.forEach((value, cls) => {
      row[cls] = value / total;
    });
  }
  return out;
}

/** Mean of the members' probabilities. */
function meanOf(members) {
  return members[0].map((_, at) => mean(members.map((own) => own[at])));
}

/** The class that most members say, the more frequent one in training of several. */
function votes(members, classes) {
  const rows = members[0].length / classes;
  return Uint16Array.from({ length: rows }, (_, row) => {
    const counts = new Uint8Array(classes);
    for (const own of members) {
      const values = own.subarray(row * classes, (row + 1) * classes);
      counts[values.indexOf(Math.max(...values))]++;
    }
    return counts.indexOf(Math.max(...counts));
  });
}

/** Scores of a configuration on the test rows: of single seeds, and of several together. */
function scores(members, dataset) {
  const classes = dataset.classNames.length;
  const score = (output) => scoreSplit(output, 'test', dataset).metrics;
  const meanScore = (all) =>
    Object.fromEntries(METRICS.map((name) => [name, mean(all.map((own) => own[name]))]));
  return {
    single: meanScore(members.map((probabilities) => score({ probabilities }))),
    of: SIZES.map((size) => {
      const groups = choices(members, size);
      return {
        vote: meanScore(groups.map((own) => score({ predictions: votes(own, classes) }))),
        probabilities: meanScore(groups.map((own) => score({ probabilities: meanOf(own) }))),
      };
    }),
  };
}

async function studyTable({ name, title, data }) {
  const own = join(folder, name);
  mkdirSync(own, { recursive: true });
  process.stderr.write(`${name}\n`);
  const dataset = await loadDataset(data, own);
  const { store, ranking, cpuSeconds } = await trainSweep(SWEEP, data, own);
  const configurations = [];
  for (const configuration of ranking.configurations) {
    const logits = await logitsOf(configuration, store);
    const members = logits.map((one) => softmax(one, dataset.classNames.length));
    configurations.push({ model: configuration.config.model, ...scores(members, dataset) });
  }
  return { title, cpuSeconds, configurations };
}

const number = (value) => value.toFixed(3);
const signed = (value) => `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
/** The mean gain over single seeds of some configurations. */
function gain(configurations, { size, by, metric }) {
  const at = SIZES.indexOf(size);
  return configurations.map(({ single, of }) => of[at][by][metric] - single[metric]);
}

function tableText(title, rowsOf, metric) {
  const head = [
    'table',
    'single seed',
    ...SIZES.flatMap((size) => [`vote of ${size}`, `mean of ${size}`]),
    `better with ${SEEDS}`,
  ];
  const rows = rowsOf.map(({ title: name, configurations }) => {
    const better = gain(configurations, { size: SEEDS, by: 'probabilities', metric }).filter(
      (own) => own > 0,
    ).length;
    return [
      name,
      number(mean(configurations.map(({ single }) => single[metric]))),
      ...SIZES.flatMap((size) =>
        ['vote', 'probabilities'].map((by) => signed(mean(gain(configurations, { size, by, metric })))),
      ),
      `${better} of ${configurations.length}`,
    ];
  });
  return `**${title}**\n\n${markdownTable(head, rows)}`;
}

const tables = [];
for (const table of studyTables({
  ...options,
  samples: folder,
  note: (text) => process.stderr.write(`${text}\n`),
}))
  tables.push(await studyTable(table));
const all = {
  title: 'mean of tables',
  configurations: tables.flatMap(({ configurations }) => configurations),
};
const ofModel = (model) => ({
  title: model === 'mlp' ? 'networks alone' : 'trees alone',
  configurations: all.configurations.filter((own) => own.model === model),
});
const rows = [...tables, all, ofModel('mlp'), ofModel('trees')];
console.log(
  [
    tableText('Macro-F1', rows, 'macro_f1'),
    tableText('Rare recall', rows, 'rare_recall'),
    `**Log loss** of the mean of ${SEEDS}: ${rows
      .map(
        ({ title, configurations }) =>
          `${title} ${signed(mean(gain(configurations, { size: SEEDS, by: 'probabilities', metric: 'log_loss' })))}`,
      )
      .join(', ')}.`,
    `${number(mean(tables.map(({ cpuSeconds }) => cpuSeconds)) * tables.length)} s of CPU time.`,
  ].join('\n\n'),
);
