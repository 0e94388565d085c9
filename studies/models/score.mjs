// Metrics of predictions on the test rows, and intervals of differences between two programs.

import { scoreSplit } from '../../dist/index.js';
import { rowBootstrap } from '../../dist/metrics/noise/row-bootstrap.js';
import { randomStream } from '../../dist/random.js';

const DRAWS = 2000;
const COUNTED = ['macro_f1', 'rare_recall'];
const METRICS = [...COUNTED, 'log_loss'];
/** Of a list of numbers. */
export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The test rows of a dataset, and how programs are scored on them. */
export class TestRows {
  constructor(dataset) {
    this.dataset = dataset;
    this.labels = Uint16Array.from(dataset.split.test, (row) => dataset.labels[row]);
    this.classes = dataset.classNames.length;
  }

  /** Scores of a program whose outputs, one for each seed, have logits or probabilities. */
  of(outputs) {
    const results = outputs.map((output) => scoreSplit(output, 'test', this.dataset));
    const draws = rowBootstrap(
      {
        labels: this.labels,
        rareClasses: this.dataset.rareClasses,
        classCount: this.classes,
        trials: results.map(({ predictions }) => [predictions]),
      },
      COUNTED,
      { draws: DRAWS, seed: 1 },
    );
    const losses = outputs.map((output, at) => this.#losses(output, results[at].metrics.log_loss));
    const drawn = {
      macro_f1: draws.get('macro_f1').map(({ means }) => means),
      rare_recall: draws.get('rare_recall').map(({ means }) => means),
      log_loss: drawMeans(losses, this.labels, this.classes),
    };
    return Object.fromEntries(
      METRICS.map((name) => [
        name,
        { seeds: results.map(({ metrics }) => metrics[name]), draws: drawn[name] },
      ]),
    );
  }

  /** −log p of each row's class, clipped as log_loss is. */
  #losses({ logits, probabilities }, logLoss) {
    const { classes } = this;
    const losses = Float64Array.from(this.labels, (label, row) => {
      const own = (values) => values.subarray(row * classes, (row + 1) * classes);
      if (probabilities)
        return -Math.log(Math.min(1 - 2 ** -52, Math.max(2 ** -52, own(probabilities)[label])));
      const most = Math.max(...own(logits));
      return (
        Math.log(own(logits).reduce((sum, z) => sum + Math.exp(z - most), 0)) + most - own(logits)[label]
      );
    });
    if (Math.abs(mean([...losses]) - logLoss) > 1e-3)
      throw new Error('the losses of rows are not those of log_loss');
    return losses;
  }
}

/** Per run, its mean loss under resampled rows: the same draws for every program, class by class as in rowBootstrap. */
function drawMeans(losses, labels, classes) {
  const rowsOf = Array.from({ length: classes }, () => []);
  labels.forEach((label, row) => {
    rowsOf[label].push(row);
  });
  const stream = randomStream(1, 'resample');
  const means = losses.map(() => new Float64Array(DRAWS));
  for (let draw = 0; draw < DRAWS; draw++) {
    for (const rows of rowsOf) {
      const drawn = Math.max(rows.length - 1, Math.min(rows.length, 1));
      const weight = rows.length / drawn / labels.length;
      for (let at = 0; at < drawn; at++) {
        const row = rows[drawn === rows.length ? at : Math.floor(stream.uniform() * rows.length)];
        losses.forEach((own, run) => {
          means[run][draw] += own[row] * weight;
        });
      }
    }
  }
  return means;
}

/** Means over folds and seeds, by metric. */
export function valuesOf(folds) {
  return Object.fromEntries(
    METRICS.map((name) => [name, mean(folds.map((scored) => mean(scored[name].seeds)))]),
  );
}

/**
 * First minus second with half the width of a 95 % interval, by metric: over test rows, which both share and no two folds have in common, and
 * over the seeds of each, which they do not.
 */
export function difference(firsts, seconds) {
  return Object.fromEntries(
    METRICS.map((name) => {
      const folds = firsts.map((first, fold) => differenceIn(first[name], seconds[fold][name]));
      const spread = folds.reduce((sum, { variance }) => sum + variance, 0) / folds.length ** 2;
      return [name, { mean: mean(folds.map((fold) => fold.mean)), half: 1.96 * Math.sqrt(spread) }];
    }),
  );
}

function differenceIn(a, b) {
  const under = ({ draws }, draw) => mean(draws.map((means) => means[draw]));
  const drawn = Array.from({ length: DRAWS }, (_, draw) => under(a, draw) - under(b, draw));
  return {
    mean: mean(a.seeds) - mean(b.seeds),
    variance: variance(drawn) + ofMean(a.seeds) + ofMean(b.seeds),
  };
}

function variance(values) {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}

/** The variance of a mean over seeds; 0 for a program that draws nothing. */
const ofMean = (seeds) => (seeds.length < 2 ? 0 : variance(seeds) / seeds.length);
