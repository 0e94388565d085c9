// At which epoch each validation row of a run is scored, against a choice that is made again from the outside.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { KNOB_DEFAULTS } from '../../../../src/knobs/knobs.js';
import { METRICS, type MetricName, withCosts } from '../../../../src/metric.js';
import { metricValues } from '../../../../src/metrics/classification-metrics.js';
import { confusionMatrix } from '../../../../src/metrics/confusion.js';
import type { TrialConfig } from '../../../../src/sweep.js';
import { clusters, datasetOf } from '../../../../src/testing/small-dataset.js';
import { checkpointsInMemory, told } from '../../../../src/testing/told.js';
import { validationFolds } from '../../../../src/train/folds/validation-folds.js';
import { networkTrainer } from '../../../../src/train/network/network-trainer.js';
import { loadEngine } from '../../../../src/train/network/select-engine.js';
import type { RunJob, TrainedRun, Trainer } from '../../../../src/train/trainer.js';

const dataset = datasetOf(clusters(300, 5, 4), true);
const { validation } = dataset.split;
const targets = [...validation].map((row) => dataset.labels[row] ?? -1);
const config: TrialConfig = {
  ...KNOB_DEFAULTS,
  learning_rate: 0.02,
  epochs: 8,
  batch_size: 32,
  patience: 0,
  hidden: [16],
};
const job = (changes: Partial<TrialConfig>, name: MetricName = 'macro_f1'): RunJob => ({
  runId: JSON.stringify(changes),
  seed: 3,
  config: { ...config, ...changes },
  metric: withCosts({ name, goal: METRICS[name].goal }, COSTS),
});
/** Mistakes that cost little are made early, and dear ones late. */
const COSTS = [0, 1, 2, 3].map((truth) =>
  [0, 1, 2, 3].map((predicted) => (truth === predicted ? 0 : 1 + 3 * truth * predicted)),
);

describe('the validation rows of a run', () => {
  let trainer: Trainer;
  beforeAll(async () => {
    trainer = networkTrainer(await loadEngine('native/wasm'));
  });
  const train = async (run: RunJob): Promise<TrainedRun> => {
    const { results } = await told({ trainer, dataset, runs: [run] });
    const trained = results.get(run.runId);
    if (trained === undefined) throw new Error('no result');
    return trained;
  };
  /** The outputs at every epoch: those of a run that ends there. */
  const outputsOf = (run: RunJob, epochs: number): Promise<TrainedRun[]> =>
    Promise.all(
      Array.from({ length: epochs }, (_, at) =>
        train({ ...run, config: { ...run.config, epochs: at + 1, select: 'last' } }),
      ),
    );

  it.each([
    'macro_f1',
    'rare_recall',
    'worst_recall',
    'balanced_accuracy',
    'accuracy',
    'mcc',
    'log_loss',
    'brier',
    'roc_auc',
    'expected_cost',
  ] as const)('are scored at the epochs that the other folds chose by %s', async (name) => {
    const run = job({}, name);
    const trained = await train(run);
    const outputs = await outputsOf(run, 8);
    const chosen = new Set<number>();
    for (const fold of validationFolds(dataset, run.seed)) {
      const others = targets.flatMap((_, at) => (fold.includes(at) ? [] : [at]));
      const scores = outputs.map(({ validation: { predictions, logits } }) =>
        metricOn(others, predictions ?? new Uint16Array(), logits ?? new Float32Array(), name),
      );
      const best = scores.reduce((at, score, epoch) => (score > (scores[at] ?? 0) + 1e-12 ? epoch : at), 0);
      chosen.add(best);
      for (const at of fold) {
        expect(trained.validation.predictions?.[at]).toBe(outputs[best]?.validation.predictions?.[at]);
        expect(trained.validation.logits?.subarray(4 * at, 4 * at + 4)).toEqual(
          outputs[best]?.validation.logits?.subarray(4 * at, 4 * at + 4),
        );
      }
    }
    expect(chosen.size).toBeGreaterThanOrEqual(name === 'log_loss' ? 1 : 2);
  });

  it('have the mean loss of their own epochs', async () => {
    const run = job({ gamma: 0, alpha: 1 });
    const { loss, logLoss, logits = new Float32Array() } = (await train(run)).validation;
    expect(loss).toBeCloseTo(logLoss ?? Number.NaN, 12);
    expect(logLoss).toBeCloseTo(
      -metricOn([...targets.keys()], new Uint16Array(validation.length), logits, 'log_loss'),
      5,
    );
  });

  it('are those of the last epoch where no epoch is chosen', async () => {
    const { epochs, validation: output } = await train(job({ select: 'last' }));
    const confusion = confusionMatrix(targets, output.predictions ?? [], 4);
    expect(epochs.at(-1)?.validation).toMatchObject({
      macro_f1: metricValues({ confusion, rareClasses: dataset.rareClasses, logLoss: 0 }).macro_f1,
    });
  });

  it('are the same from any checkpoint', async () => {
    const run = job({ patience: 3, epochs: 20 });
    const undisturbed = await train(run);
    for (let stopAfter = 1; stopAfter < undisturbed.epochs.length; stopAfter++) {
      const checkpoints = checkpointsInMemory();
      await told({ trainer, dataset, runs: [run] }, { stopAfter, checkpoints });
      const { results } = await told({ trainer, dataset, runs: [run] }, { checkpoints });
      expect(results.get(run.runId)).toEqual(undisturbed);
    }
  });

  it('are scored at the last epoch where the other rows cannot measure the metric', async () => {
    const { labels, rareClasses, split } = dataset;
    const isRare = (row: number): boolean => rareClasses.includes(labels[row] ?? -1);
    const lone = validation.find(isRare) ?? -1;
    const rows = validation.filter((row) => row === lone || !isRare(row));
    const few = { ...dataset, split: { ...split, validation: rows } };
    const run = job({ epochs: 6 }, 'rare_recall');
    const last = { ...run, runId: 'last', config: { ...run.config, select: 'last' } as const };
    const { results } = await told({ trainer, dataset: few, runs: [run, last] });
    const [own, ended] = [run, last].map(({ runId }) => results.get(runId)?.validation.logits);
    const at = 4 * rows.indexOf(lone);
    expect(own?.subarray(at, at + 4)).toEqual(ended?.subarray(at, at + 4));
    expect(own).not.toEqual(ended);
  });

  it('need not be many: two rows, or one, are scored at some epoch', async () => {
    for (const rows of [1, 2]) {
      const few = { ...dataset, split: { ...dataset.split, validation: validation.subarray(0, rows) } };
      const { results } = await told({ trainer, dataset: few, runs: [job({})] });
      expect(results.get(job({}).runId)?.validation.predictions).toHaveLength(rows);
    }
  });
});

/** Larger is better. */
function metricOn(
  rows: readonly number[],
  predictions: Uint16Array,
  logits: Float32Array,
  name: MetricName,
): number {
  const own = rows.map((at) => targets[at] ?? -1);
  const confusion = confusionMatrix(
    own,
    rows.map((at) => predictions[at] ?? -1),
    4,
  );
  if (name === 'brier' || name === 'roc_auc') return ofProbabilities(rows, logits, name);
  const losses = rows.map((at, index) => {
    const z = [...logits.subarray(4 * at, 4 * at + 4)];
    return Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - (z[own[index] ?? -1] ?? Number.NaN);
  });
  const logLoss = losses.reduce((sum, value) => sum + value, 0) / rows.length;
  const { metric } = job({}, name);
  const value = metricValues({ confusion, rareClasses: dataset.rareClasses, logLoss, metric })[name];
  return METRICS[name].goal === 'minimize' ? -value : value;
}

/** Larger is better: the squared distance to the true class, or the share of pairs in the right order, mean over classes. */
function ofProbabilities(rows: readonly number[], logits: Float32Array, name: 'brier' | 'roc_auc'): number {
  const scored = rows.map((at) => {
    const powers = [...logits.subarray(4 * at, 4 * at + 4)].map(Math.exp);
    const total = powers.reduce((sum, value) => sum + value, 0);
    return { target: targets[at] ?? -1, p: powers.map((value) => value / total) };
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (name === 'brier') {
    return -mean(
      scored.map(({ target, p }) =>
        p.reduce((sum, value, cls) => sum + (value - Number(cls === target)) ** 2, 0),
      ),
    );
  }
  return mean(
    [0, 1, 2, 3].map((cls) => {
      const of = (isOwn: boolean) =>
        scored.filter(({ target }) => (target === cls) === isOwn).map(({ p }) => p[cls] ?? Number.NaN);
      const others = of(false);
      return mean(
        of(true).map((own) => mean(others.map((other) => Number(own > other) + Number(own === other) / 2))),
      );
    }),
  );
}

describe('folds', () => {
  const labelsOfClasses = fc.array(fc.nat({ max: 5 }), { minLength: 0, maxLength: 200 });

  it('are equally large, have of each class as many rows as the others give or take one, and every row once', () => {
    fc.assert(
      fc.property(labelsOfClasses, fc.nat(), (labels, seed) => {
        const table = {
          labels: Int32Array.from(labels),
          classNames: ['a', 'b', 'c', 'd', 'e', 'f'],
          split: {
            train: new Int32Array(),
            validation: Int32Array.from(labels.keys()),
            test: new Int32Array(),
          },
        };
        const folds = validationFolds(table, seed);
        expect(folds.flatMap((fold) => [...fold]).toSorted((a, b) => a - b)).toEqual([...labels.keys()]);
        const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts);
        expect(spread(folds.map(({ length }) => length))).toBeLessThanOrEqual(1);
        for (let cls = 0; cls < 6; cls++) {
          const counts = folds.map((fold) => fold.filter((at) => labels[at] === cls).length);
          expect(spread(counts)).toBeLessThanOrEqual(1);
        }
        expect(validationFolds(table, seed)).toEqual(folds);
      }),
    );
  });

  it('differ between seeds', () => {
    expect(validationFolds(dataset, 1)).not.toEqual(validationFolds(dataset, 2));
  });
});
