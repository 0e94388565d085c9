import { expect, it } from 'vitest';
import { LOGIT_STEPS, METRIC_NAMES, type MetricValues } from '../../src/sweep.js';
import { type ScoredData, scoreRun, scoreSplit } from '../../src/train/score.js';

/** Six validation rows of three classes, of which the last is rare; one test row. */
const dataset: ScoredData = {
  classNames: ['a', 'b', 'c'],
  rareClasses: [2],
  labels: Int32Array.of(0, 0, 1, 1, 2, 2, 0),
  split: { train: new Int32Array(0), validation: Int32Array.of(0, 1, 2, 3, 4, 5), test: Int32Array.of(6) },
};
const predictions = Uint16Array.of(0, 1, 1, 1, 2, 0);
/** scikit-learn's clip of a certain but wrong prediction. */
const CERTAIN_AND_WRONG = -Math.log(2 ** -52);

it('gives every metric of predictions alone; each counts as certain', () => {
  const score = scoreSplit({ predictions }, 'validation', dataset);
  expect(score.metrics).toMatchObject({ accuracy: 4 / 6, rare_recall: 1 / 2, worst_recall: 1 / 2 });
  expect(score.metrics.macro_f1).toBeCloseTo((1 / 2 + 4 / 5 + 2 / 3) / 3, 12);
  expect(score.metrics.log_loss).toBeCloseTo((2 * CERTAIN_AND_WRONG) / 6, 12);
  expect(score.loss).toBe(score.metrics.log_loss);
  expect([...score.confusion]).toEqual([1, 1, 0, 0, 2, 0, 1, 0, 1]);
  expect(score.classes.map(({ support }) => support)).toEqual([2, 2, 2]);
});

it('takes arg-max and log-loss from logits and from probabilities alike', () => {
  const logits = Float32Array.from(
    [...predictions].flatMap((cls) => [0, 1, 2].map((j) => (j === cls ? 2 : 0))),
  );
  const total = Math.exp(2) + 2;
  const probabilities = Float64Array.from(logits, (logit) => Math.exp(logit) / total);
  const ofLogits = scoreSplit({ logits }, 'validation', dataset);
  const ofProbabilities = scoreSplit({ probabilities }, 'validation', dataset);
  expect(ofLogits.predictions).toEqual(predictions);
  expect(ofProbabilities.predictions).toEqual(predictions);
  const expected = (4 * -Math.log(Math.exp(2) / total) + 2 * Math.log(total)) / 6;
  expect(ofLogits.metrics.log_loss).toBeCloseTo(expected, 6);
  expect(ofProbabilities.metrics.log_loss).toBeCloseTo(expected, 12);
});

it('believes the losses that a trainer has measured itself', () => {
  const score = scoreSplit({ predictions, loss: 0.25, logLoss: 0.5 }, 'validation', dataset);
  expect([score.loss, score.metrics.log_loss]).toEqual([0.25, 0.5]);
});

it('keeps validation logits, log-probabilities among them, and none of predictions alone', () => {
  const run = { runId: 'a', epochs: [], chosenEpoch: 0, stoppedBy: 'epochs' } as const;
  const test = { predictions: Uint16Array.of(1) };
  expect(scoreRun({ ...run, validation: { predictions }, test }, dataset)).not.toHaveProperty(
    'validationLogits',
  );
  const probabilities = new Float32Array(18).map((_, at) => (at % 3 === 0 ? 0.5 : at % 3 === 1 ? 0.25 : 0));
  const { validationLogits } = scoreRun({ ...run, validation: { probabilities }, test }, dataset);
  expect([...(validationLogits ?? [])].slice(0, 3)).toEqual([
    0,
    Math.round(Math.log(2) * LOGIT_STEPS),
    0xffff,
  ]);
});

it('draws rows of both splits for the metrics that are asked for, and none for predictions alone', () => {
  const run = { runId: 'a', epochs: [], chosenEpoch: 0, stoppedBy: 'epochs' } as const;
  const probabilities = (rows: number) =>
    new Float32Array(3 * rows).map((_, at) => (at % 3 === at % 2 ? 0.6 : 0.2));
  const drawing = { metrics: ['roc_auc', 'log_loss'], draws: 30, validation: {}, test: {} } as const;
  const outputs = {
    validation: { probabilities: probabilities(6) },
    test: { probabilities: probabilities(dataset.split.test.length) },
  };
  const { scoreDraws } = scoreRun({ ...run, ...outputs }, { ...dataset, drawing });
  for (const split of ['validation', 'test'] as const) {
    const own = scoreDraws?.[split] ?? new Map();
    expect([...own.keys()]).toEqual(['roc_auc', 'log_loss']);
    for (const draws of own.values()) expect(draws).toHaveLength(30);
  }
  expect(scoreRun({ ...run, ...outputs }, dataset)).not.toHaveProperty('scoreDraws');
  const decided = { ...outputs, validation: { predictions } };
  expect(scoreRun({ ...run, ...decided }, { ...dataset, drawing })).not.toHaveProperty('scoreDraws');
});

it('refuses outputs of other rows or classes', () => {
  const score = (output: Parameters<typeof scoreSplit>[0]) => () => scoreSplit(output, 'validation', dataset);
  expect(score({})).toThrow(RangeError);
  expect(score({ predictions: predictions.subarray(1) })).toThrow(RangeError);
  expect(score({ predictions: predictions.map(() => 3) })).toThrow(RangeError);
  expect(score({ predictions, logits: new Float32Array(17) })).toThrow(RangeError);
});

it('keeps metrics alone as they are, and knows nothing else of the split', () => {
  const metrics = { macro_f1: 0.5, log_loss: 2 };
  const none = { ...dataset, classNames: [], rareClasses: [], labels: new Int32Array(0) };
  const score = scoreSplit({ metrics }, 'validation', none);
  expect(score.metrics).toMatchObject({ ...metrics, rare_recall: Number.NaN, expected_cost: Number.NaN });
  expect(Object.keys(score.metrics)).toEqual(METRIC_NAMES);
  expect({ ...score, metrics: undefined }).toEqual({
    loss: Number.NaN,
    metrics: undefined,
    classes: [],
    confusion: new Uint32Array(0),
    predictions: new Uint16Array(0),
  });
  const run = { runId: 'a', epochs: [], chosenEpoch: 0, stoppedBy: 'epochs' } as const;
  const result = scoreRun({ ...run, validation: { metrics, loss: 3 }, test: { metrics } }, none);
  expect(result.validation.loss).toBe(3);
  expect(result).not.toHaveProperty('validationLogits');
});

it('refuses epochs that do not count up, and the choice of one beyond them', () => {
  const validation = Object.fromEntries(METRIC_NAMES.map((name) => [name, 0.5])) as unknown as MetricValues;
  const score = (epochs: readonly number[], chosenEpoch: number) => () =>
    scoreRun(
      {
        runId: 'a',
        epochs: epochs.map((epoch) => ({
          epoch,
          trainLoss: 1,
          trainAccuracy: 0.5,
          validationLoss: 1,
          validation,
        })),
        chosenEpoch,
        stoppedBy: 'epochs',
        validation: { predictions },
        test: { predictions: Uint16Array.of(1) },
      },
      dataset,
    );
  expect(score([2, 4], 2)).not.toThrow();
  expect(score([1, 3, 2], 2)).toThrow('the result has epoch 2 after epoch 3');
  expect(score([1, 1], 1)).toThrow('the result has epoch 1 after epoch 1');
  expect(score([0.5], 0)).toThrow(RangeError);
  expect(score([1, 2], 3)).toThrow('the result chooses epoch 3 of 2');
  expect(score([], -1)).toThrow(RangeError);
});
