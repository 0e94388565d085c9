// How often 95 % intervals hold the truth: node studies/statistics/coverage.mjs [sweeps] [draws] [part of a row's name]
// (build first: npx tsc -p .).

import { markdownTable } from '../../bench/markdown-table.mjs';
import { wilsonInterval } from '../../dist/metrics/estimates/intervals.js';
import { randomStream } from '../../dist/random.js';
import { covers, POPULATIONS, percent } from './population.mjs';
import { expectation, NAMES, SEED_EFFECTS, simulate } from './sweeps.mjs';

const SWEEPS = Number(process.argv[2] ?? 2000);
const DRAWS = Number(process.argv[3] ?? 1000);
const ONLY = process.argv[4] ?? '';

const SHAPES = [
  ...['none', 'own', 'shared', 'shared and large'].map((effect) => [
    'usual',
    effect,
    1,
    effect === 'none' ? 1 : 3,
  ]),
  ...Object.keys(SEED_EFFECTS).flatMap((effect) => (effect === 'none' ? [] : [['usual', effect, 6, 3]])),
  ['usual', 'shared', 6, 5],
  ['usual', 'shared by class, heavy tails', 6, 5],
  ['usual', 'shared', 2, 2],
  ...['few', 'lone', 'ones', 'threes'].flatMap((name) => [
    [name, 'none', 1, 1],
    [name, 'none', 6, 1],
    [name, 'shared by class', 6, 3],
  ]),
];

/** Wilson's coverage goes up and down with the true share, so truths are drawn from 0.05 to 0.95. */
function wilsonCoverage(rows) {
  const stream = randomStream(rows, 'synthetic', 7);
  let held = 0;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const share = 0.05 + 0.9 * stream.uniform();
    let hits = 0;
    for (let row = 0; row < rows; row++) hits += stream.uniform() < share ? 1 : 0;
    held += covers(wilsonInterval(hits / rows, rows), share) ? 1 : 0;
  }
  return percent(held, SWEEPS);
}

console.log(`${SWEEPS} configurations a row, ${DRAWS} draws each\n`);
if (ONLY === '') {
  const rows = [1, 2, 4, 6, 20, 100, 400].map((count) => [count, wilsonCoverage(count)]);
  console.log(
    `${markdownTable(['rows of a class', "Wilson's interval of its recall holds the truth"], rows)}\n`,
  );
}
const lines = [];
for (const [name, effectName, trials, seeds] of SHAPES) {
  if (!`${name} ${effectName}`.includes(ONLY)) continue;
  const shape = {
    population: POPULATIONS[name],
    effect: SEED_EFFECTS[effectName],
    trials,
    seeds,
    draws: DRAWS,
  };
  const truth = expectation(shape);
  const held = Object.fromEntries(NAMES.map((metric) => [metric, { one: 0, width: 0, zero: 0 }]));
  const sweeps = Math.ceil(SWEEPS / trials);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const result = simulate(shape, sweep);
    for (const metric of NAMES) {
      for (const { interval } of result[metric].estimates()) {
        const seen = held[metric];
        if (covers(interval, truth[metric])) seen.one++;
        if (interval.high === interval.low) seen.zero++;
        seen.width += interval.high - interval.low;
      }
    }
  }
  const total = sweeps * trials;
  const cells = NAMES.flatMap((metric) => {
    const { one, width, zero } = held[metric];
    return [`${percent(one, total)}${zero > 0 ? ` (${zero} of no width)` : ''}`, (width / total).toFixed(3)];
  });
  lines.push([name, effectName, trials, seeds, ...cells]);
  process.stderr.write(`${lines.at(-1).join(' | ')}\n`);
}
console.log(
  markdownTable(
    ['population', 'seeds do', 'configurations', 'seeds', ...NAMES.flatMap((metric) => [metric, 'width'])],
    lines,
  ),
);
