import { knobRow } from '../../knobs/knobs.js';
import type { ParameterValue } from '../../program.js';
import { type CellValue, knobCell } from '../../where/cells.js';
import { RUN_COLUMNS, type ViewColumn } from './view-columns.js';

/** The columns of `runs_wide`, then parameters that only programs know: they compare as α does, numbers and texts. */
export function runColumns(own: readonly string[]): readonly ViewColumn[] {
  const columns = own.map(
    (column): ViewColumn => ({
      view: 'runs_wide',
      column,
      kind: 'alpha',
      description: 'a parameter that only programs know',
    }),
  );
  return [...RUN_COLUMNS, ...columns];
}

/** Names in configurations of programs that are no knobs, in order. */
export function ownNames(configs: readonly object[]): readonly string[] {
  const names = new Set(configs.flatMap((config) => Object.keys(config)));
  return [...names].filter((name) => knobRow(name) === undefined).toSorted();
}

/** A parameter as a cell. */
export function ownCell(config: object, name: string): CellValue {
  const value = (config as Readonly<Record<string, ParameterValue | undefined>>)[name] ?? null;
  return value === null ? null : knobCell(value);
}
