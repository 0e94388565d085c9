import type { Terminal } from '../report/render-report.js';
import type { RowFormat } from '../report/rows.js';
import type { Section } from '../report/section.js';
import type { Rows } from '../store/store.js';
import { coloursOf } from './colours.js';
import { print, printPainted, terminalWidth } from './print.js';

/** Writes sections to stdout; on a terminal as wide as it is, and in its colours. */
export async function printSections(sections: readonly Section[], format: 'table' | 'md'): Promise<void> {
  const { renderSections } = await import('../report/render-report.js');
  printPainted(renderSections(sections, format, terminal()));
}

/** Writes rows to stdout, a table as wide as the terminal. */
export async function printRows(rows: Rows, format: RowFormat): Promise<void> {
  if (format === 'table') {
    const { textTable } = await import('../report/text-table.js');
    printPainted(textTable(rows, { width: terminalWidth() }));
  } else {
    const { renderRows } = await import('../report/rows.js');
    print(renderRows(rows, format));
  }
}

/** Standard output as tables see it. */
export function terminal(): Terminal {
  const { bold, green, red, isColorSupported } = coloursOf(process.stdout);
  return {
    width: terminalWidth(),
    paint: isColorSupported ? { bold, better: green, worse: red } : undefined,
  };
}
