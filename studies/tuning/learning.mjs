// What happens while training: how soon runs reach their final level, what they know early, and what patience would have done.
import { summarise } from '../../dist/metrics/estimates/seed-statistics.js';
import { baselineOf, pick, UNTUNED } from './arms.mjs';
import { best, paired } from './results.mjs';
import { GAMMAS } from './sweeps.mjs';

const NEAR = 0.95;
/** The end of a curve is the mean of this many last epochs. */
const LAST = 3;

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const curve = (epochs, metric) => epochs.map(({ validation }) => validation[metric]);
const endOf = (values) => mean(values.slice(-LAST));

/** The first epoch at or above a value, or null. */
function epochAt(values, target) {
  const index = values.findIndex((value) => value >= target);
  return index < 0 ? null : index + 1;
}

/** Epochs until a validation metric first has 95 % of its end, per replicate; and of cross-entropy's end. */
export function convergenceOf(study, learningRate) {
  const curvesOf = (gamma, metric) =>
    pick(study, { gamma, learning_rate: learningRate })[0].results.map(({ epochs }) => curve(epochs, metric));
  const ends = curvesOf(0, 'macro_f1').map(endOf);
  const ownEpochs = (gamma, metric) =>
    curvesOf(gamma, metric).map((values) => epochAt(values, NEAR * endOf(values)));
  const baseline = ownEpochs(0, 'macro_f1');
  const shared = (gamma) =>
    curvesOf(gamma, 'macro_f1').map((values, replicate) => epochAt(values, NEAR * ends[replicate]));
  const sharedBaseline = shared(0);
  return GAMMAS.map((gamma) => {
    const own = ownEpochs(gamma, 'macro_f1');
    const common = shared(gamma);
    // A run that never gets there counts as one epoch more than it had.
    const censored = common.map((epoch) => epoch ?? study.epochs + 1);
    return {
      gamma,
      own: summarise(own),
      ownChange: paired(own, baseline),
      accuracy: summarise(ownEpochs(gamma, 'accuracy')),
      rareRecall: summarise(ownEpochs(gamma, 'rare_recall')),
      common: summarise(censored),
      commonChange: paired(censored, sharedBaseline),
      never: common.filter((epoch) => epoch === null).length,
    };
  });
}

/** Mean curves over replicates. */
export function curvesOf(study, { gamma, learningRate = UNTUNED, metric = 'macro_f1' }) {
  const runs = pick(study, { gamma, learning_rate: learningRate })[0].results.map(({ epochs }) =>
    curve(epochs, metric),
  );
  return runs[0].map((_, index) => ({ epoch: index + 1, value: mean(runs.map((run) => run[index])) }));
}

/** Early epochs and losses at one learning rate, γ by γ. */
export function earlyOf(study, epochs, learningRate = UNTUNED) {
  const runsOf = (gamma) =>
    pick(study, { gamma, learning_rate: learningRate })[0].results.map((run) => run.epochs);
  const baseline = runsOf(0);
  return GAMMAS.map((gamma) => {
    const runs = runsOf(gamma);
    const at = (metric, epoch) => runs.map((run) => run[epoch - 1].validation[metric]);
    return {
      gamma,
      firstLoss: summarise(runs.map((run) => run[0].trainLoss)),
      lastLoss: summarise(runs.map((run) => run.at(-1).trainLoss)),
      early: epochs.map((epoch) => ({
        epoch,
        accuracy: summarise(at('accuracy', epoch)),
        rareRecall: summarise(at('rare_recall', epoch)),
        rareChange: paired(
          at('rare_recall', epoch),
          baseline.map((run) => run[epoch - 1].validation.rare_recall),
        ),
      })),
    };
  });
}

/** At cross-entropy's best learning rate: training less validation accuracy at the chosen epoch, and when the latter nears its top. */
export function fittingOf(study) {
  const { learning_rate } = baselineOf(study).config;
  const rows = GAMMAS.map((gamma) => {
    const chosen = pick(study, { gamma, learning_rate })[0];
    const gaps = chosen.results.map(({ epochs, chosenEpoch }) => {
      const { trainAccuracy, validation } = epochs[chosenEpoch - 1];
      return trainAccuracy - validation.accuracy;
    });
    const plateau = chosen.results.map(({ epochs }) => {
      const values = curve(epochs, 'accuracy');
      return epochAt(values, Math.max(...values) - 0.01);
    });
    return { gamma, gaps, plateau: summarise(plateau) };
  });
  return rows.map((row) => ({ ...row, gap: summarise(row.gaps), gapChange: paired(row.gaps, rows[0].gaps) }));
}

/** The epoch that a run with this patience would have kept, and how many it would have trained. */
function underPatience(values, patience) {
  let kept = 0;
  for (let at = 1; at < values.length; at++) {
    if (values[at] > values[kept]) kept = at;
    else if (at - kept >= patience) return { epochs: at + 1, value: values[kept] };
  }
  return { epochs: values.length, value: values[kept] };
}

/** Patience 5 and 7 against none, read off the curves of γ = 2 at its best learning rate: validation macro-F1 and epochs trained. */
export function patienceOf(study) {
  const curves = best(pick(study, { gamma: 2 })).results.map(({ epochs }) => curve(epochs, 'macro_f1'));
  const without = curves.map((values) => Math.max(...values));
  return [5, 7].map((patience) => {
    const runs = curves.map((values) => underPatience(values, patience));
    return {
      patience,
      epochs: summarise(runs.map(({ epochs }) => epochs)),
      change: paired(
        runs.map(({ value }) => value),
        without,
      ),
    };
  });
}
