// How well and how cheaply the best configurations of the replay tables are found: node bench/replay/replay.mjs [repeats]
// (build first: npx tsc -p .). Writes bench/replay/RESULTS.md. Peers need $PEERS_PYTHON with bench/peers/requirements.txt.
import { writeFileSync } from 'node:fs';
import { randomStream } from '../../dist/random.js';
import { markdownTable } from '../markdown-table.mjs';
import { machine, median } from '../results-file.mjs';
import { grid, randomUntil, SEEDS, sampled, stopped } from './arms.mjs';
import { permuted } from './follow.mjs';
import { askPeers } from './peers.mjs';
import { readTable, TABLES } from './tables.mjs';
import { bestOf, mean, truthOf } from './truth.mjs';

const REPEATS = Number(process.argv[2] ?? 50);
const RECOMMENDED = { type: 'halving_then_racing', grace: 3, eta: 2, maxSeeds: 5 };
const BUDGETS = [25, 50, 100];
/** How many times as many repeats tell `sobol` and `random` apart, which differ by little. */
const MORE = 8;

const race = (more = {}) => ({ ...RECOMMENDED, ...more });
const ARMS = [
  ['grid, 3 seeds', grid(3)],
  ['grid, 5 seeds', grid(5)],
  ['**halving_then_racing**, grace 3, eta 2, 5 seeds', stopped(RECOMMENDED, 5)],
  ['halving_then_racing, grace 5', stopped(race({ grace: 5 }), 5)],
  ['halving_then_racing, eta 3', stopped(race({ eta: 3 }), 5)],
  ['halving_then_racing, 3 seeds', stopped(race({ maxSeeds: 3 }), 3)],
  ['halving_then_racing, 10 seeds', stopped(race({ maxSeeds: 10 }), 10)],
  [
    'successive_halving, grace 3, eta 2, 3 seeds',
    stopped({ type: 'successive_halving', grace: 3, eta: 2 }, 3),
  ],
  [
    'hyperband, epochs 3, 9 and 27, eta 3, 3 seeds',
    stopped({ type: 'hyperband', rungs: [3, 9, 27], eta: 3 }, 3),
  ],
  ['median, grace 5, 3 seeds', stopped({ type: 'median', grace: 5, every: 1 }, 3)],
];

/** What an arm reached in all repeats of a table. */
function judge(table, answers) {
  const truth = truthOf(table);
  const facts = answers.map(({ chosen }) => truth.get(chosen));
  const share = (of) => mean(answers.map(({ epochs }, at) => epochs / of(at)));
  const nominal = table.trials.length * SEEDS * table.maxEpochs;
  return {
    tied: mean(facts.map(({ isTied }) => Number(isTied))),
    near: mean(facts.map(({ isNear }) => Number(isNear))),
    ofTrained: share((at) => table.gridEpochs[at]),
    ofNominal: share(() => nominal),
    epochs: mean(answers.map(({ epochs }) => epochs)),
    regret: median(facts.map(({ regret }) => regret)),
    meanRegret: mean(facts.map(({ regret }) => regret)),
  };
}

function answersOf(table, arm) {
  return table.repeats.map((repeat, at) => {
    const { left, epochs } = arm(repeat, at);
    return { chosen: bestOf(left, table.metric).trialId, epochs };
  });
}

const HEAD = [
  'search',
  'tied with the best',
  'near it',
  'epochs of the grid’s',
  'of configurations × 3 × most epochs',
  'median regret',
  'mean regret',
];
const asked = (text, isMet) => (isMet ? text : `${text}, missed`);

/** What is asked of the recommended stopper, beside what the grid itself reaches. */
function shortRow({ tied, ofNominal, ofTrained, regret }, whole, configurations) {
  const most = configurations > 200 ? 0.12 : 0.25;
  return [
    asked(percent(tied), tied >= 0.95),
    percent(most),
    asked(percent(ofNominal, 1), ofNominal <= most),
    asked(percent(ofTrained, 1), ofTrained <= most),
    asked(regret.toFixed(4), regret <= 0.002),
    whole.regret.toFixed(4),
  ];
}

const percent = (share, digits = 0) => `${(100 * share).toFixed(digits)} %`;
const row = (name, { tied, near, ofTrained, ofNominal, regret, meanRegret }) => [
  name,
  percent(tied),
  percent(near),
  percent(ofTrained, 1),
  percent(ofNominal, 1),
  regret.toFixed(4),
  meanRegret.toFixed(4),
];

const short = [];
const sections = [];
const sampling = [];
const below = { tpe: [], median: [], mean: [] };
for (const name of TABLES.filter((name) => name.includes(process.argv[3] ?? ''))) {
  const read = readTable(name);
  const repeated = (count) => {
    const repeats = Array.from({ length: count }, (_, at) => permuted(read, randomStream(at, 'search', 0)));
    return { ...read, repeats, gridEpochs: repeats.map((repeat) => grid(SEEDS)(repeat).epochs) };
  };
  const [table, longer] = [repeated(REPEATS), repeated(MORE * REPEATS)];
  const judged = (arm) => judge(table, answersOf(table, arm));
  const rows = ARMS.map(([label, arm]) => [label, judged(arm)]);
  const recommended = rows[2][1];
  const budget = recommended.epochs;
  short.push([name, ...shortRow(recommended, rows[0][1], read.trials.length)]);
  rows.push(['random, 3 seeds, as many epochs as halving_then_racing', judged(randomUntil(budget, SEEDS))]);
  const peers = askPeers(table, BUDGETS);
  for (const { label, answers } of peers.searches) rows.push([label, judge(table, answers)]);
  const truth = [...truthOf(read).values()];
  const count = (of) => truth.filter(of).length;
  const about = `${read.trials.length} configurations, ${percent(mean(table.gridEpochs) / (read.trials.length * SEEDS * read.maxEpochs))} of whose epochs patience lets train. ${count(({ isTied }) => isTied)} are tied with the best, ${count(({ isNear }) => isNear)} near it.`;
  sections.push(
    `## ${name}\n\n${about}${peers.note}\n\n${markdownTable(
      HEAD,
      rows.map(([label, facts]) => row(label, facts)),
    )}`,
  );
  for (const trials of BUDGETS.filter((count) => count < read.trials.length)) {
    const tpe = judged(sampled('tpe', trials, SEEDS));
    const [sobol, random] = ['sobol', 'random'].map((method) =>
      judge(longer, answersOf(longer, sampled(method, trials, SEEDS))),
    );
    const others = peers.samplers
      .filter((sampler) => sampler.trials === trials)
      .map(({ answers }) => judge(table, answers));
    for (const other of others) below.tpe.push(tpe.regret <= other.regret);
    below.median.push(sobol.regret <= random.regret);
    below.mean.push(sobol.meanRegret <= random.meanRegret);
    const cell = ({ regret, meanRegret }) => `${regret.toFixed(4)} / ${meanRegret.toFixed(4)}`;
    sampling.push([name, String(trials), ...[tpe, ...others, sobol, random].map(cell)]);
  }
  process.stderr.write(`${name} is replayed\n`);
}

const count = (list) => `${list.filter(Boolean).length} of ${list.length}`;
const SHORT_HEAD = [
  'table',
  'tied with the best',
  'epochs asked for',
  'of configurations × 3 × most epochs',
  'of the grid’s',
  'median regret',
  'that of the grid of 3 seeds',
];
const samplerHead = ['table', 'configurations', 'tpe', ...askPeers.samplerNames, 'sobol', 'random'];
writeFileSync(
  new URL('RESULTS.md', import.meta.url),
  `# The replay tables, searched

Written by \`node bench/replay/replay.mjs\`. ${machine()}

A table is a grid of which every configuration was trained with ten seeds, with patience 7, and every epoch recorded
(\`bench/replay/*.yaml\`, \`node bench/replay/record.mjs\`). A search sees of it what it asks for. ${REPEATS} repeats, each with the seeds in
another order, so that there are ten different first seeds; all searches have the same orders. The choice is the best mean of the
metric on validation rows, of the runs that the search has at its end: a report looks at similar configurations where 8 or more are left, which is never so
after a race (\`node bench/replay/choice.mjs\` compares the two).

- **Regret** is what the mean of the choice over all ten seeds lacks of the best mean. Seeds that chose are among the ten.
- **Tied with the best** is a report's word, said of ten seeds: not shown to be worse than any other, 95 % for all at once, from seeds
  alone. **Near it** is stricter: not shown to be worse than the best by a test of its own.
- **Epochs of the grid’s**: of those that the same grid trains with three seeds and patience. The next column is the share of configurations × 3 × most epochs.

## In short

\`halving_then_racing\` with \`grace: 3\`, \`eta: 2\` and \`seeds: 5\`: tied with the best in 95 % at least, a median regret of 0.002 at most, and epochs
as the table says. Its settings and the ten finalists were chosen by these same tables, as one choice for all of them.

${markdownTable(SHORT_HEAD, short)}

${count(below.tpe)} comparisons of \`tpe\` with Optuna's have a median regret that is no higher. Of \`sobol\` with \`random\`, in
${MORE * REPEATS} repeats, ${count(below.median)} have a median regret that is no higher, and ${count(below.mean)} a mean regret.

${sections.join('\n\n')}

## Samplers

Configurations drawn from the values of the grid, 3 seeds each: median and mean regret, of \`sobol\` and \`random\` in ${MORE * REPEATS} repeats.
Optuna may draw one again: it then costs no epochs, and counts.

${markdownTable(samplerHead, sampling)}
`,
);
