// Sweeps of two models, of which seeds move one far less: node studies/statistics/two-models.mjs [sweeps] [draws] (build first: npx tsc -p .).

import { markdownTable } from '../../bench/markdown-table.mjs';
import { compareWith, differenceInterval } from '../../dist/metrics/estimates/comparisons.js';
import { covers, POPULATIONS, percent } from './population.mjs';
import { expectation, NAMES, SEED_EFFECTS, simulate } from './sweeps.mjs';

const SWEEPS = Number(process.argv[2] ?? 400);
const DRAWS = Number(process.argv[3] ?? 1000);
const ONLY = process.argv[4] ?? '';

/** Configurations of the calm and of the restless model, seeds, and what seeds do to the restless one. */
const SHAPES = [
  [3, 3, 3, 'own'],
  [3, 3, 3, 'shared and large'],
  [8, 8, 3, 'own by class'],
  [8, 8, 3, 'shared and large'],
  [8, 8, 5, 'shared and large'],
  [8, 8, 3, 'own by class, heavy tails'],
  [1, 8, 3, 'shared and large'],
  [8, 1, 3, 'shared and large'],
  [2, 8, 3, 'shared and large'],
];
const KINDS = ['calm', 'restless'];

console.log(`${SWEEPS} sweeps a row, ${DRAWS} draws each\n`);
const lines = [];
for (const [calm, restless, seeds, effectName] of SHAPES) {
  if (!`${calm} ${restless} ${effectName}`.includes(ONLY)) continue;
  const effect = SEED_EFFECTS[effectName];
  const kinds = [...Array(calm).fill(0), ...Array(restless).fill(1)];
  const shape = { population: POPULATIONS.usual, effect, kinds, trials: kinds.length, seeds, draws: DRAWS };
  const still = expectation({ ...shape, effect: SEED_EFFECTS.none });
  const truths = [still, expectation(shape)];
  const seen = Object.fromEntries(
    NAMES.slice(0, 2).map((name) => [
      name,
      { own: [0, 0], width: [0, 0], all: [0, 0, 0], pairs: [0, 0, 0], apart: [0, 0, 0], wrong: 0 },
    ]),
  );
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const result = simulate(shape, sweep);
    for (const [name, own] of Object.entries(seen)) {
      const truth = kinds.map((kind) => truths[kind][name]);
      result[name].estimates().forEach(({ interval }, trial) => {
        own.own[kinds[trial]] += covers(interval, truth[trial]) ? 1 : 0;
        own.width[kinds[trial]] += interval.high - interval.low;
      });
      const comparison = compareWith(result[name], 0);
      let isWrong = false;
      const held = [true, true, true];
      kinds.forEach((kind, trial) => {
        if (trial === 0) return;
        const interval = differenceInterval(comparison, trial);
        const difference = truth[trial] - truth[0];
        const pair = kinds[0] === kind ? kind : 2;
        if (!covers(interval, difference)) held[pair] = false;
        own.apart[pair] += interval.high - interval.low;
        own.pairs[pair]++;
        if ((interval.low > 0 && difference <= 0) || (interval.high < 0 && difference >= 0)) isWrong = true;
      });
      held.forEach((all, pair) => {
        own.all[pair] += all ? 1 : 0;
      });
      own.wrong += isWrong ? 1 : 0;
    }
  }
  for (const [name, own] of Object.entries(seen)) {
    const counts = [calm, restless];
    lines.push([
      `${calm} + ${restless}`,
      seeds,
      effectName,
      name,
      ...KINDS.flatMap((_, kind) => [
        percent(own.own[kind], counts[kind] * SWEEPS),
        (own.width[kind] / counts[kind] / SWEEPS).toFixed(3),
      ]),
      ...[kinds[0], 2].flatMap((pair) =>
        own.pairs[pair] === 0
          ? ['–', '–']
          : [percent(own.all[pair], SWEEPS), (own.apart[pair] / own.pairs[pair]).toFixed(3)],
      ),
      percent(own.wrong, SWEEPS),
    ]);
    process.stderr.write(`${lines.at(-1).join(' | ')}\n`);
  }
}
console.log(
  markdownTable(
    [
      'configurations',
      'seeds',
      'seeds do to the restless',
      'metric',
      ...KINDS.flatMap((kind) => [`${kind}: value`, 'width']),
      'differences of calm ones',
      'width',
      'from calm to restless',
      'width',
      'wrong verdicts',
    ],
    lines,
  ),
);
