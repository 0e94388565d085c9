// Real threads need compiled code: these tests run what `npm test` has built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  loadDataset,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  type RunSweepOptions,
  runSweep,
} from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-drawn-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const specOf = (method: string, trials: number) =>
  parseSpec(`
name: drawn
method: ${method}
trials: ${trials}
where: "gamma > 0.2 or alpha = 1"
parameters:
  alpha: {values: [1, balanced], probabilities: [0.25, 0.75]}
  gamma: {min: 0.0, max: 5}
  learning_rate: {distribution: log_uniform_values, min: 0.001, max: 0.1}
  batch_size: {distribution: q_log_uniform_values, min: 32, max: 128, q: 32}
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 2}
`);

interface Launch extends Partial<RunSweepOptions> {
  readonly db: string;
  readonly method?: string;
  readonly trials?: number;
}

async function launch({ db, method = 'sobol', trials = 8, ...overrides }: Launch) {
  const spec = specOf(method, trials);
  const [dataset, trainer] = await Promise.all([loadDataset(spec.data, '.'), loadTrainer('native/wasm')]);
  const writer = await openStore(join(folder, db)).writer();
  try {
    const plan = planSweep(spec, dataset, trainer.id);
    return await runSweep({ plan, dataset, trainers: [trainer], writer, workers: 2, lanes: 2, ...overrides });
  } finally {
    await writer.close();
  }
}

const COLUMNS = ['position', 'alpha', 'gamma', 'learning_rate', 'batch_size', 'seed', 'state'];

async function recorded(db: string, where?: string) {
  const reader = await openStore(join(folder, db)).reader();
  try {
    const { rows } = await reader.query({
      sweep: 'drawn',
      columns: COLUMNS,
      ...(where !== undefined && { where }),
    });
    return { print: await reader.fingerprint('drawn'), rows };
  } finally {
    await reader.close();
  }
}

describe.each([
  { method: 'random', trials: 8, baselines: 2, stops: [1, 3, 5], added: 4 + 1 },
  { method: 'sobol', trials: 8, baselines: 2, stops: [1, 3, 5], added: 4 + 1 },
  // Ten and their baselines, then generations of up to five.
  { method: 'tpe', trials: 13, baselines: 3, stops: [1, 3, 25], added: 4 },
  // Twenty and their baselines, then generations of up to ten.
  { method: 'nsga2', trials: 23, baselines: 5, stops: [1, 25, 51], added: 4 },
])('a sweep whose configurations are drawn by $method', ({ method, trials, baselines, stops, added }) => {
  it('has as many as it asks for, and baselines beside the first quarter', async () => {
    expect(await launch({ db: `${method}.db`, method, trials })).toMatchObject({
      complete: 2 * (trials + baselines),
      failed: 0,
    });
    const { rows } = await recorded(`${method}.db`);
    const plain = await recorded(`${method}.db`, 'gamma = 0 and alpha = 1');
    expect(plain.rows).toHaveLength(2 * baselines);
    const beside = (row: readonly unknown[]): string => JSON.stringify(row.slice(3, 6));
    for (const row of plain.rows) {
      expect(rows.filter((other) => beside(other) === beside(row))).toHaveLength(2);
    }
  });

  it('has the same tables with 1, 2 and 4 workers, and however often it is stopped', async () => {
    const whole = await recorded(`${method}.db`);
    for (const workers of [1, 2, 4]) {
      const db = `${method}-${workers}.db`;
      for (const after of stops) {
        const controller = new AbortController();
        let done = 0;
        await launch({
          db,
          method,
          trials,
          workers,
          lanes: 1,
          signal: controller.signal,
          onProgress: (event) => {
            if (event.type === 'complete' && ++done === after) controller.abort();
          },
        });
      }
      await launch({ db, method, trials, workers });
      expect(await recorded(db)).toEqual(whole);
    }
  });

  it('trains only the new ones when more are asked for, and is then as if all had been asked for at once', async () => {
    const before = await recorded(`${method}.db`);
    const outcome = await launch({ db: `${method}.db`, method, trials: trials + 4 });
    expect(outcome.complete).toBe(2 * added);
    await launch({ db: `${method}-at-once.db`, method, trials: trials + 4 });
    const after = await recorded(`${method}.db`);
    expect(after).toEqual(await recorded(`${method}-at-once.db`));
    expect(after.rows).toHaveLength(before.rows.length + 2 * added);
  });
});
