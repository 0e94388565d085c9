// Configurations that prepare the table in several ways, through real threads and databases: these tests run what `npm test` has built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildComparison,
  buildReport,
  type LaunchOutcome,
  loadData,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  prepareSweep,
  type RunSweepOptions,
  runSweep,
  type SweepCost,
  type SweepReader,
  sweepCost,
} from '../../dist/index.js';
import type { Dataset, PreparedDataset } from '../../src/data/dataset.js';
import { KNOB_DEFAULTS } from '../../src/knobs/knobs.js';
import { type DatasetChoice, runDatasets } from '../../src/run/groups/run-datasets.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-data-axes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PLAIN = `
name: prepared
parameters:
  gamma: {values: [0, 2]}
seeds: 2
data: {source: "builtin:malware21", rows: 800}
model: {hidden: [8]}
train: {epochs: 3, batch_size: 64, learning_rate: 0.01}
`;
const AXES = PLAIN.replace(
  'gamma:',
  'encode_numbers: {values: [none, {piecewise_linear: 4}]}\n  normalize: {values: [zscore, quantile]}\n  gamma:',
);
const reshuffled = (text: string) => text.replace('rows: 800', 'rows: 800, split: {reshuffle: true}');

type Overrides = Partial<Pick<RunSweepOptions, 'workers' | 'lanes' | 'signal' | 'onProgress' | 'prepare'>>;

async function launch(text: string, db: string, overrides: Overrides = {}): Promise<LaunchOutcome> {
  const spec = parseSpec(text);
  const [loaded, trainer] = await Promise.all([loadData(spec.data, '.'), loadTrainer('native/wasm')]);
  const writer = await openStore(join(folder, db)).writer();
  try {
    const plan = planSweep(spec, loaded.dataset, trainer.id);
    return await runSweep({ plan, ...loaded, trainers: [trainer], writer, workers: 2, ...overrides });
  } finally {
    await writer.close();
  }
}

async function reading<T>(db: string, read: (reader: SweepReader) => Promise<T>): Promise<T> {
  const reader = await openStore(join(folder, db)).reader();
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

const fingerprint = (db: string) => reading(db, (reader) => reader.fingerprint('prepared'));

/** The predictions of every run whose configuration has the default preparation, by run. */
const plainPredictions = (db: string) =>
  reading(db, async (reader) => {
    const trials = (await reader.trials('prepared')).filter(
      ({ config }) => config.encode_numbers === 'none' && config.normalize === 'zscore',
    );
    const ids = new Set(trials.map(({ trialId }) => trialId));
    const runs = (await reader.runs('prepared')).filter(({ trialId }) => ids.has(trialId));
    return reader.predictions(
      runs.map(({ runId }) => runId),
      'test',
    );
  });

beforeAll(async () => {
  await launch(AXES, 'whole.db');
});

describe('a sweep with the preparation of numbers as axes', () => {
  it('has the same result tables whatever the workers and lanes', async () => {
    for (const way of [
      { workers: 1, lanes: 1 },
      { workers: 2, lanes: 3 },
    ]) {
      const db = `ways-${way.workers}.db`;
      expect(await launch(AXES, db, way)).toMatchObject({ complete: 16, failed: 0 });
      expect(await fingerprint(db)).toBe(await fingerprint('whole.db'));
    }
  });

  it.each([
    ['one split', (text: string) => text],
    ['a split per seed', reshuffled],
  ])('trains the default preparation to the bits of a sweep without the axes: %s', async (name, of) => {
    await launch(of(PLAIN), `plain ${name}.db`);
    await launch(of(AXES), `axes ${name}.db`);
    const expected = await plainPredictions(`plain ${name}.db`);
    expect(expected.size).toBe(4);
    expect(await plainPredictions(`axes ${name}.db`)).toEqual(expected);
    // So a sweep that adds the axes later keeps what it has.
    expect(await launch(of(AXES), `plain ${name}.db`)).toMatchObject({ alreadyComplete: 4, complete: 12 });
    expect(await fingerprint(`plain ${name}.db`)).toBe(await fingerprint(`axes ${name}.db`));
  });

  it('stopped and launched again, ends with the results of an undisturbed one', async () => {
    const controller = new AbortController();
    const stopped = await launch(AXES, 'stopped.db', {
      workers: 1,
      lanes: 1,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.type === 'complete') controller.abort();
      },
    });
    expect(stopped.complete).toBeLessThan(16);
    await launch(AXES, 'stopped.db');
    expect(await fingerprint('stopped.db')).toBe(await fingerprint('whole.db'));
  });

  it('is ranked on the same rows, and finds configurations by their preparation', async () => {
    await reading('whole.db', async (reader) => {
      const report = await buildReport(reader, 'prepared');
      expect(report.configurations).toHaveLength(8);
      const encoded = await reader.query({
        sweep: 'prepared',
        columns: ['normalize', 'encode_numbers', 'gamma', 'seed'],
        where: `encode_numbers = '{"piecewise_linear":4}' and normalize = quantile and gamma = 2`,
        sort: ['seed'],
      });
      const cells = ['quantile', '{"piecewise_linear":4}', 2];
      expect(encoded.rows).toEqual([
        [...cells, 1],
        [...cells, 2],
      ]);
    });
  });

  it('has the results of the same preparation set for the whole sweep', async () => {
    const constant = PLAIN.replace('rows: 800', 'rows: 800, encode_numbers: {piecewise_linear: 4}');
    expect(await launch(constant, 'whole.db')).toMatchObject({ alreadyComplete: 4, complete: 0 });
  });

  it('is compared with another preparation in pairs', async () => {
    const constant = PLAIN.replace('rows: 800', 'rows: 800, normalize: robust').replace('prepared', 'robust');
    await launch(constant, 'compared.db');
    await launch(PLAIN, 'compared.db');
    const comparison = await reading('compared.db', (reader) =>
      buildComparison(reader, ['prepared', 'robust']),
    );
    expect(comparison.sides.map(({ isPaired }) => isPaired)).toEqual([true, true]);
  });

  it('needs the table', async () => {
    const outcome = launch(AXES, 'without.db', { prepare: undefined });
    await expect(outcome).rejects.toThrow('pass the `prepare`');
  });
});

describe('the cost of a sweep', () => {
  it('counts the features of every preparation', async () => {
    const costOf = async (text: string) => {
      const prepared = await prepareSweep(parseSpec(text), {
        db: join(folder, 'none.db'),
        engine: 'native/wasm',
      });
      return sweepCost(prepared.plan, prepared.trainers, prepared);
    };
    const [plain, encoded, both] = await Promise.all([
      costOf(PLAIN),
      costOf(PLAIN.replace('rows: 800', 'rows: 800, encode_numbers: {piecewise_linear: 4}')),
      costOf(PLAIN.replace('gamma:', 'encode_numbers: {values: [none, {piecewise_linear: 4}]}\n  gamma:')),
    ]);
    const few = plain.preparations[0]?.featureCount ?? 0;
    const many = encoded.preparations[0]?.featureCount ?? 0;
    expect(many).toBeGreaterThan(2 * few);
    expect(both.preparations.map(({ featureCount }) => featureCount)).toEqual([few, many]);
    const flopsOf = ({ parts }: SweepCost) => parts[0]?.work?.flops ?? 0;
    expect(flopsOf(both)).toBe(flopsOf(plain) + flopsOf(encoded));
  });
});

describe('datasets in training', () => {
  const config = (bins: number) => ({ ...KNOB_DEFAULTS, encode_numbers: { piecewise_linear: bins } });

  it('are made once while somebody trains on them, and forgotten when another is taken', () => {
    const made: number[] = [];
    const datasets = runDatasets({
      dataset: {} as Dataset,
      knobs: KNOB_DEFAULTS,
      prepare: ({ encode_numbers }) => {
        made.push(encode_numbers === 'none' ? 0 : encode_numbers.piecewise_linear);
        return {} as PreparedDataset;
      },
    });
    const two: DatasetChoice = { config: config(2), seed: 1 };
    const three: DatasetChoice = { config: config(3), seed: 1 };
    const first = datasets.take(two);
    expect(datasets.take(two)).toBe(first);
    datasets.giveBack(two);
    datasets.take(three);
    expect(datasets.take(two)).toBe(first);
    for (const choice of [two, two, three]) datasets.giveBack(choice);
    expect(datasets.take(three)).not.toBe(first);
    datasets.giveBack(three);
    datasets.take(two);
    expect(made).toEqual([2, 3, 2]);
  });
});
