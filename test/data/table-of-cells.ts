import type { Dataset } from '../../src/data/dataset.js';
import type { DataSpec } from '../../src/spec/data-spec.js';
import { loadFiles } from './table-folder.js';

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** A table with the cells as its column `x`, a counting column `i` and classes a and b by turns; not normalised. */
export function ofCells(cells: readonly string[], spec: Partial<DataSpec> = {}): Promise<Dataset> {
  const lines = cells.map((cell, i) => `${quoted(cell)},${i + 0.5},${'ab'[i % 2]}`);
  return loadFiles({ 't.csv': ['x,i,class', ...lines].join('\n') }, { normalize: 'none', ...spec });
}

/** A table with the labels as its last column. */
export function ofLabels(labels: readonly string[], spec: Partial<DataSpec> = {}): Promise<Dataset> {
  const lines = labels.map((label, i) => `${i + 0.5},${quoted(label)}`);
  return loadFiles({ 't.csv': ['i,class', ...lines].join('\n') }, spec);
}

/** So many values of a function of the row. */
export function rows<Value>(count: number, of: (row: number) => Value): Value[] {
  return Array.from({ length: count }, (_, row) => of(row));
}
