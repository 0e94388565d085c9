import type { SharedDataset } from '../../data/dataset.js';
import { METRIC_NAMES } from '../../metric.js';
import { didYouMean } from '../../wording/did-you-mean.js';
import type { TrainedRun } from '../trainer.js';
import { ClassReader } from './class-indices.js';
import { isTold, ROW_KEYS, readMetricsAlone, readRows, tellsRows } from './split-answer.js';
import { type AnswerSplits, readToldLabels } from './told-labels.js';
import type { Fields } from './told-metrics.js';
import { wrongAnswer } from './wrong-answer.js';

/** What the splits of an answer must fit. */
export interface ExpectedSplits {
  /**
   * With features: the data of the spec. Without features: the labels that the first run of a sweep told, or no classes where it told
   * metrics alone. Undefined for the first run of a sweep without data.
   */
  readonly dataset: SharedDataset | undefined;
  /** Where relative paths of files start. */
  readonly folder: string;
}

/** What an answer says of both splits. */
export type AnsweredSplits = Pick<TrainedRun, 'validation' | 'test' | 'told'>;

/** The outputs of both splits, and the labels that a program with its own data tells. Rejects with UserError. */
export async function readSplits(
  splits: AnswerSplits,
  classes: readonly string[] | undefined,
  { dataset, folder }: ExpectedSplits,
): Promise<AnsweredSplits> {
  const { validation, test } = splits;
  const isOfRows = tellsRows(validation);
  if (isOfRows !== tellsRows(test)) {
    const [with_, without] = isOfRows ? ['validation', 'test'] : ['test', 'validation'];
    throw wrongAnswer(without as string, `there are no predictions, and \`${with_}\` has them`, ROWS_FIX);
  }
  if (!isOfRows) return readMetrics(splits, dataset);
  if (dataset?.classNames.length === 0) {
    throw wrongAnswer(
      'the result',
      'it has predictions, and the first run of the sweep told metrics alone',
      SAME_KIND_FIX,
    );
  }
  const hasData = dataset !== undefined && dataset.featureCount > 0;
  const labels = hasData ? undefined : await labelsOf(splits, classes, { dataset, folder });
  if (hasData) requireClasses(classes, dataset.classNames);
  const reader = labels?.reader ?? new ClassReader(dataset?.classNames ?? []);
  const rowsOf = (name: 'validation' | 'test') =>
    labels?.told[name].length ?? dataset?.split[name].length ?? 0;
  const read = (name: 'validation' | 'test') =>
    readRows(splits[name], { name, rows: rowsOf(name), reader, folder });
  return {
    validation: await read('validation'),
    test: await read('test'),
    ...(labels && { told: labels.told }),
  };
}

const ROWS_FIX = `Give ${ROW_KEYS.map((key) => `\`${key}\``).join(', ')} of both splits.`;
const SAME_KIND_FIX =
  'All runs of a sweep answer the same way; another sweep (`name:`) may answer otherwise.';

async function labelsOf(
  splits: AnswerSplits,
  classes: readonly string[] | undefined,
  expected: ExpectedSplits,
): ReturnType<typeof readToldLabels> {
  for (const name of ['validation', 'test'] as const) {
    if (isTold(splits[name], 'labels')) continue;
    throw wrongAnswer(
      name,
      'there are predictions without `labels`, and the spec has no `data:`',
      'Give the true class of every row as `labels`, beside the predictions of both splits.',
    );
  }
  return readToldLabels(splits, classes, expected);
}

/** With data, classes are those of the data, and a program with another order would mean other ones. */
function requireClasses(told: readonly string[] | undefined, classNames: readonly string[]): void {
  if (
    told === undefined ||
    (told.length === classNames.length && told.every((name, at) => name === classNames[at]))
  )
    return;
  throw wrongAnswer(
    'classes',
    'they are not those of the data, in their order',
    'Leave `classes` out, and use those of `data.classes`.',
  );
}

function readMetrics(splits: AnswerSplits, dataset: SharedDataset | undefined): AnsweredSplits {
  const validation = readMetricsAlone(splits.validation, 'validation');
  const test = readMetricsAlone(splits.test, 'test');
  if (validation === undefined) throw nothingKnown(splits.validation, 'validation');
  if (test === undefined) throw nothingKnown(splits.test, 'test');
  if (dataset === undefined || dataset.classNames.length === 0) return { validation, test };
  if (dataset.featureCount > 0) {
    throw wrongAnswer(
      'the result',
      'it has metrics alone, and the spec has `data:`, so the predictions are wanted',
      ROWS_FIX,
    );
  }
  throw wrongAnswer(
    'the result',
    'it has metrics alone, and the first run of the sweep told predictions',
    SAME_KIND_FIX,
  );
}

function nothingKnown(fields: Fields, name: string): Error {
  const known = [...ROW_KEYS, ...METRIC_NAMES];
  const meant = Object.keys(fields).map((key) => didYouMean(key, known));
  return wrongAnswer(
    name,
    `there are neither predictions nor metrics.${meant.find((text) => text !== '') ?? ''}`,
    ROWS_FIX,
  );
}
