// What choosing by similar configurations gains over the best mean: node bench/replay/choice.mjs [repeats] (build first: npx tsc -p .).
// Grids of the replay tables with few seeds, whose choices are judged by rows and by seeds that chose nothing. The noise of rows
// is not in a replay table, so what is expected comes from the noise of seeds alone.
import { expectedValues } from '../../dist/analysis/choices/expected-values.js';
import { estimateFromSeeds } from '../../dist/metrics/estimates/estimate-trials.js';
import { randomStream } from '../../dist/random.js';
import { markdownTable } from '../markdown-table.mjs';
import { withSeeds } from './arms.mjs';
import { permuted } from './follow.mjs';
import { readTable, TABLES } from './tables.mjs';
import { mean, meanValue, seedValues } from './truth.mjs';

const REPEATS = Number(process.argv[2] ?? 50);
const SEEDS = [3, 5];
const DRAWS = 400;

/** The trial with the best mean, and the one that a report would choose. */
function bothOf(trials, metric) {
  const sorted = trials.toSorted((a, b) => meanValue(b, metric) - meanValue(a, metric));
  const ranked = estimateFromSeeds(metric.name, seedValues(sorted, metric), { draws: DRAWS, seed: 0 });
  const configurations = sorted.map(({ point }, at) => ({ point, rank: at + 1 }));
  const expected = expectedValues(configurations, { ranked }, metric.name)(metric.name);
  return [sorted[0], sorted[expected.indexOf(Math.max(...expected))]];
}

/** How much a metric of some runs is on average: of all on test rows, or of the seeds that nobody has seen on validation rows. */
const judges = [
  ({ runs }, { name }) => mean(runs.map(({ test }) => test[name])),
  ({ runs }, { name }, seeds) => mean(runs.slice(seeds).map(({ validation }) => validation[name])),
];

const rows = TABLES.flatMap((name) => {
  const table = readTable(name);
  const { metric } = table;
  if (metric.goal !== 'maximize') throw new Error(`${name}: larger is not better`);
  return SEEDS.map((seeds) => {
    const lacks = Array.from({ length: REPEATS }, (_, at) => {
      const { trials } = permuted(table, randomStream(at, 'search', 0));
      const places = bothOf(withSeeds(trials, seeds), metric).map(({ trialId }) =>
        trials.findIndex((trial) => trial.trialId === trialId),
      );
      const both = judges.flatMap((judge) => {
        const values = trials.map((trial) => judge(trial, metric, seeds));
        return places.map((place) => Math.max(...values) - values[place]);
      });
      return [Number(places[0] !== places[1]), ...both];
    });
    const [others, ...means] = lacks[0].map((_, column) => mean(lacks.map((row) => row[column])));
    return [name, String(seeds), `${(100 * others).toFixed(0)} %`, ...means.map((value) => value.toFixed(4))];
  });
});
console.log(
  markdownTable(
    [
      'table',
      'seeds',
      'another choice',
      'test rows: best mean',
      'expected to be the best',
      'other seeds: best mean',
      'expected to be the best',
    ],
    rows,
  ),
);
