import { counted } from '../counted.js';
import type { Advice, Configuration, Findings } from './report.js';
import { axisChange } from './spec-change.js';

/** A training loss that keeps this share of its first value has not been learning. */
const HARDLY_FALLEN = 0.95;
/** An accuracy this much higher in training than in validation is memorising. */
const OVERFITTING = 0.1;
const MOST_EPOCHS = 1000;

/** Advice from the learning curves of the best configuration and the normalisation of the features. */
export function trainingAdvice(findings: Findings, best: Configuration): readonly Advice[] {
  return [
    ...notNormalised(findings),
    ...lossNotFalling(findings, best),
    ...cutShort(best),
    ...overfitting(findings, best),
  ];
}

function notNormalised({ sweep }: Findings): readonly Advice[] {
  const { normalize, normalization } = sweep.dataset.card;
  if (normalize === 'zscore') return [];
  return [
    {
      id: 'not-normalised',
      title: 'The features are not normalised',
      evidence: `The largest mean of a feature is ${normalization.largestMean.toPrecision(2)}, and its standard deviation is off 1 by ${normalization.largestSdDeviation.toPrecision(2)}.`,
      action: 'Set data.normalize to zscore.',
      changes: [{ path: ['data', 'normalize'], value: 'zscore' }],
    },
  ];
}

function lossNotFalling({ curves }: Findings, best: Configuration): readonly Advice[] {
  const points = curves.find(({ trialId }) => trialId === best.trialId)?.points ?? [];
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return [];
  if (last.trainLoss < HARDLY_FALLEN * first.trainLoss) return [];
  const { learning_rate, gamma } = best.config;
  const [third, tenth] = [learning_rate / 3, learning_rate / 10].map((rate) => Number(rate.toPrecision(3)));
  return [
    {
      id: 'loss-not-falling',
      title: 'The training loss of the best configuration hardly falls',
      evidence: `It is ${first.trainLoss.toPrecision(3)} after epoch 1 and ${last.trainLoss.toPrecision(3)} after epoch ${last.epoch}.`,
      action: `Try lower learning rates (${third} and ${tenth}) and a larger γ (${gamma + 1}).`,
      changes: [
        axisChange('learning_rate', [learning_rate, third, tenth]),
        axisChange('gamma', [gamma, gamma + 1]),
      ],
    },
  ];
}

function cutShort(best: Configuration): readonly Advice[] {
  const { epochs } = best.config;
  const late = best.runs.filter(
    ({ stoppedBy, chosenEpoch }) => stoppedBy === 'epochs' && chosenEpoch > 0.8 * epochs,
  ).length;
  if (late <= best.runs.length / 2 || epochs >= MOST_EPOCHS) return [];
  const more = Math.min(MOST_EPOCHS, epochs < 30 ? 30 : 2 * epochs);
  return [
    {
      id: 'more-epochs',
      title: 'The best configuration was still improving when its epochs ended',
      evidence: `${best.runs.length === 1 ? 'Its one seed' : `${late} of its ${best.runs.length} seeds`} chose an epoch in the last fifth of ${epochs}.`,
      action: `Raise epochs from ${epochs} to ${more}; patience ends the runs that do not need them.`,
      changes: [
        'epochs' in best.point
          ? axisChange('epochs', [epochs, more])
          : { path: ['train', 'epochs'], value: more },
      ],
    },
  ];
}

function overfitting({ curves }: Findings, best: Configuration): readonly Advice[] {
  const curve = curves.find(({ trialId }) => trialId === best.trialId);
  const last = curve?.points.at(-1);
  const stopped = best.runs.filter(({ stoppedBy }) => stoppedBy === 'patience').length;
  if (last === undefined || stopped <= best.runs.length / 2) return [];
  if (last.trainAccuracy - last.accuracy < OVERFITTING) return [];
  if (best.config.mixup > 0 || 'mixup' in best.point) return [];
  return [
    {
      id: 'plateau',
      title: 'Validation reaches its plateau while training goes on',
      evidence: `In epoch ${last.epoch} accuracy is ${last.trainAccuracy.toFixed(3)} in training and ${last.accuracy.toFixed(3)} in validation; ${stopped} of ${counted(best.runs.length, 'seed')} ended by patience.`,
      action: 'Try mixup, which makes memorising harder.',
      changes: [axisChange('mixup', [0, 0.2])],
    },
  ];
}
