// STAND-IN: just enough for the tests of commands. The reader of answers takes its place.
import type { SharedDataset } from '../../data/dataset.js';
import { UserError } from '../../errors.js';
import { METRIC_NAMES } from '../../metric.js';
import type { EpochRecord, MetricValues } from '../../sweep.js';
import type { SplitOutput, TrainedRun } from '../trainer.js';

/** What a program has answered by its end. */
export type Answer = Pick<
  TrainedRun,
  'epochs' | 'chosenEpoch' | 'stoppedBy' | 'validation' | 'test' | 'told'
>;

interface Line {
  readonly epoch?: number;
  readonly train_loss?: number;
  readonly validation?: { readonly predictions: readonly number[] };
  readonly test?: { readonly predictions: readonly number[] };
  readonly error?: string;
  readonly final?: boolean;
}

/** Reads the lines of a report. */
export class AnswerReader {
  readonly #epochs: EpochRecord[] = [];
  #result: Line | undefined;

  constructor(readonly expected: { readonly dataset: SharedDataset | undefined; readonly folder: string }) {}

  take(line: string): EpochRecord | undefined {
    const read = parsed(line);
    if (read.error !== undefined) throw read.final ? new UserError(read.error) : new Error(read.error);
    if (this.#result !== undefined) throw new UserError('a line follows the result');
    if (read.validation !== undefined) {
      this.#result = read;
      return undefined;
    }
    const record = epochRecord(read);
    this.#epochs.push(record);
    return record;
  }

  async end(): Promise<Answer> {
    if (this.#result === undefined) throw new UserError('the program ended without a result');
    return {
      epochs: this.#epochs,
      chosenEpoch: this.#epochs.length,
      stoppedBy: 'epochs',
      validation: output(this.#result.validation),
      test: output(this.#result.test),
    };
  }
}

function parsed(line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (error) {
    throw new UserError(`a line of the report is no JSON object: ${line.slice(0, 80)}`, { cause: error });
  }
}

function epochRecord({ epoch = 0, train_loss = Number.NaN }: Line): EpochRecord {
  const validation = Object.fromEntries(METRIC_NAMES.map((name) => [name, Number.NaN])) as MetricValues;
  return { epoch, trainLoss: train_loss, trainAccuracy: Number.NaN, validationLoss: Number.NaN, validation };
}

function output(split: Line['validation']): SplitOutput {
  return { predictions: Uint16Array.from(split?.predictions ?? []) };
}
