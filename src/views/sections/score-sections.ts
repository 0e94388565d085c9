import type { ScoreReport } from '../../analysis/shown/score-report.js';
import { METRIC_NAMES } from '../../metric.js';
import { counted } from '../../wording/counted.js';
import { classTable } from './class-table.js';
import type { Section } from './section.js';

/** Scores of labelled rows as sections. */
export function scoreSections({ rows, metrics, classes, notes }: ScoreReport): readonly Section[] {
  const known = METRIC_NAMES.filter((name) => !Number.isNaN(metrics[name]));
  return [
    {
      heading: `Scores of ${counted(rows, 'row')}`,
      table: { columns: ['metric', 'value'], rows: known.map((name) => [name, metrics[name]]) },
      notes,
    },
    { heading: 'Classes', table: classTable(classes, 4), notes: [] },
  ];
}
