import { expect, it } from 'vitest';
import { scoreRun } from '../../../src/train/score.js';
import { answerTo, dataOf, refusal } from './answer-cases.js';

type Given = readonly (string | number | boolean | null)[];

const result = (predictions: Given) => ({ validation: { predictions }, test: { predictions } });
const classes = async (classNames: readonly string[], predictions: Given): Promise<number[]> => {
  const { validation, test } = await answerTo(dataOf(classNames), [result(predictions)]);
  expect(validation).toEqual(test);
  return [...(validation.predictions ?? [])];
};

it.each<[string, readonly string[], Given, number[]]>([
  ['names', ['a', 'b', 'c'], ['c', 'a', 'b', 'a'], [2, 0, 1, 0]],
  ['indices', ['a', 'b', 'c'], [2, 0, 1, 0], [2, 0, 1, 0]],
  ['indices beside a class that is called by a number', ['a', '0', '1'], [2, 0, 1, 0], [2, 0, 1, 0]],
  ['names that are numbers, as texts', ['2', '0', '1'], ['2', '0', '1', '1'], [0, 1, 2, 2]],
  ['numbers that are names and indices alike', ['0', '1', '2'], [2, 0, 1, 0], [2, 0, 1, 0]],
  ['numbers that can only be names', ['10', '20', '30'], [30, 10, 20, 10], [2, 0, 1, 0]],
  ['indices of classes called by other numbers', ['10', '20', '30'], [2, 0, 1, 0], [2, 0, 1, 0]],
  ['names with decimals', ['2.5', '3.5'], [3.5, 2.5, 2.5, 2.5], [1, 0, 0, 0]],
  ['true and false of two classes', ['benign', 'malware'], [true, false, false, true], [1, 0, 0, 1]],
  [
    'true and false of classes that are called so',
    ['False', 'True'],
    [true, false, false, true],
    [1, 0, 0, 1],
  ],
  ['true and false of 0 and 1', ['0', '1'], [true, false, false, true], [1, 0, 0, 1]],
])('reads %s', async (_, classNames, predictions, expected) => {
  expect(await classes(classNames, predictions)).toEqual(expected);
});

it.each<[string, readonly string[], Given, RegExp]>([
  [
    'a mistyped name',
    ['benign', 'Trickster'],
    ['benign', 'benign', 'Tricster', 'benign'],
    /validation\.predictions: row 3 is "Tricster", and no class is called so\. Did you mean "Trickster"\? \| The classes are "benign", "Trickster"\./,
  ],
  ['an index as a text', ['a', 'b'], ['0', '1', '0', '1'], /row 1 is "0", and no class/],
  [
    'an index too large',
    ['a', 'b', 'c'],
    [0, 3, 0, 0],
    /row 2 is 3, and that is no index of 3 classes, 0 to 2/,
  ],
  ['a negative index', ['a', 'b', 'c'], [0, -1, 0, 0], /row 2 is -1/],
  ['half an index', ['a', 'b', 'c'], [0, 0.5, 0, 0], /row 2 is 0.5/],
  [
    'numbers that may be names or indices',
    ['2', '0', '1'],
    [2, 0, 1, 0],
    /a number may be a name or an index \| .*as texts/,
  ],
  ['the same whatever they are', ['1', '2', '3'], [0, 0, 0, 0], /a number may be a name or an index/],
  [
    'a number that two classes are called by',
    ['10', '10.0'],
    [10, 10, 10, 10],
    /a number may be a name or an index/,
  ],
  [
    'true and false where true comes first',
    ['True', 'False'],
    [true, false, true, true],
    /a number may be a name or an index/,
  ],
  [
    'true and false of three classes',
    ['a', 'b', 'c'],
    [true, false, true, true],
    /there are 3 classes, and true and false mean one of two/,
  ],
  ['names and indices in one list', ['a', 'b'], ['a', 1, 'a', 'b'], /row 2 is 1, and row 1 is "a"/],
  ['null', ['a', 'b'], [null, null, null, null], /row 1 is null/],
  ['a null among others', ['a', 'b'], [0, null, 0, 1], /row 2 is null, and row 1 is 0/],
  ['too few rows', ['a', 'b'], [0, 1, 0], /there are 3 rows, and the split has 4/],
  ['too many rows', ['a', 'b'], ['a', 'b', 'a', 'b', 'a'], /there are 5 rows, and the split has 4/],
  ['no rows', ['a', 'b'], [], /there are 0 rows/],
])('refuses %s', async (_, classNames, predictions, said) => {
  expect(await refusal(dataOf(classNames), [result(predictions)])).toMatch(said);
});

it('refuses NaN among predictions', async () => {
  const split = '{"predictions": [0, NaN, 0, 1]}';
  expect(await refusal(dataOf(['a', 'b']), [`{"validation": ${split}, "test": ${split}}`])).toMatch(
    /validation\.predictions: row 2 is not finite \(NaN or infinite\)/,
  );
});

const SCORES = [
  [0.5, 0.25, 0.25],
  [0.1, 0.1, 0.8],
  [0, 1, 0],
  [0.3334, 0.3333, 0.3333],
];
const scored = (key: string, values: unknown) => ({ validation: { [key]: values }, test: { [key]: values } });
const data = dataOf(['a', 'b', 'c']);

it('reads probabilities and logits, which make every metric', async () => {
  const ofProbabilities = await answerTo(data, [scored('probabilities', SCORES)]);
  expect(ofProbabilities.validation.probabilities).toEqual(Float64Array.from(SCORES.flat()));
  const logits = SCORES.map((row) => row.map((value) => Math.log(value + 1e-3)));
  const ofLogits = await answerTo(data, [scored('logits', logits)]);
  expect(ofLogits.test.logits).toEqual(Float32Array.from(logits.flat()));
  const { validation } = scoreRun({ runId: 'x', ...ofLogits }, data);
  expect([...validation.predictions]).toEqual([0, 2, 1, 0]);
  expect(validation.metrics.roc_auc).toBeGreaterThan(0);
});

it('takes predictions beside probabilities, whatever is the largest', async () => {
  const split = { probabilities: SCORES, predictions: ['b', 'b', 'b', 'b'] };
  const answer = await answerTo(data, [{ validation: split, test: split }]);
  expect([...scoreRun({ runId: 'x', ...answer }, data).test.predictions]).toEqual([1, 1, 1, 1]);
});

it('limits what rounding puts outside of 0 to 1', async () => {
  const values = [[1 + 1e-7, -1e-9, 0], ...SCORES.slice(1)];
  const { validation } = await answerTo(data, [scored('probabilities', values)]);
  expect([...(validation.probabilities ?? [])].slice(0, 3)).toEqual([1, 0, 0]);
});

const withRow = (row: readonly unknown[]) => [SCORES[0], row, SCORES[2], SCORES[3]];
it.each<[string, string, unknown, RegExp]>([
  [
    'a sum that is not 1',
    'probabilities',
    withRow([0.5, 0.25, 0.2]),
    /validation\.probabilities: the probabilities of row 2 add up to 0.95, not to 1/,
  ],
  ['a negative probability', 'probabilities', withRow([1.1, -0.1, 0]), /row 2 has the probability 1.1/],
  [
    'logits as probabilities',
    'probabilities',
    withRow([3, -1, 2]),
    /row 2 has the probability 3 \| .*`logits`/,
  ],
  ['a row too few', 'probabilities', SCORES.slice(1), /there are 3 rows, and the split has 4/],
  ['a class too few', 'logits', SCORES.map((row) => row.slice(1)), /there are 2 columns for 3 classes/],
  ['one column', 'logits', [1, 2, 3, 4], /there is 1 column for 3 classes/],
  ['rows of different lengths', 'logits', withRow([1, 2]), /row 2 has 2 values where row 1 has 3/],
  ['a row that is a number', 'logits', withRow(1 as never), /row 2 has 1 where row 1 has 3/],
  ['a text', 'logits', withRow([1, '2', 3]), /row 2: "2" is not a number/],
  [
    'logits too large for float32',
    'logits',
    withRow([1, 1e300, 3]),
    /row 2 has 1e\+300, too large for float32/,
  ],
  ['texts', 'logits', ['a', 'b', 'a', 'b'], /texts are no numbers/],
  ['a number', 'logits', 3, /3 is neither a list nor the path of a file/],
])('refuses scores with %s', async (_, key, values, said) => {
  expect(await refusal(data, [scored(key, values)])).toMatch(said);
});

it('asks for a column per class where there is one probability for two', async () => {
  const two = dataOf(['benign', 'malware']);
  expect(await refusal(two, [scored('probabilities', [0.1, 0.9, 0.5, 0.2])])).toMatch(/column_stack/);
});

it('refuses NaN and infinity among scores', async () => {
  const line = (value: string) => {
    const split = `{"logits": [[0, 1, 0], [0, 1, ${value}], [0, 1, 0], [0, 1, 0]]}`;
    return `{"validation": ${split}, "test": ${split}}`;
  };
  for (const value of ['NaN', 'Infinity', '-Infinity']) {
    expect(await refusal(data, [line(value)])).toMatch(/row 2 has a value that is not finite/);
    expect(await refusal(data, [line(value).replaceAll('logits', 'probabilities')])).toMatch(
      /row 2 has a value that/,
    );
  }
});

it('wants predictions of both splits where the spec has data', async () => {
  const metrics = { macro_f1: 0.5 };
  expect(await refusal(data, [{ validation: metrics, test: metrics }])).toMatch(
    /the spec has `data:`, so the predictions are wanted \| Give `predictions`/,
  );
  expect(await refusal(data, [{ validation: { predictions: [0, 1, 2, 0] }, test: metrics }])).toMatch(
    /test: there are no predictions, and `validation` has them/,
  );
  expect(await refusal(data, [{ validation: { prediction: [] }, test: {} }])).toMatch(
    /validation: there are neither predictions nor metrics\. Did you mean "predictions"\?/,
  );
});

it('refuses classes that are not those of the data', async () => {
  const answer = { ...result(['a', 'b', 'c', 'a']), classes: ['b', 'a', 'c'] };
  expect(await refusal(data, [answer])).toMatch(/classes: they are not those of the data, in their order/);
  expect(await answerTo(data, [{ ...answer, classes: ['a', 'b', 'c'] }])).toHaveProperty('validation');
});
