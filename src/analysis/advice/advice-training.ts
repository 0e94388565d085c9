import { epochWord } from '../../knobs/epoch-word.js';
import { isOfModel } from '../../knobs/idle-knobs.js';
import { numberIn } from '../../knobs/knob-value.js';
import { counted } from '../../wording/counted.js';
import { figure, significant } from '../../wording/numbers.js';
import type { Findings } from '../findings/findings.js';
import type { Configuration } from '../ranking/configuration.js';
import type { Advice } from './advice.js';
import { isAdvisable } from './knob-limits.js';
import { axisChange, epochsChange } from './spec-change.js';
import { gridValues, isUntried, type SweepHistory } from './sweep-history.js';

/** If the training loss keeps this share of its first value, the model has not learned. */
const HARDLY_FALLEN = 0.95;
/** If accuracy is this much higher in training than in validation, the model memorises. */
const OVERFITTING = 0.1;
const MOST_EPOCHS = 1000;
/** Features with means and standard deviations this near to 0 and 1 are normalised, even if the sweep did not do it. */
const NORMALISED = 0.01;

/** Advice on the normalisation of the features. */
export function normalisationAdvice({ sweep }: Pick<Findings, 'sweep'>): readonly Advice[] {
  const { normalize, normalization } = sweep.dataset.card;
  const { largestMean, largestSdDeviation } = normalization;
  if (normalize !== 'none' || Math.max(largestMean, largestSdDeviation) <= NORMALISED) return [];
  return [
    {
      id: 'not-normalised',
      title: 'The features are not normalised',
      evidence: `The largest mean of a feature is ${significant(largestMean, 2)}, and the largest distance of a standard deviation from 1 is ${significant(largestSdDeviation, 2)}.`,
      action: 'Set data.normalize to zscore.',
      changes: [{ path: ['data', 'normalize'], value: 'zscore' }],
    },
  ];
}

/** Advice from the learning curves of the best configuration. */
export function trainingAdvice(
  findings: Findings,
  history: SweepHistory,
  best: Configuration,
): readonly Advice[] {
  return [
    ...lossNotFalling(findings, history, best),
    ...cutShort(history, best),
    ...overfitting(findings, history, best),
  ];
}

function lossNotFalling({ curves }: Findings, history: SweepHistory, best: Configuration): readonly Advice[] {
  const points = curves.find(({ trialId }) => trialId === best.trialId)?.points ?? [];
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return [];
  if (last.trainLoss < HARDLY_FALLEN * first.trainLoss) return [];
  const word = epochWord([best.config]);
  const rates = otherRates(history, best, last.trainLoss > first.trainLoss);
  return [
    {
      id: 'loss-not-falling',
      title: 'The training loss of the best configuration hardly falls',
      evidence: `It is ${significant(first.trainLoss)} after ${word} 1 and ${significant(last.trainLoss)} after ${word} ${last.epoch}, at learning_rate ${String(numberIn(best.config, 'learning_rate') ?? 'unknown')}.`,
      action:
        rates.length === 0
          ? 'Check the features: `focalsweep data` shows what they are and whether they are normalised.'
          : `Try learning_rate ${rates.join(' and ')}.`,
      changes:
        rates.length === 0
          ? []
          : [axisChange('learning_rate', [...gridValues(history, 'learning_rate'), ...rates])],
    },
  ];
}

/** Learning rates beyond the end of the grid; for a single rate on both sides, or only lower ones if the loss rises. */
function otherRates(history: SweepHistory, { config }: Configuration, isRising: boolean): readonly number[] {
  const learning_rate = numberIn(config, 'learning_rate');
  if (learning_rate === undefined) return [];
  const rates = gridValues(history, 'learning_rate') as readonly number[];
  const isLowest = rates.every((rate) => rate >= learning_rate);
  const isHighest = rates.every((rate) => rate <= learning_rate);
  const factors = [
    ...(isLowest ? (isHighest ? [0.1] : [1 / 3, 0.1]) : []),
    ...(isHighest && !(isLowest && isRising) ? (isLowest ? [10] : [3, 10]) : []),
  ];
  return factors
    .map((factor) => Number((factor * learning_rate).toPrecision(3)))
    .filter((rate) => isAdvisable('learning_rate', rate) && isUntried(history, 'learning_rate', rate));
}

function cutShort(history: SweepHistory, best: Configuration): readonly Advice[] {
  const [epochs, patience = 0] = [numberIn(best.config, 'epochs'), numberIn(best.config, 'patience')];
  if (epochs === undefined) return [];
  const late = best.runs.filter(
    ({ stoppedBy, chosenEpoch }) => stoppedBy === 'epochs' && chosenEpoch > 0.8 * epochs,
  ).length;
  const word = epochWord([best.config]);
  const more = Math.min(MOST_EPOCHS, epochs < 30 ? 30 : 2 * epochs);
  if (late <= best.runs.length / 2 || epochs >= MOST_EPOCHS || !isUntried(history, 'epochs', more)) return [];
  return [
    {
      id: 'more-epochs',
      title: `The best configuration was still improving when its ${word}s ended`,
      evidence: `${best.runs.length === 1 ? 'Its one seed' : `${late} of its ${best.runs.length} seeds`} chose ${word === 'epoch' ? 'an epoch' : 'a round'} in the last fifth of ${counted(epochs, word)}.`,
      action: `Raise epochs from ${epochs} to ${more}${patience > 0 ? '; patience stops runs that need fewer' : ''}.`,
      changes: [epochsChange(history, best, more)],
    },
  ];
}

function overfitting({ curves }: Findings, history: SweepHistory, best: Configuration): readonly Advice[] {
  const curve = curves.find(({ trialId }) => trialId === best.trialId);
  const last = curve?.points.at(-1);
  const stopped = best.runs.filter(({ stoppedBy }) => stoppedBy === 'patience').length;
  if (last === undefined || stopped <= best.runs.length / 2 || !isOfModel('mixup', best.config)) return [];
  if (last.trainAccuracy - last.accuracy < OVERFITTING) return [];
  if ([...(history.tried.get('mixup') ?? [])].some((value) => Number(value) > 0)) return [];
  return [
    {
      id: 'plateau',
      title: 'Validation stops improving while training still does',
      evidence: `In epoch ${last.epoch} accuracy is ${figure(last.trainAccuracy)} in training and ${figure(last.accuracy)} in validation; patience stopped ${stopped} of ${counted(best.runs.length, 'seed')}.`,
      action: 'Try mixup, which makes memorising harder.',
      changes: [axisChange('mixup', [...gridValues(history, 'mixup'), 0.2])],
    },
  ];
}
