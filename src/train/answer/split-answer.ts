import type { SplitOutput } from '../trainer.js';
import type { ClassReader } from './class-indices.js';
import { toldLogits, toldProbabilities, wrongRows } from './class-scores.js';
import { oneColumn } from './told-labels.js';
import { type Fields, metricsAlone } from './told-metrics.js';
import { headerBesideRows, readGiven } from './values/given-values.js';
import { quoted, wrongAnswer } from './wrong-answer.js';

/** The keys of a split that say something of every row. */
export const ROW_KEYS = ['predictions', 'probabilities', 'logits'] as const;

/** What the rows of a split must fit. */
export interface AnsweredSplit {
  readonly name: 'validation' | 'test';
  readonly rows: number;
  readonly reader: ClassReader;
  /** Where paths of files start. */
  readonly folder: string;
}

/** Whether a split tells something of every row. */
export function tellsRows(fields: Fields): boolean {
  return ROW_KEYS.some((key) => isTold(fields, key));
}

/** Whether a key has a value. */
export function isTold(fields: Fields, key: string): boolean {
  return (fields[key] ?? null) !== null;
}

/** The output of a split that tells predictions, probabilities or logits. */
export async function readRows(fields: Fields, split: AnsweredSplit): Promise<SplitOutput> {
  const { name, rows, reader, folder } = split;
  const shape = { rows, classNames: reader.names };
  const given = (key: string) => readGiven(fields[key], `${name}.${key}`, folder);
  return {
    ...(isTold(fields, 'predictions') && { predictions: await readPredictions(fields, split) }),
    ...(isTold(fields, 'probabilities') && {
      probabilities: toldProbabilities(await given('probabilities'), shape),
    }),
    ...(isTold(fields, 'logits') && { logits: toldLogits(await given('logits'), shape) }),
    ...readLoss(fields, name),
  };
}

async function readPredictions(
  fields: Fields,
  { name, rows, reader, folder }: AnsweredSplit,
): Promise<Uint16Array> {
  const given = await readGiven(fields.predictions, `${name}.predictions`, folder);
  const values = oneColumn(given.table(headerBesideRows(rows)), given.where);
  if (values.values.length !== rows) throw wrongRows(values.values.length, rows, given.where);
  return reader.read(values, given.where);
}

/** The output of a split that tells metrics alone. */
export function readMetricsAlone(fields: Fields, name: 'validation' | 'test'): SplitOutput | undefined {
  const metrics = metricsAlone(fields, name);
  return metrics && { metrics, ...readLoss(fields, name) };
}

function readLoss(fields: Fields, name: string): { readonly loss?: number } {
  const loss = fields.loss ?? undefined;
  if (loss === undefined) return {};
  if (typeof loss === 'number' && Number.isFinite(loss)) return { loss };
  const what = typeof loss === 'number' ? 'not finite (NaN or infinite)' : `${quoted(loss)}, not a number`;
  throw wrongAnswer(name, `\`loss\` is ${what}`);
}
