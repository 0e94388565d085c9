// How often 95 % intervals hold the truth: node bench/statistics/coverage.mjs [sweeps] (after npm run build).
import { classMetrics, metricValues } from '../../dist/metrics/classification-metrics.js';
import { confusionMatrix } from '../../dist/metrics/confusion.js';
import { estimateTrials } from '../../dist/metrics/estimate-trials.js';
import { wilsonInterval } from '../../dist/metrics/intervals.js';
import { randomStream } from '../../dist/random.js';
import { CLASSES, confusionTruth, LABELS, predict, RARE, SUPPORT, trueMetrics } from './population.mjs';

const SWEEPS = Number(process.argv[2] ?? 2000);
const DRAWS = Number(process.argv[3] ?? 2000);
const NAMES = ['macro_f1', 'rare_recall', 'worst_recall'];

function scores(predictions) {
  const confusion = confusionMatrix(LABELS, predictions, CLASSES);
  return {
    ...metricValues({ confusion, rareClasses: RARE, logLoss: Number.NaN }),
    classes: classMetrics(confusion),
  };
}

/** One trial of `seeds` runs; each seed shifts the recalls by N(0, seedSd). */
function simulate(seeds, seedSd, sweep) {
  const stream = randomStream(sweep, 'synthetic', seeds);
  const shifts = Array.from({ length: seeds }, () => seedSd * stream.normal());
  const runs = shifts.map((shift) =>
    predict(confusionTruth(shift), {
      shared: 0.5,
      rowStream: randomStream(sweep, 'synthetic', seeds, 1),
      stream,
    }),
  );
  const values = Object.fromEntries(
    NAMES.map((name) => [name, [new Map(runs.map((run, seed) => [seed, scores(run)[name]]))]]),
  );
  const rows = { labels: LABELS, rareClasses: RARE, classCount: CLASSES, trials: [runs] };
  return { runs, result: estimateTrials(rows, values, { draws: DRAWS, seed: 0 }) };
}

function covers({ low, high }, truth) {
  return low <= truth && truth <= high;
}

const truth = trueMetrics(confusionTruth());
const recalls = confusionTruth().map((row, label) => row[label]);
const wilson = SUPPORT.map(() => 0);
const held = Object.fromEntries(NAMES.map((name) => [name, { one: 0, below: 0, above: 0 }]));
for (let sweep = 0; sweep < SWEEPS; sweep++) {
  const { runs, result } = simulate(1, 0, sweep);
  scores(runs[0]).classes.forEach(({ recall }, label) => {
    wilson[label] += covers(wilsonInterval(recall, SUPPORT[label]), recalls[label]) ? 1 : 0;
  });
  for (const name of NAMES) {
    const { interval } = result[name].estimates[0];
    if (covers(interval, truth[name])) held[name].one++;
    else if (interval.high < truth[name]) held[name].below++;
    else held[name].above++;
  }
}
const percent = (count) => `${((100 * count) / SWEEPS).toFixed(1)} %`;
console.log(`${SWEEPS} simulated sweeps, ${DRAWS} draws each`);
for (const label of [0, 4, ...RARE]) {
  console.log(
    `Wilson, class of ${SUPPORT[label]} rows, true recall ${recalls[label].toFixed(3)}: ${percent(wilson[label])}`,
  );
}
for (const name of NAMES) {
  const { one, below, above } = held[name];
  console.log(
    `${name}, truth ${truth[name].toFixed(4)}: covered ${percent(one)}, interval too low ${percent(below)}, too high ${percent(above)}`,
  );
}
