// The generated tables of docs/tuning-focal-loss.md about what happens while training.
import { markdownTable } from '../../bench/markdown-table.mjs';
import { UNTUNED } from './arms.mjs';
import { epochs, figure, signed } from './figures.mjs';
import { convergenceOf, earlyOf, fittingOf, patienceOf } from './learning.mjs';

export function convergenceTable(study) {
  return markdownTable(
    [
      'learning rate',
      'γ',
      'own end: macro-F1',
      'Δ to γ = 0',
      'own end: accuracy',
      'own end: rare recall',
      'end of γ = 0: macro-F1',
      'Δ to γ = 0',
      'never got there',
    ],
    [UNTUNED, 0.003].flatMap((learningRate) =>
      convergenceOf(study, learningRate).map((row) => [
        learningRate,
        row.gamma,
        epochs(row.own),
        row.gamma === 0 ? '–' : signed(row.ownChange, 1),
        epochs(row.accuracy),
        epochs(row.rareRecall),
        epochs(row.common),
        row.gamma === 0 ? '–' : signed(row.commonChange, 1),
        `${row.never} of ${study.replicates}`,
      ]),
    ),
  );
}

export function earlyTable(study) {
  const shown = [1, 3, 5];
  return markdownTable(
    [
      'γ',
      'loss, epoch 1',
      'loss, last epoch',
      ...shown.flatMap((epoch) => [`accuracy, epoch ${epoch}`, `rare recall, epoch ${epoch}`, 'Δ to γ = 0']),
    ],
    earlyOf(study, shown).map(({ gamma, firstLoss, lastLoss, early }) => [
      gamma,
      figure(firstLoss),
      figure(lastLoss),
      ...early.flatMap(({ accuracy, rareRecall, rareChange }) => [
        figure(accuracy),
        figure(rareRecall),
        gamma === 0 ? '–' : signed(rareChange),
      ]),
    ]),
  );
}

export function fittingTable(study) {
  return markdownTable(
    [
      'γ',
      'accuracy, training − validation',
      'Δ to γ = 0',
      'validation accuracy within 0.01 of its top from epoch',
    ],
    fittingOf(study).map(({ gamma, gap, gapChange, plateau }) => [
      gamma,
      figure(gap),
      gamma === 0 ? '–' : signed(gapChange),
      epochs(plateau),
    ]),
  );
}

export function patienceTable(studies) {
  return markdownTable(
    ['table', 'patience', 'epochs trained', 'Δ validation macro-F1 to no patience'],
    studies.flatMap(([name, study]) =>
      patienceOf(study).map(({ patience, epochs: trained, change: lost }) => [
        name,
        patience,
        `${trained.mean.toFixed(1)} of ${study.epochs}`,
        signed(lost),
      ]),
    ),
  );
}
