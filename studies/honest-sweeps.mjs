// Writes docs/honest-sweeps.md: cross-entropy against focal loss and class weights on two tables, whatever the outcome.
// Build first, then: node studies/honest-sweeps.mjs [folder for the databases]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { buildRanking } from '../dist/analysis/analysis.js';
import { summarise } from '../dist/metrics/estimates/seed-statistics.js';
import { openStore } from '../dist/store/open-store.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'focalsweep-honest-'));
const db = join(folder, 'honest.db');

/** The best configurations of four kinds by the mean of a validation metric; the test split chooses nothing. */
const KINDS = [
  ['cross-entropy', 'macro_f1', ({ alpha, gamma }) => alpha === 1 && gamma === 0],
  ['focal loss, no class weights', 'macro_f1', ({ alpha, gamma }) => alpha === 1 && gamma > 0],
  ['class weights alone', 'macro_f1', ({ alpha, gamma }) => alpha !== 1 && gamma === 0],
  ['focal loss with class weights', 'macro_f1', ({ alpha, gamma }) => alpha !== 1 && gamma > 0],
  ['highest rare recall of all', 'rare_recall', () => true],
];

function launch(spec) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['dist/bundle/main.js', 'launch', spec, '--db', db],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - startedAt) / 1000;
}

const figure = ({ mean, margin }) => `${mean.toFixed(3)} ±${margin.toFixed(3)}`;
const signed = ({ mean, margin }) =>
  `${mean < 0 ? '−' : '+'}${Math.abs(mean).toFixed(3)} ±${margin.toFixed(3)}`;

async function trialsOf(reader, sweep) {
  const runs = await reader.runs(sweep);
  const trials = await reader.trials(sweep);
  return Promise.all(
    trials.map(async (trial) => {
      const own = runs.filter((run) => run.trialId === trial.trialId);
      const test = await reader.testMetrics(sweep, trial.trialId);
      const of = (metric) => own.map((run) => run.validation[metric]);
      const onTest = (metric) => own.map((run) => test.get(run.runId)[metric]);
      return { config: trial.config, of, onTest };
    }),
  );
}

function tableOf(trials) {
  const best = (metric, belongs) =>
    trials
      .filter(({ config }) => belongs(config))
      .toSorted((a, b) => summarise(b.of(metric)).mean - summarise(a.of(metric)).mean)[0];
  const baseline = best('macro_f1', KINDS[0][2]);
  const against = (trial, metric) =>
    summarise(trial.onTest(metric).map((value, seed) => value - baseline.onTest(metric)[seed]));
  const rows = KINDS.map(([kind, metric, belongs]) => {
    const trial = best(metric, belongs);
    const { alpha, gamma, learning_rate } = trial.config;
    const scheme = typeof alpha === 'object' ? JSON.stringify(alpha).replaceAll('"', '') : alpha;
    const change =
      trial === baseline
        ? ['–', '–']
        : ['macro_f1', 'rare_recall'].map((name) => signed(against(trial, name)));
    const validation = ['macro_f1', 'rare_recall', 'accuracy'].map((name) =>
      figure(summarise(trial.of(name))),
    );
    const test = ['macro_f1', 'rare_recall'].map((name) => figure(summarise(trial.onTest(name))));
    return `| ${kind} | α ${scheme}, γ ${gamma}, lr ${learning_rate} | ${[...validation, ...test, ...change].join(' | ')} |`;
  });
  return [
    '| | configuration | macro-F1, val. | rare recall, val. | accuracy, val. | macro-F1, test | rare recall, test | Δ macro-F1, test | Δ rare recall, test |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|',
    ...rows,
  ].join('\n');
}

/** What the report of the first version said first, for comparison with what it says now. */
const BEFORE = {
  'malware21-focal': [
    'cross-entropy (alpha=1 gamma=0 learning_rate=0.003) ranks first with a validation macro_f1 of 0.573 (95 % 0.546 to 0.604) over 10 seeds; it is the best in 90 % of the resampled sweeps.',
    '4 of 36 configurations are tied with the best: the data cannot tell them apart at 95 %.',
    'Against cross-entropy (alpha=1 gamma=0 learning_rate=0.003), alpha=1 gamma=1 learning_rate=0.003 changes macro_f1 by −0.007 (95 % −0.020 to +0.006, no evidence) and rare recall by −0.019 (95 % −0.062 to +0.024, no evidence), on validation rows.',
  ],
  'netml2020-focal': [
    'alpha=1 gamma=1 learning_rate=0.003 ranks first with a validation macro_f1 of 0.515 (95 % 0.507 to 0.562) over 10 seeds; it is the best in 24 % of the resampled sweeps.',
    '18 of 18 configurations are tied with the best: the data cannot tell them apart at 95 %.',
    'Against cross-entropy (alpha=1 gamma=0 learning_rate=0.003), alpha=1 gamma=1 learning_rate=0.003 changes macro_f1 by +0.001 (95 % −0.038 to +0.039, no evidence) and rare recall by −0.002 (95 % −0.036 to +0.032, no evidence), on validation rows.',
  ],
};

/** The sentences at the top of the report, before and now. */
async function answers(reader, name) {
  const { headline } = await buildRanking(reader, name);
  const quote = (sentences) => sentences.map((sentence) => `> ${sentence}`).join('\n>\n');
  return [
    'The first version’s report began:',
    quote(BEFORE[name]),
    'Now it begins:',
    quote([...headline.choices, ...headline.loss, `${headline.winner} ${headline.ties}`]),
  ].join('\n\n');
}

async function section(spec) {
  const seconds = launch(spec);
  const reader = await openStore(db).reader();
  try {
    const { name, trials, runs, engine, dataset } = await reader.sweep();
    const rare = dataset.rareClasses.map(
      (index) => `${dataset.classNames[index]} (${dataset.support.test[index]})`,
    );
    return [
      `## ${name}`,
      `\`${spec}\`: ${trials} configurations × ${runs / trials} seeds = ${runs} runs on ${dataset.support.train.reduce((sum, rows) => sum + rows)} training rows, trained in ${seconds.toFixed(0)} s by ${engine} with ${availableParallelism()} workers. Rare classes, with their test rows: ${rare.join(', ')}.`,
      ...dataset.card.notes.filter((note) => /inferred|synthetic/i.test(note)).map((note) => `> ${note}`),
      tableOf(await trialsOf(reader, name)),
      await answers(reader, name),
    ].join('\n\n');
  } finally {
    await reader.close();
  }
}

const sections = [await section('sweeps/malware21.yaml')];
const real = existsSync(join(root, '../shared/data/netml2020'));
if (real) sections.push(await section('bench/sweeps/netml2020.yaml'));
else process.stderr.write('NetML-2020 is not here (../shared/data): left out.\n');
const head = `# Honest sweeps

Written by \`node studies/honest-sweeps.mjs\`. Every kind of configuration is represented by the one whose mean over seeds is
highest on **validation** rows; the test rows chose nothing. ± is the 95 % Student interval over seeds, which share one split: it
covers initial weights and batch order, not the luck of which rows are in the test split. Δ is seed by seed against
cross-entropy, which was tuned over the same learning rates. Below each table stands what the report says first.`;
writeFileSync(join(root, 'docs', 'honest-sweeps.md'), `${[head, ...sections].join('\n\n')}\n`);
