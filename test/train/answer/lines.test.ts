import fc from 'fast-check';
import { expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { AnswerReader } from '../../../src/train/answer/answer.js';
import { cases } from '../../property-cases.js';
import { rejection, thrown } from '../../thrown.js';
import { answerTo, dataOf, refusal, saidBy } from './answer-cases.js';

const data = dataOf(['a', 'b', 'c']);
const RESULT = { validation: { predictions: [0, 1, 2, 0] }, test: { predictions: ['a', 'b', 'c', 'a'] } };
const expected = { dataset: data, folder: '/nowhere', runFolder: '/nowhere' };

it('reads epochs and the result; what is not told of an epoch is NaN', async () => {
  const reader = new AnswerReader(expected);
  const first = reader.take('{"epoch": 1, "train_loss": 0.9, "macro_f1": 0.4, "note": "mine"}\r');
  expect(first).toMatchObject({ epoch: 1, trainLoss: 0.9, trainAccuracy: Number.NaN });
  expect(first?.validation).toMatchObject({ macro_f1: 0.4, rare_recall: Number.NaN });
  expect(reader.take('')).toBeUndefined();
  const third = reader.take('{"epoch": 3, "train_accuracy": 0.5, "validation_loss": 0.8, "mcc": null}');
  expect(third).toMatchObject({ epoch: 3, trainAccuracy: 0.5, validationLoss: 0.8 });
  expect(reader.take(JSON.stringify(RESULT))).toBeUndefined();
  const answer = await reader.end();
  expect(answer).toMatchObject({ epochs: [first, third], chosenEpoch: 3, stoppedBy: 'epochs' });
  expect(answer.validation).toEqual({ predictions: Uint16Array.of(0, 1, 2, 0) });
  expect(answer.test).toEqual({ predictions: Uint16Array.of(0, 1, 2, 0) });
  expect(answer).not.toHaveProperty('told');
});

it('takes the epoch that answers, how it ended and the loss from the result', async () => {
  const answer = await answerTo(data, [
    { epoch: 1 },
    { epoch: 2 },
    { ...RESULT, epoch: 1, stopped_by: 'patience', test: { ...RESULT.test, loss: 0.25 } },
  ]);
  expect(answer).toMatchObject({ chosenEpoch: 1, stoppedBy: 'patience', test: { loss: 0.25 } });
  expect(await answerTo(data, [RESULT])).toMatchObject({ chosenEpoch: 0, epochs: [] });
});

it("reads Python's NaN and infinities, and leaves texts that look like them", async () => {
  const reader = new AnswerReader({ ...expected, dataset: dataOf(['NaN', 'a "-Infinity', 'b\\']) });
  const line = String.raw`{"train_loss": NaN,"x":"NaN \" NaN", "\\": -Infinity, "validation_loss":Infinity, "epoch": 1}`;
  expect(reader.take(line)).toMatchObject({ epoch: 1, trainLoss: Number.NaN, validationLoss: Number.NaN });
  const split = String.raw`{"predictions": ["NaN", "a \"-Infinity", "b\\", "NaN"], "extra": [NaN]}`;
  reader.take(`{"validation": ${split}, "test": ${split}}`);
  expect((await reader.end()).test.predictions).toEqual(Uint16Array.of(0, 1, 2, 0));
});

const HALF = '{"validation": {"predictions": [0, 1';
it.each<[string, readonly (string | object)[], RegExp]>([
  ['text', ['Epoch 1: loss 0.9'], /^line 1 of the report: it is no JSON: "Epoch 1: loss 0.9".*stdout/],
  ['a list', [{ epoch: 1 }, '[1]'], /^line 2 of the report: it is a list, not a JSON object/],
  ['null', ['null'], /^line 1 of the report: it is null, not/],
  ['half a line', [{ epoch: 1 }, HALF], /^line 2 of the report: it is half a line of JSON: "\{/],
  ['half a line with NaN', ['{"epoch": 1, "train_loss": NaN, "ma'], /half a line of JSON/],
  ['a word beside a number', ['{"epoch": 1NaN}'], /it is no JSON/],
  ['two words', ['{"epoch": 1, "train_loss": NaNNaN}'], /it is no JSON/],
  ['a minus before NaN', ['{"epoch": 1, "train_loss": --Infinity}'], /it is no JSON/],
  ['a cut word', ['{"epoch": 1, "train_loss": Na}'], /it is no JSON/],
  ['a word as a key', ['{NaN: 1}'], /it is no JSON/],
  ['no known key', [{ step: 1 }], /neither `epoch` nor `validation` and `test` nor `error`/],
  ['an error that is no text', [{ error: 5 }], /^line 1 .*: `error` is 5, not a text \| Say why/],
  [
    'a split that is none',
    [{ validation: 0.5 }],
    /^line 1 .*: `validation` is 0.5, not an object \| The last/,
  ],
  ['a mistyped key', [{ epohc: 1 }], /Did you mean "epoch"\?/],
  ['epoch 0', [{ epoch: 0 }], /`epoch` is 0.*count from 1/],
  ['half an epoch', [{ epoch: 1.5 }], /`epoch` is 1.5/],
  ['an epoch in words', [{ epoch: '1' }], /`epoch` is "1"/],
  ['an infinite epoch', ['{"epoch": NaN}'], /`epoch` is Infinity/],
  ['the same epoch again', [{ epoch: 1 }, { epoch: 1 }], /^line 2 .*: epoch 1 comes after epoch 1/],
  ['a loss in words', [{ epoch: 1, train_loss: 'high' }], /`train_loss` is "high", not a number/],
  [
    'per cent',
    [{ epoch: 1, macro_f1: 54.2 }],
    /`macro_f1` is 54.2, and can only be 0 to 1 \| .*divide by 100/,
  ],
  ['a negative loss', [{ epoch: 1, log_loss: -1 }], /`log_loss` is -1, and can only be at least 0$/],
  [
    'a second result',
    [RESULT, RESULT],
    /^line 2 of the report: it comes after the result, which is in line 1/,
  ],
  ['an epoch after the result', [{ epoch: 1 }, RESULT, { epoch: 2 }], /^line 3 .* in line 2/],
  ['rubbish after the error', [{ error: 'no' }, 'x'], /^line 2 .*: it comes after the error/],
  ['no line', [], /^there is no result: the report is empty/],
  ['no result', [{ epoch: 1 }], /^there is no result: the report has 1 line, /],
  ['no test', [{ validation: RESULT.validation }], /`test` is missing/],
  ['a test that is none', [{ ...RESULT, test: 3 }], /`test` is 3, not an object/],
  ['an epoch that is none', [{ ...RESULT, epoch: -1 }], /line 1 .*: the result: `epoch` is -1/],
  [
    'an epoch after the last one',
    [{ epoch: 1 }, { ...RESULT, epoch: 9 }],
    /line 2 .*: the result: `epoch` is 9, and the last epoch that was told is 1 \| Name an epoch/,
  ],
  ['an epoch without any', [{ ...RESULT, epoch: 1 }], /`epoch` is 1, and no epoch was told/],
  ['a reason that is none', [{ ...RESULT, stopped_by: 'me' }], /`stopped_by` is "me"/],
  [
    'a loss that is none',
    [{ ...RESULT, test: { predictions: [0, 1, 2, 0], loss: 'x' } }],
    /test: `loss` is "x"/,
  ],
])('refuses %s', async (_, lines, said) => {
  expect(await refusal(data, lines)).toMatch(said);
});

it('refuses a loss that is NaN', async () => {
  const split = '{"predictions": [0, 1, 2, 0], "loss": NaN}';
  expect(await refusal(data, [`{"validation": ${split}, "test": ${split}}`])).toMatch(
    /^line 1 of the report: validation: `loss` is not finite/,
  );
});

it('passes on what the program says of its own failure, final or not', async () => {
  const again = await rejection(() => answerTo(data, [{ epoch: 1 }, { error: 'out of memory' }]));
  expect([again, again instanceof UserError]).toEqual([new Error('out of memory'), false]);
  expect(await refusal(data, [{ error: 'no GPU', final: true }])).toBe('no GPU');
  expect(await refusal(data, [{ error: ' ', final: true }])).toBe('the program says that it failed');
});

it('refuses any lines without a result by a UserError', async () => {
  const line = fc.oneof(
    { weight: 3, arbitrary: fc.json() },
    { weight: 3, arbitrary: fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('utf8')) },
    {
      weight: 1,
      arbitrary: fc.string({
        unit: fc.constantFrom('"', '\\', 'NaN', '-', 'Infinity', '{', '}', ':', ',', '1'),
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ epoch: fc.jsonValue(), train_loss: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 4 }), async (lines) => {
      const error = await rejection(() => answerTo(data, lines));
      expect(saidBy(error)).not.toMatch(/^no UserError/);
    }),
    { numRuns: cases(500) },
  );
});

it('gives an answer or a UserError for any JSON values in a result', async () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.array(fc.oneof(fc.integer({ min: -1, max: 3 }), fc.constantFrom('a', 'b', 'c', 'x', true, null)), {
      minLength: 3,
      maxLength: 5,
    }),
    fc.array(fc.array(fc.double(), { minLength: 2, maxLength: 3 }), { minLength: 3, maxLength: 5 }),
    fc.constantFrom('x.npy', 'x.csv', 'x.parquet', '', '\0.csv', '/dev/zero', '.'),
  );
  const classes = fc.array(fc.nat(2), { minLength: 4, maxLength: 4 });
  const split = fc.oneof(
    fc.record(
      {
        predictions: value,
        probabilities: value,
        logits: value,
        labels: value,
        loss: value,
        macro_f1: value,
      },
      { requiredKeys: [] },
    ),
    fc.record({ predictions: classes, labels: classes }),
    fc.record({ macro_f1: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  const result = fc.record(
    { validation: split, test: split, classes: value, epoch: fc.oneof(fc.nat(9), value) },
    { requiredKeys: ['validation', 'test'] },
  );
  const dataset = fc.constantFrom(data, undefined, { ...data, featureCount: 0 }, { ...data, classNames: [] });
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(result, dataset, async (given, of) => {
      const outcome = await answerTo(of, [given]).then(() => 'an answer', saidBy);
      expect(outcome).not.toMatch(/^no UserError/);
      outcomes.add(outcome);
    }),
    { numRuns: cases(1000) },
  );
  expect(outcomes).toContain('an answer');
  expect(outcomes.size).toBeGreaterThan(20);
});

it('reads any line that JSON can say as JSON does', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      const line = JSON.stringify({ epoch: 1, own: [text, value] });
      expect(thrown(() => new AnswerReader(expected).take(line))).toBeUndefined();
    }),
    { numRuns: cases(200) },
  );
});
