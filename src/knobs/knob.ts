import { z } from 'zod';

/** How a column's values compare: as numbers, as text, as α (both, or JSON), or as the JSON text of a list. */
export type ColumnKind = 'number' | 'text' | 'alpha' | 'list';

/** Everything that is to be known of a knob. */
export interface Knob<Schema extends z.ZodType = z.ZodType> {
  /** Its limits; the description is the text of the spec reference. */
  readonly schema: Schema;
  /** What it is when the spec does not say. */
  readonly default: z.output<Schema>;
  /** Its column in the views of the database. */
  readonly column: { readonly kind: ColumnKind; readonly text: string };
  /** Where the spec has it as a constant. */
  readonly section: 'model' | 'train';
  /** Every configuration recorded before a `later` knob came had its default, and keeps its identity. */
  readonly since: 'first release' | 'later';
  /** Training looks at it only under these values of another knob. */
  readonly counts?: { readonly under: string; readonly values: readonly unknown[] };
  /** Part of the loss: its value in plain cross-entropy, and its sign in texts. */
  readonly plain?: { readonly value: z.output<Schema>; readonly sign: string };
  /** How far advice goes with it. */
  readonly advised?: { readonly lowest: number; readonly highest: number };
}

/** Whether a knob has whole numbers only. */
export function isWhole({ schema }: Knob): boolean {
  return schema instanceof z.ZodNumber && schema.isInt;
}

/** A row of the table, its default checked against its schema. */
export function knob<Schema extends z.ZodType>(row: Knob<Schema>): Knob<Schema> {
  return row;
}
