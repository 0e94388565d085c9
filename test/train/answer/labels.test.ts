import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ToldLabels } from '../../../src/sweep.js';
import { scoreRun } from '../../../src/train/score.js';
import { cases } from '../../property-cases.js';
import { answerTo, datasetOfLabels, refusal } from './answer-cases.js';

interface Split {
  readonly labels: unknown;
  readonly predictions?: unknown;
  readonly probabilities?: unknown;
}

const told = async (validation: Split, test: Split, classes?: readonly unknown[]) => {
  const answer = await answerTo(undefined, [{ validation, test, ...(classes && { classes }) }]);
  const { classNames, ...labels } = answer.told as ToldLabels;
  const predictions = [answer.validation.predictions ?? [], answer.test.predictions ?? []];
  return {
    classNames,
    labels: [[...labels.validation], [...labels.test]],
    predictions: predictions.map((one) => [...one]),
  };
};

it('sorts labels that are numbers by size, and reads numbers as labels', async () => {
  const validation = { labels: [10, 9, 100, 9], predictions: [9, 9, 100, 10] };
  expect(await told(validation, { labels: [-1], predictions: [10] })).toEqual({
    classNames: ['-1', '9', '10', '100'],
    labels: [[2, 1, 3, 1], [0]],
    predictions: [[1, 1, 3, 2], [2]],
  });
});

it('sorts labels that are texts by code unit, and reads numbers as indices', async () => {
  const validation = { labels: ['b', 'a', 'Z'], predictions: ['a', 'a', 'b'] };
  expect(await told(validation, { labels: ['ä', 'b'], predictions: [3, 0] })).toEqual({
    classNames: ['Z', 'a', 'b', 'ä'],
    labels: [
      [2, 1, 0],
      [3, 2],
    ],
    predictions: [
      [1, 1, 2],
      [3, 0],
    ],
  });
});

it('takes the order of classes from the program, and classes without a row', async () => {
  const validation = { labels: [1, 0], predictions: ['rare', 'b'] };
  expect(await told(validation, { labels: ['a'], predictions: [2] }, ['b', 'a', 'rare'])).toEqual({
    classNames: ['b', 'a', 'rare'],
    labels: [[1, 0], [1]],
    predictions: [[2, 0], [2]],
  });
});

it('reads labels that are true or false, and predictions that are 0 or 1 beside them', async () => {
  const validation = { labels: [true, false], predictions: [1, 1] };
  expect(await told(validation, { labels: [true], predictions: [false] })).toEqual({
    classNames: ['false', 'true'],
    labels: [[1, 0], [1]],
    predictions: [[1, 1], [0]],
  });
});

it('has columns of probabilities in the order of the label set', async () => {
  const validation = {
    labels: [7, 3],
    probabilities: [
      [0.1, 0.9],
      [0.8, 0.2],
    ],
  };
  const answer = await answerTo(undefined, [{ validation, test: validation }]);
  const dataset = { ...datasetOfLabels(answer.told as ToldLabels), rareClasses: [0] };
  expect(scoreRun({ runId: 'x', ...answer }, dataset).test.metrics.accuracy).toBe(1);
});

it('takes metrics alone, which need no labels', async () => {
  const split = { macro_f1: 0.5, rare_recall: 0, log_loss: 12, loss: 3 };
  const answer = await answerTo(undefined, [{ validation: split, test: { mcc: -0.5 } }]);
  expect(answer).not.toHaveProperty('told');
  expect(answer).toMatchObject({
    validation: { metrics: { macro_f1: 0.5, rare_recall: 0, log_loss: 12 }, loss: 3 },
    test: { metrics: { mcc: -0.5 } },
  });
});

const rows = (labels: unknown, predictions: unknown = labels) => ({ labels, predictions });
it.each<[string, object, RegExp]>([
  [
    'no labels',
    { validation: { predictions: [0] }, test: { predictions: [0] } },
    /validation: there are predictions without `labels`, and the spec has no `data:`/,
  ],
  [
    'labels of one split',
    { validation: rows([0]), test: { predictions: [0] } },
    /test: there are predictions without `labels`/,
  ],
  [
    'other rows than labels',
    { validation: rows([0, 1], [0]), test: rows([0]) },
    /validation\.predictions: there is 1 row, and the split has 2/,
  ],
  [
    'a label that nobody has',
    { validation: rows([0, 1], [0, 2]), test: rows([0]) },
    /row 2 is 2, and no label is \| The classes are "0", "1"/,
  ],
  [
    'two kinds of labels',
    { validation: rows([0]), test: rows(['0']) },
    /test\.labels: they are texts, and those of validation are numbers/,
  ],
  [
    'a class that is there twice',
    { validation: rows([0]), test: rows([0]), classes: ['a', 'a'] },
    /classes: "a" is there twice/,
  ],
  [
    'classes that are no list',
    { validation: rows([0]), test: rows([0]), classes: 3 },
    /classes: 3 is no list of class names/,
  ],
  [
    'no classes',
    { validation: rows([0]), test: rows([0]), classes: [] },
    /classes: a list is no list of class names/,
  ],
  [
    'a label that is not among the classes',
    { validation: rows(['c']), test: rows(['a']), classes: ['a', 'b'] },
    /validation\.labels: row 1 is "c"/,
  ],
  [
    'numbers beside classes called by other numbers',
    { validation: rows([1]), test: rows([2]), classes: [2, 1] },
    /may be a name or an index/,
  ],
  [
    'a metric out of range',
    { validation: { mcc: -2 }, test: { mcc: 0 } },
    /validation: `mcc` is -2, and can only be -1 to 1/,
  ],
  [
    'metrics of one split',
    { validation: { mcc: 0 }, test: { note: 1 } },
    /test: there are neither predictions nor metrics/,
  ],
  [
    'nothing but rows of one split',
    { validation: { mcc: 0 }, test: rows([0]) },
    /validation: there are no predictions, and `test` has them/,
  ],
])('refuses %s', async (_, result, said) => {
  expect(await refusal(undefined, [result])).toMatch(said);
});

it('refuses a metric or label that is not finite', async () => {
  expect(await refusal(undefined, ['{"validation": {"mcc": NaN}, "test": {"mcc": 0}}'])).toMatch(
    /validation: `mcc` is not a finite number/,
  );
  const split = '{"labels": [0, NaN], "predictions": [0, 0]}';
  expect(await refusal(undefined, [`{"validation": ${split}, "test": ${split}}`])).toMatch(
    /labels: a value is not finite/,
  );
});

it('takes the same labels again, and refuses other ones by name', async () => {
  const result = { validation: rows(['a', 'b', 'c']), test: rows(['b', 'a']) };
  const first = await answerTo(undefined, [result]);
  const dataset = datasetOfLabels(first.told as ToldLabels);
  expect(await answerTo(dataset, [result])).toEqual(first);
  const again = (labels: unknown, test: unknown = ['b', 'a'], classes?: unknown) =>
    refusal(dataset, [{ validation: rows(labels), test: rows(test), classes }]);
  expect(await again(['a', 'c', 'b'])).toMatch(
    /validation\.labels: row 2 is "c", and the first run of the sweep told "b" \| All runs of a sweep predict the same rows/,
  );
  expect(await again(['a', 'b', 'c'], ['a', 'a'])).toMatch(/test\.labels: row 1 is "a", .* told "b"/);
  expect(await again(['a', 'b', 'c', 'c'])).toMatch(/validation\.labels: there are 4, .* told 3/);
  expect(await again(['a', 'b', 'd'])).toMatch(/labels: the class "d" is new/);
  expect(await again(['a', 'b', 'b'])).toMatch(/labels: the class "c" is missing, which the first run/);
  expect(await again(['a', 'b', 'c'], ['b', 'a'], ['c', 'b', 'a'])).toMatch(
    /the classes are in another order/,
  );
});

it('wants the same kind of answer from all runs of a sweep', async () => {
  const first = await answerTo(undefined, [{ validation: rows([0, 1]), test: rows([1]) }]);
  const dataset = datasetOfLabels(first.told as ToldLabels);
  const metrics = { validation: { mcc: 0 }, test: { mcc: 0 } };
  expect(await refusal(dataset, [metrics])).toMatch(
    /metrics alone, and the first run of the sweep told predictions/,
  );
  const none = datasetOfLabels({ classNames: [], validation: new Uint16Array(0), test: new Uint16Array(0) });
  expect(await answerTo(none, [metrics])).not.toHaveProperty('told');
  expect(await refusal(none, [{ validation: rows([0]), test: rows([0]) }])).toMatch(
    /it has predictions, and the first run of the sweep told metrics alone/,
  );
});

it('gives back any labels and predictions, and takes them again', async () => {
  const [numbers, texts] = [fc.integer(), fc.string()].map((label: fc.Arbitrary<number | string>) =>
    fc.array(label, { minLength: 1, maxLength: 20 }),
  ) as [fc.Arbitrary<(number | string)[]>, fc.Arbitrary<(number | string)[]>];
  const split = fc.oneof(numbers, texts);
  await fc.assert(
    fc.asyncProperty(split, fc.infiniteStream(fc.nat()), async (labels, draws) => {
      const predictions = labels.map(() => labels[(draws.next().value as number) % labels.length]);
      const result = {
        validation: { labels, predictions },
        test: { labels: labels.slice(0, 1), predictions: labels.slice(0, 1) },
      };
      const answer = await answerTo(undefined, [result]);
      const { classNames, validation } = answer.told as ToldLabels;
      expect(Array.from(validation, (index) => classNames[index])).toEqual(labels.map(String));
      expect(Array.from(answer.validation.predictions ?? [], (index) => classNames[index])).toEqual(
        predictions.map(String),
      );
      expect(await answerTo(datasetOfLabels(answer.told as ToldLabels), [result])).toEqual(answer);
    }),
    { numRuns: cases(200) },
  );
});
