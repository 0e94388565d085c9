import type { TableFormat } from '../../tables/table-file.js';
import type { ByteSink } from './byte-sink.js';

/** What a block of rows is predicted to be. */
export interface PredictedRows {
  readonly rows: number;
  /** Class of each row. */
  readonly predictions: Uint16Array;
  /** Class after class, the probability of each row. */
  readonly probabilities: Float64Array;
  /** The file of a row. */
  readonly fileOf: (row: number) => string;
}

/** Writes predictions row by row, in the order of the input. */
export interface PredictionWriter {
  write(block: PredictedRows): Promise<void>;
  /** Writes what is left; a file has its name only then. */
  finish(): Promise<void>;
  /** Removes what was written to a file. */
  abandon(): void;
}

export const PREDICTION_FORMATS = ['csv', 'ndjson', 'parquet'] as const satisfies readonly (
  | TableFormat
  | 'ndjson'
)[];
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

/** What is written of a row beside its class and the probability of that class. */
export interface PredictionLayout {
  readonly classNames: readonly string[];
  /** The probability of every class. */
  readonly probabilities: boolean;
  /** The file that a row is of. */
  readonly files: boolean;
}

/** Names of the columns, those of classes as `probability_<class>`. */
export function predictionColumns({ classNames, probabilities, files }: PredictionLayout) {
  const text = (name: string) => ({ name, type: 'text' as const });
  const real = (name: string) => ({ name, type: 'real' as const });
  return [
    ...(files ? [text('file')] : []),
    text('prediction'),
    real('probability'),
    ...(probabilities ? classNames.map((name) => real(`probability_${name}`)) : []),
  ];
}

/** A writer of lines of text to a sink. */
export function textWriter(
  sink: ByteSink,
  format: 'csv' | 'ndjson',
  layout: PredictionLayout,
): PredictionWriter {
  const lines = format === 'csv' ? csvLines(layout) : ndjsonLines(layout);
  let isBegun = false;
  const begin = async (): Promise<void> => {
    if (!isBegun && lines.head !== '') await sink.write(lines.head);
    isBegun = true;
  };
  return {
    async write(block) {
      await begin();
      await sink.write(lines.of(block));
    },
    async finish() {
      await begin();
      await sink.finish();
    },
    abandon: () => sink.abandon(),
  };
}

interface Lines {
  readonly head: string;
  of(block: PredictedRows): string;
}

function csvLines(layout: PredictionLayout): Lines {
  const names = layout.classNames.map(csvText);
  return {
    head: `${predictionColumns(layout)
      .map(({ name }) => csvText(name))
      .join(',')}\n`,
    of: (block) => {
      const { rows, predictions, probabilities } = block;
      let text = '';
      for (let row = 0; row < rows; row++) {
        const cls = predictions[row] as number;
        if (layout.files) text += `${csvText(block.fileOf(row))},`;
        text += `${names[cls]},${shortNumber(probabilities[cls * rows + row] as number)}`;
        if (layout.probabilities) {
          for (let at = row; at < probabilities.length; at += rows) {
            text += `,${shortNumber(probabilities[at] as number)}`;
          }
        }
        text += '\n';
      }
      return text;
    },
  };
}

function ndjsonLines(layout: PredictionLayout): Lines {
  const names = layout.classNames.map((name) => JSON.stringify(name));
  return {
    head: '',
    of: (block) => {
      const { rows, predictions, probabilities } = block;
      const lines: string[] = [];
      for (let row = 0; row < rows; row++) {
        const cls = predictions[row] as number;
        const shares = names.map(
          (name, own) => `${name}:${shortNumber(probabilities[own * rows + row] as number)}`,
        );
        lines.push(
          `{${layout.files ? `"file":${JSON.stringify(block.fileOf(row))},` : ''}"prediction":${names[cls]},"probability":${shortNumber(
            probabilities[cls * rows + row] as number,
          )}${layout.probabilities ? `,"probabilities":{${shares.join(',')}}` : ''}}\n`,
        );
      }
      return lines.join('');
    },
  };
}

/** Seven digits after the point, or five that count: float32 logits give no more. */
function shortNumber(probability: number): string {
  const rounded =
    probability >= 1e-3 ? Math.round(probability * 1e7) / 1e7 : Number(probability.toPrecision(5));
  return String(rounded);
}

function csvText(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
