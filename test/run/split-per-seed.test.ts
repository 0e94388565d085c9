// Seeds with splits of their own, through real threads and databases: these tests run what `npm test` has built.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildComparison,
  buildReport,
  buildShown,
  confusionMatrix,
  type LaunchOutcome,
  loadData,
  loadTrainer,
  metricValues,
  openStore,
  parseSpec,
  planSweep,
  type RunSweepOptions,
  render,
  runSweep,
  type SweepReader,
} from '../../dist/index.js';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { isProbabilityMetric, METRIC_NAMES } from '../../src/metric.js';
import { type DatasetChoice, runDatasets } from '../../src/run/groups/run-datasets.js';
import { told } from '../../src/testing/told.js';
import { knobConfig } from '../knob-config.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-splits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `
name: split
parameters:
  gamma: {values: [0, 2]}
  alpha: {values: [1, balanced]}
seeds: 3
data: {source: "builtin:malware21", rows: 800, split: {reshuffle: true}}
model: {hidden: [8]}
train: {epochs: 4, batch_size: 64, learning_rate: 0.01}
store_logits: true
`;
const FOLDS = SPEC.replace('reshuffle: true', 'folds: 3')
  .replace('seeds: 3\n', '')
  .replace('name: split', 'name: folds');

type Overrides = Partial<Pick<RunSweepOptions, 'workers' | 'lanes' | 'signal' | 'onProgress' | 'splits'>>;

const urlOf = (store: string): string => (store.endsWith('.db') ? join(folder, store) : `memory:${store}`);

async function launch(
  text: string,
  db: string,
  overrides: Overrides = {},
  engine = 'native/wasm',
): Promise<LaunchOutcome> {
  const spec = parseSpec(text);
  const [loaded, trainer] = await Promise.all([loadData(spec.data, '.'), loadTrainer(engine)]);
  const writer = await openStore(urlOf(db)).writer();
  try {
    return await runSweep({
      plan: planSweep(spec, loaded.dataset, trainer.id),
      ...loaded,
      trainers: [trainer],
      writer,
      workers: 2,
      ...overrides,
    });
  } finally {
    await writer.close();
  }
}

async function reading<T>(db: string, read: (reader: SweepReader) => Promise<T>): Promise<T> {
  const reader = await openStore(urlOf(db)).reader();
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

const fingerprint = (db: string, name = 'split') => reading(db, (reader) => reader.fingerprint(name));

beforeAll(async () => {
  await launch(SPEC, 'whole.db');
  await launch(FOLDS, 'whole.db');
});

describe('a sweep with a split per seed', () => {
  it.each([
    { engine: 'native/wasm', workers: 1, lanes: 1 },
    { engine: 'native/wasm', workers: 2, lanes: 3 },
    { engine: 'tfjs/cpu', workers: 2, lanes: 4 },
  ])(
    'has the same result tables with $workers workers and $lanes lanes of $engine',
    async ({ engine, ...way }) => {
      const db = `${engine.replace('/', '-')}-${way.workers}.db`;
      expect(await launch(SPEC, db, way, engine)).toMatchObject({ complete: 12, failed: 0 });
      const plain = `${engine.replace('/', '-')}-plain.db`;
      await launch(SPEC, plain, {}, engine);
      expect(await fingerprint(db)).toBe(await fingerprint(plain));
    },
  );

  it('keeps predictions of each seed’s own rows', async () => {
    const scores = await reading('whole.db', async (reader) => {
      const { dataset } = await reader.sweep('split');
      const runs = await reader.runs('split');
      const predictions = await reader.predictions(
        runs.map(({ runId }) => runId),
        'validation',
      );
      return runs.map(({ runId, seed, validation }) => {
        const rows = dataset.validationRows?.get(seed) ?? new Uint32Array();
        const labels = Uint16Array.from(rows, (row) => dataset.validationLabels[row] as number);
        const confusion = confusionMatrix(labels, predictions.get(runId) ?? [], dataset.classNames.length);
        const found = metricValues({
          confusion,
          rareClasses: dataset.rareClasses,
          logLoss: validation.log_loss,
        });
        return { recorded: validation, found };
      });
    });
    expect(scores).toHaveLength(12);
    for (const { recorded, found } of scores) {
      for (const name of METRIC_NAMES.filter((one) => !isProbabilityMetric(one))) {
        expect(found[name]).toBe(recorded[name]);
      }
    }
  });

  it('trains a run as that seed’s dataset alone does', async () => {
    const { data } = parseSpec(SPEC);
    const [{ splits }, trainer] = await Promise.all([loadData(data, '.'), loadTrainer('native/wasm')]);
    const recorded = await reading('whole.db', async (reader) => {
      const [trial] = await reader.trials('split');
      const runs = (await reader.runs('split')).filter(({ trialId }) => trialId === trial?.trialId);
      const predictions = await reader.predictions(
        runs.map(({ runId }) => runId),
        'validation',
      );
      return runs.map((run) => ({ ...run, config: trial?.config, predictions: predictions.get(run.runId) }));
    });
    const alone = new Map<string, Uint16Array | undefined>();
    for (const { runId, seed, config } of recorded) {
      const metric = { name: 'macro_f1', goal: 'maximize' } as const;
      const run = { runId, seed, metric, config: knobConfig(config) };
      const { results, failures } = await told({ trainer, dataset: splits?.dataset(seed), runs: [run] });
      expect([...failures]).toEqual([]);
      alone.set(runId, results.get(runId)?.validation.predictions);
    }
    expect(recorded).toHaveLength(3);
    for (const { runId, predictions } of recorded) expect(alone.get(runId)).toEqual(predictions);
  });

  it('stopped and launched again, ends with the results of an undisturbed one', async () => {
    const controller = new AbortController();
    const stopped = await launch(SPEC, 'stopped.db', {
      workers: 1,
      lanes: 1,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.type === 'complete') controller.abort();
      },
    });
    expect(stopped.complete).toBeLessThan(12);
    await launch(SPEC, 'stopped.db');
    expect(await fingerprint('stopped.db')).toBe(await fingerprint('whole.db'));
  });

  it('takes more seeds later, each with its split', async () => {
    await launch(SPEC.replace('seeds: 3', 'seeds: 2'), 'grown.db');
    expect(await launch(SPEC, 'grown.db')).toMatchObject({ complete: 4, alreadyComplete: 8 });
    expect(await fingerprint('grown.db')).toBe(await fingerprint('whole.db'));
    const seeds = await reading('grown.db', async (reader) => [
      ...((await reader.sweep('split')).dataset.validationRows?.keys() ?? []),
    ]);
    expect(seeds).toEqual([1, 2, 3]);
    const keeper = await openStore(urlOf('grown.db')).keeper();
    expect((await keeper.check({ repair: false })).problems).toEqual([]);
    await keeper.close();
  });

  it('is another sweep than one with a split for all seeds', async () => {
    await launch(SPEC, 'other');
    const fixed = SPEC.replace(', split: {reshuffle: true}', '');
    await expect(launch(fixed, 'other')).rejects.toThrow('has results of different data');
  });

  it('needs the splits', async () => {
    await expect(launch(SPEC, 'without', { splits: undefined })).rejects.toMatchObject({
      where: '`splits`',
      fix: expect.stringContaining('prepareSweep'),
    });
  });
});

describe('reports of splits per seed', () => {
  it.each(['split', 'folds'])('are the same from both stores: %s', async (name) => {
    await launch(name === 'split' ? SPEC : FOLDS, `memory-${name}`);
    const [memory, sqlite] = await Promise.all(
      [`memory-${name}`, 'whole.db'].map((db) => reading(db, (reader) => buildReport(reader, name))),
    );
    expect(sqlite?.configurations).toHaveLength(4);
    const figures = (report: typeof memory) =>
      report?.configurations.map(({ trialId, estimates, ranked, versusBaseline }) => ({
        trialId,
        estimates,
        ranked,
        versusBaseline,
      }));
    expect(figures(memory)).toEqual(figures(sqlite));
    for (const { ranked } of sqlite?.configurations ?? []) {
      expect(ranked.interval.low).toBeLessThan(ranked.mean);
      expect(ranked.interval.high).toBeGreaterThan(ranked.mean);
    }
    expect(sqlite?.postHoc).toHaveLength(4);
  });

  it('say in every format that seeds have rows of their own', async () => {
    const report = await reading('whole.db', (reader) => buildReport(reader, 'folds'));
    const text = await render('report', report, { format: 'md' });
    expect(text).toContain('Every seed validates on one of 3 folds');
    expect(text).toContain('by the correction of Nadeau & Bengio');
  });

  it('compare and show read them too', async () => {
    const [comparison, shown] = await reading('whole.db', (reader) =>
      Promise.all([buildComparison(reader, ['split', 'folds']), buildShown(reader, 'split#1')]),
    );
    expect(comparison.sides.map(({ isPaired }) => isPaired)).toEqual([true, false]);
    expect(shown.kind).toBe('trial');
  });
});

describe('datasets of the seeds in training', () => {
  it('are made once while somebody trains on them, and forgotten when another is taken', async () => {
    const { dataset, splits } = await loadData(parseSpec(SPEC).data, '.');
    const made: number[] = [];
    const datasets = runDatasets({
      dataset,
      knobs: KNOB_DEFAULTS,
      splits: {
        poolLabels: new Uint16Array(),
        validationRows: () => new Uint32Array(),
        dataset: (seed) => {
          made.push(seed);
          return splits?.dataset(seed) ?? dataset;
        },
      },
    });
    const one: DatasetChoice = { config: KNOB_DEFAULTS, seed: 1 };
    const two: DatasetChoice = { ...one, seed: 2 };
    const first = datasets.take(one);
    expect(datasets.take(one)).toBe(first);
    datasets.giveBack(one);
    datasets.take(two);
    expect(datasets.take(one)).toBe(first);
    for (const choice of [one, one, two]) datasets.giveBack(choice);
    expect(datasets.take(two)).not.toBe(first);
    datasets.giveBack(two);
    datasets.take(one);
    expect(made).toEqual([1, 2, 1]);
  });
});
