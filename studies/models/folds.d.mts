import type { DataSpec } from '../../dist/spec/data-spec.js';

interface Table {
  readonly name: string;
  readonly data: DataSpec;
  readonly folds?: number;
}
export function foldsOf(table: Table, folder: string): readonly DataSpec[];
