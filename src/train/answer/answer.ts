import { UserError } from '../../errors.js';
import type { EpochRecord } from '../../sweep.js';
import { counted } from '../../wording/counted.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { TrainedRun } from '../trainer.js';
import { type ExpectedSplits, readSplits } from './answered-splits.js';
import { epochRecord } from './epoch-line.js';
import { parseJsonLine } from './json-line.js';
import { type ExpectedFile, readHandedFile } from './model-file-answer.js';
import { toldClasses } from './told-labels.js';
import { type Fields, isFields } from './told-metrics.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** What a program answers: the part of a trained run that it decides. */
export type Answer = Pick<
  TrainedRun,
  'epochs' | 'chosenEpoch' | 'stoppedBy' | 'validation' | 'test' | 'told' | 'handedFile'
>;

/** What an answer must fit, and where its files are. */
export type ExpectedAnswer = ExpectedSplits & ExpectedFile;

/** Reads the report of a program, line by line. */
export class AnswerReader {
  /** The epochs so far. */
  readonly epochs: EpochRecord[] = [];
  private lines = 0;
  /** The line that ends the report: the result, or the program's own error. */
  private last: { readonly line: number; readonly fields: Fields } | undefined;

  constructor(private readonly expected: ExpectedAnswer) {}

  /** Takes the next line, without its end; gives the epoch that it tells. Throws UserError for a line that is wrong here. */
  take(line: string): EpochRecord | undefined {
    this.lines++;
    const where = `line ${this.lines} of the report`;
    const text = line.replace(/^\ufeff/, '').trim();
    if (text === '') return undefined;
    if (this.last !== undefined) {
      const what = 'error' in this.last.fields ? 'the error' : 'the result';
      throw wrongAnswer(where, `it comes after ${what}, which is in line ${this.last.line}`, RESULT_FIX);
    }
    const fields = readFields(text, where);
    if (typeof fields.error === 'string' || isFields(fields.validation) || isFields(fields.test)) {
      this.last = { line: this.lines, fields };
      return undefined;
    }
    if (!Object.hasOwn(fields, 'epoch')) throw unknownLine(fields, where);
    const epoch = epochRecord(fields, this.epochs.at(-1)?.epoch ?? 0, where);
    this.epochs.push(epoch);
    return epoch;
  }

  /** Whether the line is there that ends a report. */
  get isWhole(): boolean {
    return this.last !== undefined;
  }

  /** What the program itself says of its failure; undefined if it says nothing. */
  get ownFailure(): Error | undefined {
    const { fields } = this.last ?? {};
    return typeof fields?.error === 'string' ? ownError(fields.error, fields.final === true) : undefined;
  }

  /** The answer, after the last line. Rejects with UserError, or with the program's own error if that may be another one next time. */
  async end(): Promise<Answer> {
    if (this.last === undefined) {
      const found =
        this.lines === 0 ? 'the report is empty' : `the report has ${counted(this.lines, 'line')}`;
      throw new UserError(`there is no result: ${found}, and none has \`validation\` and \`test\``, {
        fix: RESULT_FIX,
      });
    }
    const { fields, line } = this.last;
    if (this.ownFailure !== undefined) throw this.ownFailure;
    return answerOf(fields, this.epochs, this.expected).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(`line ${line} of the report: ${error.message}`, {
        fix: error.fix,
        cause: error.cause,
      });
    });
  }
}

const FORM = '`{"validation": {"predictions": […]}, "test": {"predictions": […]}}`';
const RESULT_FIX = `The last line of a report is ${FORM}.`;
/** Modules write no report. */
const FORM_FIX = `A result is ${FORM}.`;

function ownError(text: string, isFinal: boolean): Error {
  const message = text.trim() === '' ? 'the program says that it failed' : text;
  return isFinal ? new UserError(message) : new Error(message);
}

function readFields(text: string, where: string): Fields {
  let value: unknown;
  try {
    value = parseJsonLine(text);
  } catch (error) {
    const isHalf = text.startsWith('{') && !text.endsWith('}');
    const what = isHalf ? 'it is half a line of JSON' : 'it is no JSON';
    throw wrongAnswer(
      where,
      `${what}: ${quoted(text)} (${(error as Error).message.slice(0, 100)})`,
      LINE_FIX,
    );
  }
  if (isFields(value)) return value;
  throw wrongAnswer(where, `it is ${quoted(value)}, not a JSON object`, LINE_FIX);
}

const LINE_FIX =
  'Every line of the report is a whole JSON object; whatever else a program prints belongs to stdout.';

function unknownLine(fields: Fields, where: string): Error {
  if (Object.hasOwn(fields, 'error')) {
    const fix = 'Say why the run failed: `{"error": "out of memory"}`.';
    return wrongAnswer(where, `\`error\` is ${quoted(fields.error)}, not a text`, fix);
  }
  const split = ['validation', 'test'].find((key) => Object.hasOwn(fields, key));
  if (split !== undefined) return noSplit(split, fields[split], { where, fix: RESULT_FIX });
  const keys = ['epoch', 'validation', 'test', 'error'];
  const meant = Object.keys(fields).map((key) => didYouMean(key, keys));
  return wrongAnswer(
    where,
    `it has neither \`epoch\` nor \`validation\` and \`test\` nor \`error\`.${meant.find((text) => text !== '') ?? ''}`,
    LINE_FIX,
  );
}

/** The answer that a result makes, after the epochs that were told. Rejects with UserError for a wrong one. */
export async function answerOf(
  result: unknown,
  epochs: readonly EpochRecord[],
  expected: ExpectedAnswer,
): Promise<Answer> {
  if (!isFields(result)) throw wrongAnswer('the result', `it is ${quoted(result)}, not an object`, FORM_FIX);
  const { validation, test } = result;
  if (!isFields(validation)) throw noSplit('validation', validation);
  if (!isFields(test)) throw noSplit('test', test);
  const outputs = await readSplits({ validation, test }, toldClasses(result.classes), expected);
  const own = { epochs, chosenEpoch: chosenEpoch(result, epochs), stoppedBy: stoppedBy(result) };
  const handedFile = await readHandedFile(result.model, expected);
  return { ...own, ...outputs, ...(handedFile && { handedFile }) };
}

function noSplit(
  name: string,
  value: unknown,
  { where, fix } = { where: 'the result', fix: FORM_FIX },
): Error {
  const what = value === undefined ? 'is missing' : `is ${quoted(value)}, not an object`;
  return wrongAnswer(where, `\`${name}\` ${what}`, fix);
}

/** The epoch whose weights answer: the last one unless the program says it. Those before a restart may not have been told again. */
function chosenEpoch({ epoch }: Fields, epochs: readonly EpochRecord[]): number {
  const last = epochs.at(-1)?.epoch ?? 0;
  if (epoch === undefined || epoch === null) return last;
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 0) {
    throw wrongAnswer('the result', `\`epoch\` is ${quoted(epoch)}, not a whole number`);
  }
  if (epoch <= last) return epoch;
  throw wrongAnswer(
    'the result',
    `\`epoch\` is ${epoch}, and ${last === 0 ? 'no epoch was told' : `the last epoch that was told is ${last}`}`,
    'Name an epoch that was told, or leave it out.',
  );
}

function stoppedBy({ stopped_by: told = 'epochs' }: Fields): TrainedRun['stoppedBy'] {
  if (told === null) return 'epochs';
  if (told === 'epochs' || told === 'patience') return told;
  throw wrongAnswer('the result', `\`stopped_by\` is ${quoted(told)}, not "epochs" or "patience"`);
}
