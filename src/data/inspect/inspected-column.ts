import { type Column, flatCodes } from '../read/table.js';

/** A column of a table that nothing is known of yet. */
export interface InspectedColumn {
  readonly name: string;
  /** From 0 on. */
  readonly place: number;
  readonly column: Column;
  readonly rows: number;
  /** How many different values it has, missing ones apart. */
  readonly distinct: number;
  /** Rows without a value, or with a word for one. */
  readonly missing: number;
  /** Rows without any text. */
  readonly empty: number;
  /** Neither numbers nor few enough texts to be categories. */
  readonly hasTooMany: boolean;
  /** Its numbers can be read in two ways. */
  readonly isAmbiguous: boolean;
  /** Its numbers are written with a decimal comma. */
  readonly hasDecimalComma: boolean;
  /** Of numbers. */
  readonly range?: NumberRangeFound;
  /** What it is as a label, where words for a missing value are classes; only where it has such words and may be one. */
  readonly asLabel?: Pick<InspectedColumn, 'column' | 'distinct'>;
}

/** What the numbers of a column are. */
export interface NumberRangeFound {
  readonly least: number;
  readonly most: number;
  readonly areWhole: boolean;
}

/** A table that was read without a spec. */
export interface InspectedTable {
  readonly rowCount: number;
  readonly columns: readonly InspectedColumn[];
  /** PART of every row as the files say. */
  readonly parts: Uint8Array;
}

/** A column of numbers with more different values is a quantity. */
const MOST_NUMBERS = 100;
const MOST_FRACTIONS = 20;

/** Whether a column measures something, and so is no label. */
export function isQuantity({ range, distinct }: Pick<InspectedColumn, 'range' | 'distinct'>): boolean {
  return range !== undefined && distinct > (range.areWhole ? MOST_NUMBERS : MOST_FRACTIONS);
}

/** The numbers of a column in one array; NaN is missing. */
export function flatNumbers({ chunks }: Extract<Column, { kind: 'numeric' }>): Float64Array {
  const values = new Float64Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let from = 0;
  for (const chunk of chunks) {
    values.set(chunk, from);
    from += chunk.length;
  }
  return values;
}

/** A code for every row, from 0 on by first occurrence; −1 for missing values. */
export function valueCodes(column: Column): Int32Array {
  if (column.kind === 'categorical') return flatCodes(column);
  const codeOf = new Map<number, number>();
  return Int32Array.from(flatNumbers(column), (value) => {
    if (Number.isNaN(value)) return -1;
    const known = codeOf.get(value);
    if (known !== undefined) return known;
    codeOf.set(value, codeOf.size);
    return codeOf.size - 1;
  });
}

/** How many rows have each code. */
export function codeCounts(codes: Int32Array, count: number): Int32Array {
  const counts = new Int32Array(count);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  return counts;
}
