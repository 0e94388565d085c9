// How often 95 % intervals hold the truth: node bench/statistics/coverage.mjs [sweeps] (build first: npx tsc -p .).
import { metricValues } from '../../dist/metrics/classification-metrics.js';
import { confusionMatrix } from '../../dist/metrics/confusion.js';
import { estimateTrials } from '../../dist/metrics/estimate-trials.js';
import { wilsonInterval } from '../../dist/metrics/intervals.js';
import { randomStream } from '../../dist/random.js';
import { CLASSES, confusionTruth, LABELS, mean, predict, RARE, trueMetrics } from './population.mjs';

const SWEEPS = Number(process.argv[2] ?? 2000);
const DRAWS = Number(process.argv[3] ?? 2000);
const NAMES = ['macro_f1', 'rare_recall', 'worst_recall'];

function scores(predictions) {
  const confusion = confusionMatrix(LABELS, predictions, CLASSES);
  return metricValues({ confusion, rareClasses: RARE, logLoss: Number.NaN });
}

/** Trials of `seeds` runs each; each seed of a trial shifts the recalls by N(0, seedSd). */
function simulate({ trials, seeds, seedSd }, sweep) {
  const stream = randomStream(sweep, 'synthetic', seeds);
  const runs = Array.from({ length: trials }, () =>
    Array.from({ length: seeds }, () => seedSd * stream.normal()).map((shift) =>
      predict(confusionTruth(shift), {
        shared: 0.5,
        rowStream: randomStream(sweep, 'synthetic', seeds, 1),
        stream,
      }),
    ),
  );
  const scored = runs.map((own) => own.map(scores));
  const values = Object.fromEntries(
    NAMES.map((name) => [name, scored.map((own) => new Map(own.map((run, seed) => [seed, run[name]])))]),
  );
  const rows = { labels: LABELS, rareClasses: RARE, classCount: CLASSES, trials: runs };
  return estimateTrials(rows, values, { draws: DRAWS, seed: 0 });
}

function covers({ low, high }, truth) {
  return low <= truth && truth <= high;
}

/** The metrics' expectation over seeds. */
function expectation(seedSd) {
  const stream = randomStream(0, 'synthetic', 99);
  const drawn = Array.from({ length: seedSd === 0 ? 1 : 20_000 }, () =>
    trueMetrics(confusionTruth(seedSd * stream.normal())),
  );
  return Object.fromEntries(NAMES.map((name) => [name, mean(drawn.map((metrics) => metrics[name]))]));
}

const percent = (count, of = SWEEPS) => `${((100 * count) / of).toFixed(1)} %`;

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
  return percent(held);
}

console.log(`${SWEEPS} simulated sweeps, ${DRAWS} draws each`);
for (const rows of [6, 20, 100, 400]) {
  console.log(`Wilson, class of ${rows} rows, true recall 0.05 to 0.95: covered ${wilsonCoverage(rows)}`);
}
for (const { sweeps, ...shape } of [
  { sweeps: SWEEPS, trials: 1, seeds: 1, seedSd: 0 },
  { sweeps: SWEEPS, trials: 1, seeds: 3, seedSd: 0.02 },
  { sweeps: Math.ceil(SWEEPS / 4), trials: 12, seeds: 3, seedSd: 0.02 },
]) {
  const truth = expectation(shape.seedSd);
  const held = Object.fromEntries(NAMES.map((name) => [name, { one: 0, below: 0, above: 0 }]));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const result = simulate(shape, sweep);
    for (const name of NAMES) {
      for (const { interval } of result[name].estimates) {
        if (covers(interval, truth[name])) held[name].one++;
        else if (interval.high < truth[name]) held[name].below++;
        else held[name].above++;
      }
    }
  }
  const { trials, seeds, seedSd } = shape;
  const total = sweeps * trials;
  for (const name of NAMES) {
    const { one, below, above } = held[name];
    console.log(
      `${sweeps} sweeps, ${trials} configuration(s), ${seeds} seed(s), seed sd ${seedSd}, ${name}, truth ${truth[name].toFixed(4)}: ` +
        `covered ${percent(one, total)}, interval too low ${percent(below, total)}, too high ${percent(above, total)}`,
    );
  }
}
