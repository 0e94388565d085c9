// Whether "tied with the best" holds the best, and how often luck is called better:
// node bench/statistics/ranking.mjs [sweeps] [draws] (build first: npx tsc -p .).
import { metricValues } from '../../dist/metrics/classification-metrics.js';
import { bestProbabilities, compareWith, rankInterval, verdictOf } from '../../dist/metrics/comparisons.js';
import { confusionMatrix } from '../../dist/metrics/confusion.js';
import { estimateTrials } from '../../dist/metrics/estimate-trials.js';
import { randomStream } from '../../dist/random.js';
import { CLASSES, confusionTruth, LABELS, mean, predict, RARE } from './population.mjs';

const SWEEPS = Number(process.argv[2] ?? 2000);
const DRAWS = Number(process.argv[3] ?? 500);
const TRIALS = 12;

function score(predictions, name) {
  const confusion = confusionMatrix(LABELS, predictions, CLASSES);
  return metricValues({ confusion, rareClasses: RARE, logLoss: Number.NaN })[name];
}

/** A sweep whose trials lie `gap` apart in recall; seeds shift a run's recalls by N(0, seedSd). */
function simulate({ gap, seeds, seedSd, shared, name }, sweep) {
  const stream = randomStream(sweep, 'synthetic', seeds, TRIALS);
  const rowStream = () => randomStream(sweep, 'synthetic', seeds, TRIALS + 1);
  const trials = Array.from({ length: TRIALS }, (_, trial) =>
    Array.from({ length: seeds }, () => {
      const truth = confusionTruth(-gap * trial + seedSd * stream.normal());
      return predict(truth, { shared, rowStream: rowStream(), stream });
    }),
  );
  const values = { [name]: trials.map((runs) => new Map(runs.map((run, seed) => [seed, score(run, name)]))) };
  const rows = { labels: LABELS, rareClasses: RARE, classCount: CLASSES, trials };
  return estimateTrials(rows, values, { draws: DRAWS, seed: 0 })[name];
}

const shapes = [
  { gap: 0, seeds: 3, seedSd: 0.01, shared: 0.8 },
  { gap: 0, seeds: 1, seedSd: 0, shared: 0.8 },
  { gap: 0.01, seeds: 3, seedSd: 0.01, shared: 0.8 },
  { gap: 0, seeds: 3, seedSd: 0.03, shared: 0.8 },
];
console.log(
  `${SWEEPS} simulated sweeps each, ${TRIALS} configurations, ${DRAWS} draws; trial 1 is the true best`,
);
for (const name of ['macro_f1', 'rare_recall']) {
  for (const shape of shapes) {
    const seen = { tied: 0, better: 0, worse: 0, size: 0, top: [] };
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      const estimates = simulate({ ...shape, name }, sweep);
      const ranks = estimates.means.map((_, trial) => rankInterval(estimates, trial));
      if (ranks[0].low === 1) seen.tied++;
      seen.size += ranks.filter(({ low }) => low === 1).length;
      const against = compareWith(estimates, 0);
      const verdicts = estimates.means.map((_, trial) => verdictOf(against, trial));
      if (verdicts.includes(1)) seen.better++;
      if (verdicts.includes(-1)) seen.worse++;
      seen.top.push(Math.max(...bestProbabilities(estimates)));
    }
    const percent = (count) => `${((100 * count) / SWEEPS).toFixed(1)} %`;
    console.log(
      `${name}, gap ${shape.gap}, ${shape.seeds} seeds (sd ${shape.seedSd}), rows shared ${shape.shared}: ` +
        `best in tied set ${percent(seen.tied)}, tied set of ${(seen.size / SWEEPS).toFixed(1)}, ` +
        `some "better" than trial 1 ${percent(seen.better)}, some "worse" ${percent(seen.worse)}, ` +
        `largest P(best) ${mean(seen.top).toFixed(2)}`,
    );
  }
}
