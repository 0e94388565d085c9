import type { ClassRow } from '../../analysis/shown/run-report.js';
import { figure } from '../../wording/numbers.js';
import type { Section } from './section.js';

const RANKED = ['average_precision', 'roc_auc'];

/** Metrics per class; a class without rows has none. */
export function classTable(classes: readonly ClassRow[], digits: number): NonNullable<Section['table']> {
  const isRanked = classes.some(({ ranking }) => ranking !== undefined);
  return {
    columns: ['class', 'rare', 'support', 'precision', 'recall', 'f1', ...(isRanked ? RANKED : [])],
    rows: classes.map(({ name, rare, support, precision, recall, f1, ranking }) => [
      name,
      rare ? 'rare' : '',
      support,
      ...[precision, recall, f1].map((value) => (support === 0 ? null : figure(value, digits))),
      ...(isRanked ? [ranking?.averagePrecision, ranking?.rocAuc] : []).map((value) =>
        value === undefined ? null : figure(value, digits),
      ),
    ]),
  };
}
