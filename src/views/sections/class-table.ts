import type { ClassMetrics } from '../../sweep.js';
import { figure } from '../../wording/numbers.js';
import type { Section } from './section.js';

interface ClassNames {
  readonly classNames: readonly string[];
  readonly rareClasses: readonly number[];
}

/** Metrics per class; of a class without rows there are none. */
export function classTable(
  { classNames, rareClasses }: ClassNames,
  classes: readonly ClassMetrics[],
  digits: number,
): NonNullable<Section['table']> {
  return {
    columns: ['class', 'rare', 'support', 'precision', 'recall', 'f1'],
    rows: classes.map(({ support, precision, recall, f1 }, index) => [
      classNames[index] ?? String(index),
      rareClasses.includes(index) ? 'rare' : '',
      support,
      ...[precision, recall, f1].map((value) => (support === 0 ? null : figure(value, digits))),
    ]),
  };
}
