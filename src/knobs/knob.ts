import { z } from 'zod';
import type { ColumnKind } from '../where/column-kind.js';

/** A setting of a configuration. */
export interface Knob<Schema extends z.ZodType = z.ZodType> {
  /** The valid values; the description is the text of the spec reference. */
  readonly schema: Schema;
  /** The value if the spec does not set it. */
  readonly default: z.output<Schema>;
  /** Its column in the views of the database. */
  readonly column: { readonly kind: ColumnKind; readonly text: string };
  /** The section of the spec that sets it as a constant. */
  readonly section: 'data' | 'model' | 'train';
  /** Configurations recorded before a `later` knob was added have its default and keep their identity. */
  readonly since: 'first release' | 'later';
  /** Training uses it only with these values of another knob. */
  readonly counts?: { readonly under: string; readonly values: readonly unknown[] };
  /** For knobs of the loss: the value in plain cross-entropy, and the symbol in texts. */
  readonly plain?: { readonly value: z.output<Schema>; readonly sign: string };
  /** The limits of advice on it. */
  readonly advised?: { readonly lowest: number; readonly highest: number };
}

/** When knobs count that only networks use, and those that only trees use. */
export const OF_NETWORKS = { under: 'model', values: ['mlp'] };
export const OF_TREES = { under: 'model', values: ['trees'] };

/** Whether a knob has only whole numbers. */
export function isWhole({ schema }: Knob): boolean {
  return schema instanceof z.ZodNumber && schema.isInt;
}

/** A row of the table, its default checked against its schema. */
export function knob<Schema extends z.ZodType>(row: Knob<Schema>): Knob<Schema> {
  return row;
}
