// Simulated sweeps: configurations of several seeds on the rows of a population, and the effects of seeds.
import { metricValues } from '../../dist/metrics/classification-metrics.js';
import { confusionMatrix } from '../../dist/metrics/confusion.js';
import { estimateTrials } from '../../dist/metrics/estimates/estimate-trials.js';
import { randomStream } from '../../dist/random.js';
import { confusionTruth, mean, predict, trueMetrics } from './population.mjs';

export const NAMES = ['macro_f1', 'rare_recall', 'worst_recall'];

/**
 * The effect of a seed. `whose`: each configuration has luck of its own, all share the seed's, or each half of them does; `where`: all
 * recalls move alike, or each class by itself; `tails`: normal, or Student's t with three degrees of freedom. `sd` is that of the
 * shift of a recall.
 */
export const SEED_EFFECTS = {
  none: { whose: 'own', where: 'all', tails: 'normal', sd: 0 },
  own: { whose: 'own', where: 'all', tails: 'normal', sd: 0.03 },
  shared: { whose: 'shared', where: 'all', tails: 'normal', sd: 0.03 },
  'shared and large': { whose: 'shared', where: 'all', tails: 'normal', sd: 0.1 },
  'own by class': { whose: 'own', where: 'class', tails: 'normal', sd: 0.1 },
  'shared by class': { whose: 'shared', where: 'class', tails: 'normal', sd: 0.1 },
  'own, heavy tails': { whose: 'own', where: 'all', tails: 'heavy', sd: 0.03 },
  'shared, heavy tails': { whose: 'shared', where: 'all', tails: 'heavy', sd: 0.03 },
  'shared by class, heavy tails': { whose: 'shared', where: 'class', tails: 'heavy', sd: 0.1 },
  'own by class, heavy tails': { whose: 'own', where: 'class', tails: 'heavy', sd: 0.1 },
  'shared by halves': { whose: 'halves', where: 'all', tails: 'normal', sd: 0.03 },
  'shared by halves, large': { whose: 'halves', where: 'all', tails: 'normal', sd: 0.1 },
};

/** A seed's shift of every class's recall. */
function drawShifts({ where, tails, sd }, classes, stream) {
  const draw = () => sd * (tails === 'normal' ? stream.normal() : student3(stream));
  if (where === 'all') return Array(classes).fill(draw());
  return Array.from({ length: classes }, draw);
}

/** Student's t with three degrees of freedom, scaled to a variance of 1. */
function student3(stream) {
  const chi = Array.from({ length: 3 }, () => stream.normal() ** 2).reduce((sum, square) => sum + square, 0);
  return stream.normal() / Math.sqrt(chi);
}

/**
 * Estimates of a simulated sweep; `gap` is how far configurations lie apart in recall, the first the best. `kinds`: the model of each
 * configuration, where there are two; seeds do nothing to the first.
 */
export function simulate({ population, effect, trials, seeds, shared = 0.5, gap = 0, draws, kinds }, sweep) {
  const stream = randomStream(sweep, 'synthetic', seeds, trials);
  const rowStream = () => randomStream(sweep, 'synthetic', seeds, trials + 1000);
  const groupOf = { own: (trial) => trial, shared: () => 0, halves: (trial) => trial % 2 }[effect.whose];
  const shifts = Array.from({ length: trials }, () =>
    Array.from({ length: seeds }, () => drawShifts(effect, population.classes, stream)),
  );
  const run = (own, trial) => {
    const truth = confusionTruth(
      population,
      own.map((shift) => shift - gap * trial),
    );
    return predict(population, truth, { shared, rowStream: rowStream(), stream });
  };
  const still = Array(population.classes).fill(0);
  const runs = Array.from({ length: trials }, (_, trial) =>
    kinds?.[trial] === 0
      ? Array(seeds).fill(run(still, trial))
      : shifts[groupOf(trial)].map((own) => run(own, trial)),
  );
  const { labels, classes: classCount, rare: rareClasses } = population;
  const scored = runs.map((own) =>
    own.map((predictions) => {
      const confusion = confusionMatrix(labels, predictions, classCount);
      return metricValues({ confusion, rareClasses, logLoss: Number.NaN });
    }),
  );
  const values = Object.fromEntries(
    NAMES.map((name) => [name, scored.map((own) => new Map(own.map((run, seed) => [seed, run[name]])))]),
  );
  return estimateTrials({ labels, rareClasses, classCount, trials: runs }, values, {
    draws,
    seed: 0,
    models: kinds?.map(String),
  });
}

/** The true metrics of a configuration: on infinitely many rows in the population's proportions, with the mean seed. */
export function expectation({ population, effect }) {
  const stream = randomStream(0, 'synthetic', 99);
  const drawn = Array.from({ length: effect.sd === 0 ? 1 : 20_000 }, () =>
    trueMetrics(population, confusionTruth(population, drawShifts(effect, population.classes, stream))),
  );
  return Object.fromEntries(NAMES.map((name) => [name, mean(drawn.map((metrics) => metrics[name]))]));
}
