import { describe, expect, test } from 'vitest';
import type { FeatureColumn, SharedDataset } from '../../src/data/dataset.js';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { randomStream } from '../../src/random.js';
import { datasetOf } from '../../src/testing/small-dataset.js';
import { told } from '../../src/testing/told.js';
import { loadNativeEngine } from '../../src/train/network/native/native-engine.js';
import { networkTrainer } from '../../src/train/network/network-trainer.js';
import { ShuffledColumns } from '../../src/train/shuffled-columns.js';
import type { Trainer } from '../../src/train/trainer.js';
import { treesTrainer } from '../../src/train/trees/trees-trainer.js';

/**
 * Three classes that one column of categories says: its three indicators together. The other columns are noise, and one value for
 * every row but those that train.
 */
function table(): SharedDataset {
  const stream = randomStream(3, 'synthetic');
  const labels = Array.from({ length: 600 }, (_, row) => Math.floor(stream.uniform() * 3) * Number(row > 0));
  const features = labels.map((label, row) => [
    stream.normal(),
    ...[0, 1, 2].map((one) => Number(one === label)),
    row % 5 < 3 ? stream.normal() : 0.25,
  ]);
  const featureColumns: readonly FeatureColumn[] = [
    { name: 'noise', first: 0, count: 1 },
    { name: 'category', first: 1, count: 3 },
    { name: 'constant', first: 4, count: 1 },
  ];
  return { ...datasetOf({ features, labels, classes: 3 }, true), featureColumns };
}

const TRAINERS: readonly (readonly [string, () => Promise<Trainer>])[] = [
  ['trees by the addon', async () => treesTrainer()],
  ['trees by WebAssembly', async () => treesTrainer('wasm')],
  ['a network by WebAssembly', async () => networkTrainer(await loadNativeEngine('wasm'))],
];

describe.each(TRAINERS)('what columns mean to %s', (_name, load) => {
  const config = {
    ...KNOB_DEFAULTS,
    epochs: 12,
    learning_rate: 0.1,
    hidden: [8],
    max_leaves: 7,
    patience: 0,
  };
  const run = {
    runId: 'a',
    seed: 5,
    config,
    metric: { name: 'macro_f1', goal: 'maximize' },
    shufflesColumns: true,
  } as const;

  test('all for the column that says the class, nothing for noise, exactly 0 for a constant', async () => {
    const outcome = await told({ trainer: await load(), dataset: table(), runs: [run] });
    const [noise, category, constant] = outcome.results.get('a')?.columnImportance ?? [];
    // Where a third of the rows keeps its class by chance, macro-F1 falls from 1 to about a third.
    expect(category?.drops?.macroF1.mean).toBeGreaterThan(0.55);
    expect(category?.drops?.macroF1.mean).toBeLessThan(0.75);
    expect(category?.drops?.rareRecall.mean).toBeGreaterThan(0.5);
    expect(category?.drops?.macroF1.sd).toBeGreaterThan(0);
    expect(Math.abs(noise?.drops?.macroF1.mean ?? 1)).toBeLessThan(0.02);
    expect(constant?.drops).toEqual({ macroF1: { mean: 0, sd: 0 }, rareRecall: { mean: 0, sd: 0 } });
  });
});

describe('shuffles', () => {
  const dataset = table();
  const predictions = dataset.split.validation.map((row) => dataset.labels[row] ?? 0);
  const columns = (seed: number) => new ShuffledColumns(seed, dataset, Uint16Array.from(predictions));

  test('take the features of a column together, five times, in the same orders for a seed', () => {
    const [own, again, other] = [columns(1), columns(1), columns(2)].map((one) => [...one.shuffles()]);
    expect(own?.map(({ column }) => column.name)).toEqual(
      ['noise', 'category', 'constant'].flatMap((name) => Array<string>(5).fill(name)),
    );
    expect(again).toEqual(own);
    expect(other).not.toEqual(own);
    const orders = new Set(own?.map(({ order }) => order.join()));
    expect(orders.size).toBe(15);
    for (const { order } of own ?? [])
      expect([...order].toSorted((a, b) => a - b)).toEqual([...order.keys()]);
  });

  test('are fewer for many rows', () => {
    const validation = new Int32Array(60_000);
    const wide = { ...dataset, split: { ...dataset.split, validation } };
    const many = new ShuffledColumns(1, wide, new Uint16Array(validation.length));
    expect([...many.shuffles()]).toHaveLength(3);
  });

  test('give mean and standard deviation over the shuffles', () => {
    const measured = columns(1);
    for (const shuffle of measured.shuffles()) {
      const wrong = shuffle.column.name === 'noise' && shuffle.order[0] !== 0 ? 1 : 0;
      measured.add(
        shuffle,
        Uint16Array.from(predictions, (own, at) => (at < wrong ? (own + 1) % 3 : own)),
      );
    }
    const [noise, category] = measured.drops();
    expect(noise?.macroF1.mean).toBeGreaterThan(0);
    expect(category).toEqual({ macroF1: { mean: 0, sd: 0 }, rareRecall: { mean: 0, sd: 0 } });
  });
});
