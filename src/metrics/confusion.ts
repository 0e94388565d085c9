import { UserError } from '../errors.js';
import { requireClasses } from '../loss/loss-arguments.js';

/** Counts classes × classes, row-major: true class by row, predicted by column. Throws UserError for what is no class. */
export function confusionMatrix(
  targets: ArrayLike<number>,
  predictions: ArrayLike<number>,
  classes: number,
): Uint32Array {
  if (predictions.length !== targets.length) {
    throw new UserError(`there are ${predictions.length} for ${targets.length} targets`, {
      where: 'predictions',
      fix: 'Give one for each row.',
    });
  }
  requireClasses(targets, classes, 'targets');
  requireClasses(predictions, classes, 'predictions');
  const confusion = new Uint32Array(classes * classes);
  for (let row = 0; row < targets.length; row++) {
    const cell = (targets[row] as number) * classes + (predictions[row] as number);
    confusion[cell] = (confusion[cell] as number) + 1;
  }
  return confusion;
}

/** Row sums (rows of each true class), column sums (of each predicted class), diagonal and total of a confusion matrix. */
export function marginals(confusion: Uint32Array) {
  const classes = Math.sqrt(confusion.length);
  const truth = new Float64Array(classes);
  const predicted = new Float64Array(classes);
  const hits = new Float64Array(classes);
  let total = 0;
  for (let row = 0; row < classes; row++) {
    let ofRow = 0;
    for (let column = 0; column < classes; column++) {
      const count = confusion[row * classes + column] as number;
      predicted[column] = (predicted[column] as number) + count;
      ofRow += count;
    }
    truth[row] = ofRow;
    hits[row] = confusion[row * classes + row] as number;
    total += ofRow;
  }
  return { classes, truth, predicted, hits, total };
}
