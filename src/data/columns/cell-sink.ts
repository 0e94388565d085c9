/** The reader's position, which all sinks of a table share. */
export interface Cursor {
  file: string;
  /** `line` of a text file, `row` of a Parquet file; from 1. */
  line: number;
}

/** Takes the cells of a column, row by row. */
export interface CellSink {
  /** Adds a cell of a text file. */
  add(text: string): void;
  /** Adds a cell of a typed file. */
  addValue(value: unknown): void;
}

/** One sink for several uses of a column; undefined for none. */
export function joinSinks(sinks: readonly CellSink[]): CellSink | undefined {
  if (sinks.length < 2) return sinks[0];
  return {
    add: (text) => {
      for (const sink of sinks) sink.add(text);
    },
    addValue: (value) => {
      for (const sink of sinks) sink.addValue(value);
    },
  };
}
