import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, it } from 'vitest';
import type { SharedDataset } from '../../../src/data/dataset.js';
import { answerOf } from '../../../src/train/answer/answer.js';
import { answerTo, byFile, bytesOf, dataOf, npy, refusal, saidBy, testFolder } from './answer-cases.js';

const data = dataOf(['a', 'b', 'c']);

function written(name: string, content: string | Uint8Array): string {
  const folder = testFolder();
  writeFileSync(join(folder, name), content);
  return folder;
}

async function predictionsIn(name: string, content: string | Uint8Array, dataset: SharedDataset = data) {
  const answer = await answerTo(dataset, [byFile('predictions', name)], written(name, content));
  return [...(answer.validation.predictions ?? [])];
}

async function scoresIn(name: string, content: string | Uint8Array, dataset: SharedDataset = data) {
  const answer = await answerTo(dataset, [byFile('logits', name)], written(name, content));
  return [...(answer.test.logits ?? [])];
}

it.each([
  ['indices', '2\n0\n1\n0\n'],
  ['indices as numpy.savetxt writes them', '2.000000000000000000e+00\n0.0e+00\n1.0e+00\n0.0e+00\n'],
  ['names', 'c\na\nb\na\n'],
  ['names with a header', 'family\r\nc\r\na\r\nb\r\na\r\n'],
  ['indices with a header that is a number', '0\n2\n0\n1\n0\n'],
  ['quoted names', '"c"\n"a"\n"b"\n"a"'],
])('reads a CSV file of %s', async (_, text) => {
  expect(await predictionsIn('p.csv', text)).toEqual([2, 0, 1, 0]);
});

it('reads a .npy file of indices and of names', async () => {
  expect(await predictionsIn('p.npy', npy('<i4', [4], bytesOf(Int32Array.of(2, 0, 1, 0))))).toEqual([
    2, 0, 1, 0,
  ]);
  const names = bytesOf(Int32Array.from('caba', (letter) => letter.charCodeAt(0)));
  expect(await predictionsIn('p.NPY', npy('<U1', [4, 1], names))).toEqual([2, 0, 1, 0]);
});

it('reads a Parquet file of indices, big or small, and of names', async () => {
  const file = (list: unknown[], type: 'INT64' | 'INT32' | 'STRING') =>
    new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'prediction', data: list, type }] }));
  expect(await predictionsIn('p.parquet', file([2n, 0n, 1n, 0n], 'INT64'))).toEqual([2, 0, 1, 0]);
  expect(await predictionsIn('p.parquet', file([2, 0, 1, 0], 'INT32'))).toEqual([2, 0, 1, 0]);
  expect(await predictionsIn('p.parquet', file(['c', 'a', 'b', 'a'], 'STRING'))).toEqual([2, 0, 1, 0]);
  const numbers = dataOf(['2', '0', '1']);
  expect(await predictionsIn('p.parquet', file(['2', '0', '1', '1'], 'STRING'), numbers)).toEqual([
    0, 1, 2, 2,
  ]);
});

const LOGITS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
it('reads scores in C and in Fortran order, and from CSV with and without a header', async () => {
  expect(await scoresIn('s.npy', npy('<f4', [4, 3], bytesOf(Float32Array.from(LOGITS))))).toEqual(LOGITS);
  const columns = [0, 1, 2].flatMap((at) => [0, 1, 2, 3].map((row) => LOGITS[row * 3 + at] as number));
  expect(await scoresIn('s.npy', npy('<f8', [4, 3], bytesOf(Float64Array.from(columns)), true))).toEqual(
    LOGITS,
  );
  const lines = '1,2,3\n4,5,6\n7,8,9\n10,11,12\n';
  expect(await scoresIn('s.csv', lines)).toEqual(LOGITS);
  expect(await scoresIn('s.csv', `score 1,score 2,score 3\n${lines}`)).toEqual(LOGITS);
  expect(await scoresIn('s.csv', `0,1,2\n${lines}`)).toEqual(LOGITS);
  expect(await scoresIn('s.tsv', lines.replaceAll(',', '\t'))).toEqual(LOGITS);
});

it('orders columns by a header of class names, in CSV and Parquet', async () => {
  expect(await scoresIn('s.csv', 'c,a,b\n3,1,2\n6,4,5\n9,7,8\n12,10,11\n')).toEqual(LOGITS);
  const column = (at: number) => [0, 1, 2, 3].map((row) => LOGITS[row * 3 + at] as number);
  const columnData = [2, 0, 1].map((at) => ({
    name: 'abc'[at] as string,
    data: column(at),
    type: 'DOUBLE' as const,
  }));
  expect(await scoresIn('s.parquet', new Uint8Array(parquetWriteBuffer({ columnData })))).toEqual(LOGITS);
  const numbers = dataOf(['2', '0', '1']);
  expect(await scoresIn('s.csv', '1,2,0\n3,1,2\n6,4,5\n9,7,8\n12,10,11\n', numbers)).toEqual(LOGITS);
});

const LINES = '1,2,3\n4,5,6\n7,8,9\n10,11,12\n';
it.each<[string, string, string, string, RegExp]>([
  [
    'a class that is unknown',
    'predictions',
    'p.csv',
    'c\na\nB\na\n',
    /validation\.predictions, "p\.csv": row 3 is "B".*Did you mean "b"/,
  ],
  [
    'an index column',
    'predictions',
    'p.csv',
    ',0\n0,a\n1,b\n2,c\n3,a\n',
    /the file has 2 columns, and row 1 of column 2 has "a", not a number \| .*index=False/,
  ],
  [
    'two columns of numbers',
    'predictions',
    'p.csv',
    '0,1\n1,1\n2,2\n3,0\n',
    /there are 2 columns, and classes are one/,
  ],
  ['wrong rows', 'predictions', 'p.csv', 'a\nb\n', /there are 2 rows, and the split has 4/],
  [
    'a ragged line',
    'predictions',
    'p.csv',
    'a\nb,c\na\na\n',
    /"p\.csv": 2 fields where there should be 1 \(p\.csv:2\)/,
  ],
  ['no line', 'predictions', 'p.csv', '', /"p\.csv": the file is empty/],
  ['rubbish in it', 'predictions', 'p.csv', 'a\n\0\n', /a NUL byte/],
  [
    'a text for .npy',
    'predictions',
    'p.npy',
    'a\n',
    /validation\.predictions, "p\.npy": this is no \.npy file/,
  ],
  ['a text for Parquet', 'predictions', 'p.parquet', 'a\n', /"p\.parquet": the Parquet file cannot be read/],
  ['another ending', 'predictions', 'p.pkl', 'a\n', /not the path of a \.npy, \.csv or \.parquet file/],
  [
    'NaN among scores',
    'logits',
    's.csv',
    LINES.replace('5', 'nan'),
    /row 2 of column 2 has "nan", not a number/,
  ],
  [
    'some columns called like classes',
    'logits',
    's.csv',
    `a,b,x\n${LINES}`,
    /the column "x" is called like no class/,
  ],
  [
    'a column that is there twice',
    'logits',
    's.csv',
    `a,b,b\n${LINES}`,
    /no column is called "c", and another is there twice/,
  ],
  ['a column too few', 'logits', 's.csv', '1,2\n3,4\n5,6\n7,8\n', /there are 2 columns for 3 classes/],
])('refuses a file with %s', async (_, key, name, content, said) => {
  expect(await refusal(data, [byFile(key, name)], written(name, content))).toMatch(said);
});

it('refuses positions as a header where classes are called by other numbers', async () => {
  const folder = written('s.csv', `0,1,2\n${LINES}`);
  expect(await refusal(dataOf(['2', '0', '1']), [byFile('logits', 's.csv')], folder)).toMatch(
    /which may be class names or mere positions \| Leave the header out/,
  );
});

it('refuses numbers in CSV where classes are called by other numbers', async () => {
  const folder = written('p.csv', '2\n0\n1\n0\n');
  expect(await refusal(dataOf(['2', '0', '1']), [byFile('predictions', 'p.csv')], folder)).toMatch(
    /a number may be a name or an index/,
  );
});

it('refuses a file that is missing, a folder or a device', async () => {
  const folder = testFolder();
  mkdirSync(join(folder, 'x.npy'));
  const refused = (path: string) => refusal(data, [byFile('predictions', path)], folder);
  expect(await refused('y.npy')).toMatch(/"y\.npy": there is no such file \| Relative paths start at \//);
  expect(await refused('x.npy')).toMatch(/"x\.npy": this is not a regular file/);
  expect(await refused('/dev/zero')).toMatch(/this is not a regular file/);
  expect(await refused('a\0.npy')).toMatch(/the file cannot be read \(ERR_INVALID_ARG_VALUE\)/);
});

it.each<[string, string, readonly number[] | RegExp]>([
  ['numbers', '7\n3\n7\n', [1, 0, 1]],
  ['numbers with a header', 'y\n7\n3\n7\n', [1, 0, 1]],
  ['texts', 'b\na\nb\n', [1, 0, 1]],
  [
    'texts that may have a header',
    'y\nb\na\nb\n',
    /the first line, "y", may be a header or a label that no other row has/,
  ],
])('reads labels of a program with its own data from CSV: %s', async (_, text, expected) => {
  const split = { labels: 'l.csv', predictions: text.includes('b') ? ['b', 'a', 'b'] : [7, 3, 7] };
  const folder = written('l.csv', text);
  const told = await answerTo(undefined, [{ validation: split, test: split }], folder).then(
    (answer) => [...(answer.told?.test ?? [])],
    saidBy,
  );
  expect(told).toEqual(
    typeof expected === 'object' && 'length' in expected ? expected : expect.stringMatching(expected),
  );
});

it('knows a header of labels by the classes', async () => {
  const split = { labels: 'l.csv', predictions: ['b', 'a'] };
  const answer = await answerTo(
    undefined,
    [{ validation: split, test: split, classes: ['b', 'a'] }],
    written('l.csv', 'y\na\nb\n'),
  );
  expect([...(answer.told?.test ?? [])]).toEqual([1, 0]);
});

it('takes typed arrays from modules', async () => {
  const logits = Float32Array.from(LOGITS);
  const answer = await answerOf(
    {
      validation: { logits, predictions: Uint8Array.of(0, 1, 2, 0) },
      test: {
        probabilities: [0, 1, 2, 0].map((at) => Float64Array.from([0, 1, 2], (j) => Number(j === at))),
        predictions: BigInt64Array.of(0n, 1n, 2n, 2n),
      },
    },
    [],
    { dataset: data, folder: '/', runFolder: '/' },
  );
  expect(answer.validation).toEqual({ logits, predictions: Uint16Array.of(0, 1, 2, 0) });
  expect(answer.test.predictions).toEqual(Uint16Array.of(0, 1, 2, 2));
  expect([...(answer.test.probabilities ?? [])]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0]);
});
