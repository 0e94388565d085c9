import type { ClassRow } from '../../analysis/shown/run-report.js';
import { figure } from '../../wording/numbers.js';
import type { Section } from './section.js';

/** Metrics per class; a class without rows has none. */
export function classTable(classes: readonly ClassRow[], digits: number): NonNullable<Section['table']> {
  return {
    columns: ['class', 'rare', 'support', 'precision', 'recall', 'f1'],
    rows: classes.map(({ name, rare, support, precision, recall, f1 }) => [
      name,
      rare ? 'rare' : '',
      support,
      ...[precision, recall, f1].map((value) => (support === 0 ? null : figure(value, digits))),
    ]),
  };
}
