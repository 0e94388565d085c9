import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SharedDataset } from '../../../src/data/dataset.js';
import { UserError } from '../../../src/errors.js';
import type { ToldLabels } from '../../../src/sweep.js';
import { datasetOf } from '../../../src/testing/small-dataset.js';
import { type Answer, AnswerReader } from '../../../src/train/answer/answer.js';
import { rejection } from '../../thrown.js';

/** Twenty rows of which four are for validation and four for test; classes in the order that is given. */
export function dataOf(classNames: readonly string[]): SharedDataset {
  const labels = Array.from({ length: 20 }, (_, row) => row % classNames.length);
  const features = labels.map((label, row) => [label, row]);
  return { ...datasetOf({ features, labels, classes: classNames.length }, true), classNames };
}

/** The dataset that later runs get where the first one told these labels. */
export function datasetOfLabels({ classNames, validation, test }: ToldLabels): SharedDataset {
  const labels = Int32Array.of(...validation, ...test);
  const rows = labels.map((_, row) => row);
  return {
    ...datasetOf({ features: [[]], labels: [0], classes: 1 }),
    classNames,
    labels,
    rowCount: labels.length,
    featureCount: 0,
    split: {
      train: new Int32Array(0),
      validation: rows.subarray(0, validation.length),
      test: rows.subarray(validation.length),
    },
  };
}

/** A folder that is gone after the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'focalsweep-answer-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What lines give. */
export function answerTo(
  dataset: SharedDataset | undefined,
  lines: readonly (string | object)[],
  folder = '/nowhere',
): Promise<Answer> {
  const reader = new AnswerReader({ dataset, folder, runFolder: folder });
  for (const line of lines) reader.take(typeof line === 'string' ? line : JSON.stringify(line));
  return reader.end();
}

/** The message of the UserError with which lines are refused, with its fix behind it. */
export async function refusal(
  dataset: SharedDataset | undefined,
  lines: readonly (string | object)[],
  folder?: string,
): Promise<string> {
  return saidBy(await rejection(async () => answerTo(dataset, lines, folder)));
}

/** What a UserError says; anything else says that it is none. */
export function saidBy(error: unknown): string {
  if (!(error instanceof UserError)) return `no UserError: ${error}`;
  return error.fix === undefined ? error.message : `${error.message} | ${error.fix}`;
}

/** Both splits by one file. */
export const byFile = (key: string, path: string) => ({ validation: { [key]: path }, test: { [key]: path } });

/** The bytes that numpy.save writes for a plain array. */
export function npy(descr: string, shape: readonly number[], values: Uint8Array, fortran = false): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')},), }`;
  const header = `${text}${' '.repeat(63 - ((text.length + 10) % 64))}\n`;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([start, Buffer.from(header), values]);
}
/** The bytes of an array. */
export const bytesOf = (values: Int32Array | Float32Array | Float64Array): Buffer =>
  Buffer.from(values.buffer);
