import { beforeAll, describe, expect, it } from 'vitest';
import { classSupport } from '../../../../src/data/dataset.js';
import { KNOB_DEFAULTS } from '../../../../src/knobs/knobs.js';
import { focalLoss } from '../../../../src/loss/focal-loss.js';
import type { EpochRecord, RunResult, TrialConfig } from '../../../../src/sweep.js';
import { referenceForward } from '../../../../src/testing/reference-network.js';
import { clusters, datasetOf } from '../../../../src/testing/small-dataset.js';
import type { Engine, LaneProgram } from '../../../../src/train/network/engine.js';
import { loadEngine } from '../../../../src/train/network/select-engine.js';
import { DivergedError, laneKey, trainRuns } from '../../../../src/train/network/training/train-runs.js';
import { scoreRun } from '../../../../src/train/score.js';
import type { RunJob, TrainedRun } from '../../../../src/train/trainer.js';
import { priorOffsets } from '../../../loss/logit-adjustment-cases.js';

const dataset = datasetOf(clusters(300, 5, 4), true);
const config: TrialConfig = {
  ...KNOB_DEFAULTS,
  alpha: 'balanced',
  learning_rate: 0.02,
  epochs: 8,
  batch_size: 32,
  patience: 0,
  hidden: [16],
};
const job = (runId: string, changes: Partial<TrialConfig> = {}, seed = 1): RunJob => ({
  runId,
  seed,
  config: { ...config, ...changes },
  metric: { name: 'macro_f1', goal: 'maximize' },
});

interface Told {
  readonly outcome: 'done' | 'stopped';
  readonly results: ReadonlyMap<string, RunResult>;
  readonly epochs: readonly (EpochRecord & { readonly runId: string })[];
  readonly failures: ReadonlyMap<string, Error>;
}

async function train(engine: Engine, runs: readonly RunJob[], shouldStop = () => false): Promise<Told> {
  const results = new Map<string, RunResult>();
  const epochs: (EpochRecord & { runId: string })[] = [];
  const failures = new Map<string, Error>();
  const outcome = await trainRuns(engine, {
    dataset,
    runs,
    shouldStop,
    onEpoch: (runId, epoch) => epochs.push({ runId, ...epoch }),
    onResult: (trained) => {
      const metric = runs.find(({ runId }) => runId === trained.runId)?.metric;
      results.set(trained.runId, scoreRun(trained, { ...dataset, metric }));
    },
    onFailed: (runId, error) => failures.set(runId, error),
  });
  return { outcome, results, epochs, failures };
}

const resultOf = (told: Told, runId: string): RunResult => {
  const result = told.results.get(runId);
  if (result === undefined) throw new Error(`no result of ${runId}`);
  return result;
};

describe('training runs', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loadEngine('tfjs/wasm');
  });

  it('learns, reports every epoch, and hands over what the chosen weights do', async () => {
    const told = await train(engine, [job('a')]);
    const result = resultOf(told, 'a');
    expect(told.outcome).toBe('done');
    expect(result.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(told.epochs.map(({ runId, ...epoch }) => epoch)).toEqual(result.epochs);
    expect(result.stoppedBy).toBe('epochs');
    expect(result.epochs.at(-1)?.trainLoss).toBeLessThan((result.epochs[0]?.trainLoss ?? 0) / 2);
    expect(result.test.metrics.accuracy).toBeGreaterThan(0.6);

    const scores = result.epochs.map(({ validation }) => validation.macro_f1);
    expect(result.chosenEpoch).toBe(scores.indexOf(Math.max(...scores)) + 1);
    for (const [name, split] of [
      ['validation', result.validation],
      ['test', result.test],
    ] as const) {
      const rows = dataset.split[name];
      const right = split.predictions.filter((cls, at) => cls === dataset.labels[rows[at] ?? -1]).length;
      expect(split.metrics.accuracy).toBe(right / rows.length);
      expect(split.classes.reduce((sum, { support }) => sum + support, 0)).toBe(rows.length);
    }
  });

  const support = [...classSupport(dataset, 'train')];
  const margins = support.map((rows) => 3 * (Math.min(...support) / rows) ** 0.25);
  it.each([
    [{}, {}],
    [{ logit_adjustment: 1.5 }, { offsets: Float32Array.from(priorOffsets(support, 1.5)) }],
    [{ loss: 'ldam', ldam_margin: 3 }, { margins: Float32Array.from(margins) }],
    [{ loss: 'poly1', poly_epsilon: 2 }, { polyEpsilon: 2 }],
  ] as const)(
    'reports the loss of the run, with %o, and plain cross-entropy as log_loss',
    async (knobs, terms) => {
      const weights = { class0: 2, class3: 0.5 };
      const changes = { ...knobs, alpha: weights, gamma: 1, hidden: [], epochs: 1 };
      const told = await train(engine, [job('a', changes)]);
      const seen: Float32Array[] = [];
      await train(recording(engine, seen), [job('a', changes)]);
      const batch = {
        logits: seen[0] ?? [],
        targets: dataset.split.validation.map((row) => dataset.labels[row] ?? -1),
        classes: 4,
      };
      const [epoch] = told.epochs;
      const loss = { alpha: [2, 1, 1, 0.5], gamma: 1, ...terms };
      expect(epoch?.validationLoss).toBeCloseTo(focalLoss(batch, loss), 12);
      expect(epoch?.validation.log_loss).toBeCloseTo(focalLoss(batch, { alpha: [1, 1, 1, 1], gamma: 0 }), 12);
    },
  );

  it('gives a run the same result alone, again, and in lanes that leave at different times', async () => {
    const jobs = [
      job('a'),
      job('b', { gamma: 0, alpha: 1, epochs: 3 }),
      job('c', { dropout: 0.3, mixup: 0.4, patience: 2 }, 2),
      job('d', { sampler: 'balanced', learning_rate: 0.005, select: 'last' }, 3),
      job('e', { loss: 'ldam', mixup: 0.4, sampler: 'weighted' }),
      job('f', { loss: 'poly1', poly_epsilon: -1, gamma: 0 }),
    ];
    const together = await train(engine, jobs);
    expect(together.results.size).toBe(6);
    for (const each of jobs) {
      const alone = await train(engine, [each]);
      expect(resultOf(alone, each.runId)).toEqual(resultOf(together, each.runId));
    }
  });

  it('stops by patience, counted from the best epoch, and keeps that epoch’s weights', async () => {
    const patient = job('a', { patience: 3, epochs: 200 });
    const result = resultOf(await train(engine, [patient]), 'a');
    expect(result.stoppedBy).toBe('patience');
    expect(result.epochs.length - result.chosenEpoch).toBe(3);
    // Ended at its best epoch, the same run has the same weights, so the same test predictions.
    const ended = await train(engine, [job('a', { epochs: result.chosenEpoch, select: 'last' })]);
    expect(resultOf(ended, 'a').test).toEqual(result.test);

    const last = await train(engine, [job('a', { patience: 3, epochs: 200, select: 'last' })]);
    expect(resultOf(last, 'a').chosenEpoch).toBe(result.epochs.length);
    expect(resultOf(last, 'a').epochs).toEqual(result.epochs);
  });

  it('chooses by the log-loss as a run whose metric is that, and keeps the values of its own metric', async () => {
    const knobs = { patience: 3, epochs: 60, gamma: 2, alpha: 'balanced' } as const;
    const chosen = resultOf(await train(engine, [job('a', { ...knobs, select: 'log_loss' })]), 'a');
    const byMetric = { ...job('a', knobs), metric: { name: 'log_loss', goal: 'minimize' } as const };
    const wanted = resultOf(await train(engine, [byMetric]), 'a');
    expect(chosen.chosenEpoch).toBe(wanted.chosenEpoch);
    expect(chosen.epochs.length).toBe(wanted.epochs.length);
    expect(chosen.test.predictions).toEqual(wanted.test.predictions);
    expect(chosen.validation.metrics.macro_f1).toBe(wanted.validation.metrics.macro_f1);
  });

  it('hands over the weights of the chosen epoch, layer by layer', async () => {
    const trained: TrainedRun[] = [];
    const listener = {
      onEpoch: () => {},
      onFailed: () => {},
      onResult: (run: TrainedRun) => trained.push(run),
    };
    const runs = [job('a', { patience: 3, epochs: 200 })];
    await trainRuns(engine, { dataset, runs, shouldStop: () => false, ...listener });
    const [{ weights = [], epochs = [], chosenEpoch, test } = {}] = trained;
    expect(chosenEpoch).toBeLessThan(epochs.length);
    expect(weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['layers.0.weight', [5, 16]],
      ['layers.0.bias', [16]],
      ['layers.1.weight', [16, 4]],
      ['layers.1.bias', [4]],
    ]);
    const x = [...dataset.split.test].map((row) => [...dataset.features.subarray(row * 5, row * 5 + 5)]);
    const flat = weights.flatMap(({ values }) => [...values]);
    const { logits } = referenceForward(flat, x, { layers: [5, 16, 4], activation: 'relu' });
    const largest = logits.map((row) => row.indexOf(Math.max(...row)));
    expect([...(test?.predictions ?? [])]).toEqual(largest);
  });

  it('hands over scales and shifts of a residual network, and trains no other beside it', async () => {
    const trained: TrainedRun[] = [];
    const listener = {
      shouldStop: () => false,
      onEpoch: () => {},
      onFailed: () => {},
      onResult: (run: TrainedRun) => trained.push(run),
    };
    const residual = job('a', { hidden: [16], residual: true, epochs: 2 });
    await trainRuns(engine, { dataset, runs: [residual], ...listener });
    const [{ weights = [] } = {}] = trained;
    expect(weights.map(({ name, shape, values }) => [name, shape, values.length])).toEqual([
      ['layers.0.weight', [5, 16], 80],
      ['layers.0.bias', [16], 16],
      ['layers.1.scale', [16], 16],
      ['layers.1.shift', [16], 16],
      ['layers.1.weight', [16, 16], 256],
      ['layers.1.bias', [16], 16],
      ['layers.2.weight', [16, 16], 256],
      ['layers.2.bias', [16], 16],
      ['layers.3.scale', [16], 16],
      ['layers.3.shift', [16], 16],
      ['layers.3.weight', [16, 4], 64],
      ['layers.3.bias', [4], 4],
    ]);
    const runs = [residual, job('b', { hidden: [16] })];
    await expect(trainRuns(engine, { dataset, runs, ...listener })).rejects.toThrow(RangeError);
  });

  it('takes the lowest of a metric that is to be minimised', async () => {
    const minimising: RunJob = {
      ...job('a', { epochs: 30 }),
      metric: { name: 'log_loss', goal: 'minimize' },
    };
    const result = resultOf(await train(engine, [minimising]), 'a');
    const scores = result.epochs.map(({ validation }) => validation.log_loss);
    expect(result.chosenEpoch).toBe(scores.indexOf(Math.min(...scores)) + 1);
  });

  it('takes the epoch whose mistakes cost least by the costs of the metric', async () => {
    const costs = [0, 1, 2, 3].map((truth) => [0, 1, 2, 3].map((other) => (truth === other ? 0 : 1 + truth)));
    const costly: RunJob = {
      ...job('a', { epochs: 30 }),
      metric: { name: 'expected_cost', goal: 'minimize', costs },
    };
    const { epochs, chosenEpoch, validation, test } = resultOf(await train(engine, [costly]), 'a');
    const scores = epochs.map(({ validation: own }) => own.expected_cost);
    expect(chosenEpoch).toBe(scores.indexOf(Math.min(...scores)) + 1);
    for (const [split, { metrics, predictions }] of Object.entries({ validation, test })) {
      const rows = dataset.split[split as 'validation' | 'test'];
      const cost = [...rows].reduce(
        (sum, row, at) => sum + (costs[dataset.labels[row] ?? -1]?.[predictions[at] ?? -1] ?? Number.NaN),
        0,
      );
      expect(metrics.expected_cost).toBeCloseTo(cost / rows.length, 12);
    }
  });

  it('measures probabilities in every epoch for a metric that needs them, else once for the result', async () => {
    const ranked = {
      ...job('a', { epochs: 6 }),
      metric: { name: 'average_precision', goal: 'maximize' },
    } as const;
    const { epochs, chosenEpoch } = resultOf(await train(engine, [ranked]), 'a');
    const scores = epochs.map(({ validation }) => validation.average_precision);
    expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
    expect(chosenEpoch).toBe(scores.indexOf(Math.max(...scores)) + 1);
    const usual = resultOf(await train(engine, [job('a', { epochs: 6, select: 'last' })]), 'a');
    expect(usual.epochs.map(({ validation }) => validation.average_precision)).toEqual(Array(6).fill(NaN));
    expect(usual.validation.metrics.average_precision).toBe(scores.at(-1));
  });

  it('gives logits of the test rows, and measures their probabilities for a metric that needs them', async () => {
    const usual = job('a', { epochs: 1 });
    const ranked = { ...usual, metric: { name: 'brier', goal: 'minimize' } } as const;
    const trained = async (run: RunJob) => resultOf(await train(engine, [run]), 'a');
    const { testLogits, test } = await trained(usual);
    expect(testLogits).toHaveLength(dataset.split.test.length * 4);
    expect(test.metrics.brier).toBeNaN();
    const measured = await trained(ranked);
    expect(measured.testLogits).toEqual(testLogits);
    expect(measured.test.metrics.brier).toBeGreaterThan(0);
  });

  it('lets a run that diverges fail alone, naming the epoch and what to do', async () => {
    const wild = { optimizer: 'sgd', learning_rate: 1e30 } as const;
    const told = await train(engine, [job('a', { optimizer: 'sgd' }), job('wild', wild)]);
    expect([...told.results.keys()]).toEqual(['a']);
    const error = told.failures.get('wild');
    expect(error).toBeInstanceOf(DivergedError);
    expect(error?.message).toMatch(/diverged in epoch 1.*learning_rate.*normalised/);
    expect(resultOf(told, 'a')).toEqual(resultOf(await train(engine, [job('a', { optimizer: 'sgd' })]), 'a'));
  });

  it('stops wherever it is asked to, without a result', async () => {
    let outcome = 'stopped';
    for (let looks = 0; outcome === 'stopped'; looks++) {
      let left = looks;
      const told = await train(engine, [job('a', { epochs: 2 })], () => left-- <= 0);
      ({ outcome } = told);
      expect(told.results.size).toBe(outcome === 'done' ? 1 : 0);
      expect(told.failures.size).toBe(0);
    }
  });

  it('groups runs by what one program must share', () => {
    const key = laneKey(config);
    expect(laneKey({ ...config, alpha: 2, gamma: 0, learning_rate: 1, dropout: 0.5, epochs: 3 })).toBe(key);
    for (const change of [
      { hidden: [16, 16] },
      { activation: 'tanh' },
      { optimizer: 'sgd' },
      { batch_size: 64 },
    ] as const) {
      expect(laneKey({ ...config, ...change })).not.toBe(key);
    }
  });
});

/** The engine, with every prediction kept in `seen`. */
function recording(engine: Engine, seen: Float32Array[]): Engine {
  return {
    ...engine,
    start: async (...given) => {
      const program: LaneProgram = await engine.start(...given);
      return {
        ...program,
        predict: async (lane, rows) => {
          const logits = await program.predict(lane, rows);
          seen.push(logits);
          return logits;
        },
      };
    },
  };
}
