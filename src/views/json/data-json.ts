import type { DataReport } from '../../analysis/data/data-summary.js';
import { snakeKeys } from './snake-keys.js';

/** A table for scripts. */
export function dataJson(data: DataReport) {
  const { classNames, rowCount, featureCount, fingerprint, rareNames, featureNames, support } = data;
  const { groups: _rows, ...card } = data.card;
  return snakeKeys({
    ...card,
    warnings: card.warnings ?? [],
    rows: rowCount,
    features: featureCount,
    featureNames,
    fingerprint,
    classes: classNames,
    rareClasses: rareNames,
    support,
    detectableRareRecallDifference: data.detectableDifference,
  });
}
