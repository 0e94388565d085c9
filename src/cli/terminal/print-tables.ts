import type { Rows } from '../../store/store.js';
import type { Terminal } from '../../views/render-report.js';
import type { RowFormat } from '../../views/rows.js';
import type { Section } from '../../views/sections/section.js';
import { coloursOf } from './colours.js';
import { print, printPainted, terminalWidth } from './print.js';

/** Writes sections to stdout; on a terminal as wide as it is, and in its colours. */
export async function printSections(sections: readonly Section[], format: 'table' | 'md'): Promise<void> {
  const { renderSections } = await import('../../views/render-report.js');
  printPainted(renderSections(sections, format, terminal()));
}

/** Writes rows to stdout, a table as wide as the terminal. */
export async function printRows(rows: Rows, format: RowFormat): Promise<void> {
  if (format === 'table') {
    const { textTable } = await import('../../views/text/text-table.js');
    printPainted(textTable(rows, { width: terminalWidth() }));
  } else {
    const { renderRows } = await import('../../views/rows.js');
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
