// How often "tied with the best" includes the best, and how often luck is called better or worse:
// node studies/statistics/ranking.mjs [sweeps] [draws] [part of a row's name] (build first: npx tsc -p .).

import { markdownTable } from '../../bench/markdown-table.mjs';
import {
  bestProbabilities,
  compareWith,
  rankInterval,
  verdictOf,
} from '../../dist/metrics/estimates/comparisons.js';
import { mean, POPULATIONS } from './population.mjs';
import { SEED_EFFECTS, simulate } from './sweeps.mjs';

const SWEEPS = Number(process.argv[2] ?? 2000);
const DRAWS = Number(process.argv[3] ?? 500);
const ONLY = process.argv[4] ?? '';
const METRICS = ['macro_f1', 'rare_recall'];

/** Population, effect of seeds, configurations, seeds, recalls apart by, how much of a row's luck runs share. */
const SHAPES = [
  ...Object.keys(SEED_EFFECTS).flatMap((effect) =>
    effect === 'none' ? [] : [['usual', effect, 12, 3, 0, 0.8]],
  ),
  ['usual', 'own', 2, 3, 0, 0.8],
  ['usual', 'shared by class', 2, 3, 0, 0.8],
  ['usual', 'own by class, heavy tails', 2, 5, 0, 0.8],
  ['usual', 'own', 12, 2, 0, 0.8],
  ['usual', 'shared by halves', 12, 5, 0, 0.8],
  ['usual', 'own', 12, 3, 0.01, 0.8],
  ['usual', 'shared by class', 12, 3, 0.01, 0.8],
  ...['few', 'lone', 'ones', 'threes'].flatMap((name) => [
    [name, 'own', 12, 3, 0, 0.8],
    [name, 'shared by class', 2, 3, 0, 0.8],
  ]),
];

const percent = (count) => `${((100 * count) / SWEEPS).toFixed(1)} %`;
console.log(
  `${SWEEPS} simulated sweeps a row, ${DRAWS} draws each; the first configuration is the true best\n`,
);
const lines = [];
for (const [name, effect, trials, seeds, gap, shared] of SHAPES) {
  if (!`${name} ${effect}`.includes(ONLY)) continue;
  const shape = {
    population: POPULATIONS[name],
    effect: SEED_EFFECTS[effect],
    trials,
    seeds,
    gap,
    shared,
    draws: DRAWS,
  };
  const seen = Object.fromEntries(
    METRICS.map((metric) => [metric, { tied: 0, better: 0, worse: 0, size: 0, top: [] }]),
  );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const simulated = simulate(shape, sweep);
    for (const metric of METRICS) {
      const [estimates, counts] = [simulated[metric], seen[metric]];
      const ranks = estimates.means.map((_, trial) => rankInterval(estimates, trial));
      if (ranks[0].low === 1) counts.tied++;
      counts.size += ranks.filter(({ low }) => low === 1).length;
      const against = compareWith(estimates, 0);
      const verdicts = estimates.means.map((_, trial) => verdictOf(against, trial));
      if (verdicts.includes(1)) counts.better++;
      if (verdicts.includes(-1)) counts.worse++;
      counts.top.push(Math.max(...bestProbabilities(estimates)));
    }
  }
  for (const metric of METRICS) {
    const { tied, better, worse, size, top } = seen[metric];
    const found = [
      percent(tied),
      (size / SWEEPS).toFixed(1),
      percent(better),
      percent(worse),
      mean(top).toFixed(2),
    ];
    lines.push([metric, name, effect, trials, seeds, gap, ...found]);
    process.stderr.write(`${lines.at(-1).join(' | ')}\n`);
  }
}
console.log(
  markdownTable(
    [
      'metric',
      'population',
      'seeds do',
      'configurations',
      'seeds',
      'recall apart by',
      'true best in tied set',
      'size of the tied set',
      'some "better" than the first',
      'some "worse"',
      'largest P(best)',
    ],
    lines,
  ),
);
