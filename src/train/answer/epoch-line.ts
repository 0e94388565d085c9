import type { EpochRecord } from '../../sweep.js';
import { type Fields, optionalNumber, toldMetrics } from './told-metrics.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** The record of an epoch; what the program has not told is NaN. `last` is the epoch before, 0 at first. */
export function epochRecord(fields: Fields, last: number, where: string): EpochRecord {
  const { epoch } = fields;
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 1) {
    throw wrongAnswer(where, `\`epoch\` is ${quoted(epoch)}`, 'Epochs are whole numbers and count from 1.');
  }
  if (epoch <= last) {
    throw wrongAnswer(
      where,
      `epoch ${epoch} comes after epoch ${last}`,
      'Every epoch is told once, and epochs count up.',
    );
  }
  return {
    epoch,
    trainLoss: optionalNumber(fields, 'train_loss', where),
    trainAccuracy: optionalNumber(fields, 'train_accuracy', where),
    validationLoss: optionalNumber(fields, 'validation_loss', where),
    validation: toldMetrics(fields, where),
  };
}
