// Real threads need compiled code: these tests run what `npm test` has built.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type LaunchOutcome,
  loadDataset,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  prepareSweep,
  type RunSweepOptions,
  readSpec,
  runSweep,
  serveSweep,
} from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = `
name: small
parameters:
  gamma: {values: [0, 2]}
  learning_rate: {values: [0.01, 0.003]}
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 6, patience: 2, batch_size: 64}
`;

type Overrides = Partial<Pick<RunSweepOptions, 'workers' | 'lanes' | 'signal' | 'onProgress'>>;

/** Where a database is asked for by name it is a file. */
const urlOf = (store: string): string => (store.endsWith('.db') ? join(folder, store) : `memory:${store}`);

async function launch(text: string, db: string, overrides: Overrides = {}): Promise<LaunchOutcome> {
  const spec = parseSpec(text);
  const [dataset, trainer] = await Promise.all([loadDataset(spec.data, '.'), loadTrainer('tfjs/cpu')]);
  const writer = await openStore(urlOf(db)).writer();
  try {
    return await runSweep({
      plan: planSweep(spec, dataset, trainer.id),
      dataset,
      trainers: [trainer],
      writer,
      workers: 2,
      lanes: 1,
      ...overrides,
    });
  } finally {
    await writer.close();
  }
}

async function fingerprint(db: string): Promise<string> {
  const reader = await openStore(urlOf(db)).reader();
  try {
    return await reader.fingerprint('small');
  } finally {
    await reader.close();
  }
}

describe('a sweep', () => {
  it('gives the same result tables whatever the workers and lanes', async () => {
    const ways = [
      { workers: 1, lanes: 1 },
      { workers: 2, lanes: 1 },
      { workers: 1, lanes: 4 },
      { workers: 2, lanes: 3 },
    ];
    const prints = new Set<string>();
    for (const way of ways) {
      const db = `ways-${way.workers}-${way.lanes}.db`;
      expect(await launch(SPEC, db, way)).toMatchObject({ complete: 8, failed: 0, alreadyComplete: 0 });
      prints.add(await fingerprint(db));
    }
    expect(prints.size).toBe(1);
  });

  it('trains nothing twice, and of a longer grid only what is new', async () => {
    await launch(SPEC, 'again');
    const before = await fingerprint('again');
    expect(await launch(SPEC, 'again')).toMatchObject({ complete: 0, alreadyComplete: 8 });
    expect(await fingerprint('again')).toBe(before);
    const longer = SPEC.replace('[0, 2]', '[0, 1, 2]');
    expect(await launch(longer, 'again')).toMatchObject({ complete: 4, alreadyComplete: 8 });
    expect(await launch(SPEC, 'again')).toMatchObject({ complete: 0, alreadyComplete: 8 });
    expect(await fingerprint('again')).toBe(before);
  });

  it('refuses another table under its name', async () => {
    await launch(SPEC, 'other');
    await expect(launch(SPEC.replace('rows: 600', 'rows: 700'), 'other')).rejects.toMatchObject({
      name: 'UserError',
      fix: expect.stringContaining('name'),
    });
  });

  it('refuses a table that the plan was not made of, and records nothing', async () => {
    const [spec, other] = [parseSpec(SPEC), parseSpec(SPEC.replace('rows: 600', 'rows: 700'))];
    const trainer = await loadTrainer('tfjs/cpu');
    const plan = planSweep(spec, await loadDataset(spec.data, '.'), trainer.id);
    const dataset = await loadDataset(other.data, '.');
    const writer = await openStore('memory:mismatched').writer();
    const options = { plan, dataset, trainers: [trainer], writer, workers: 1 };
    const refusal = { name: 'UserError', where: '`dataset`' };
    await expect(runSweep(options)).rejects.toMatchObject(refusal);
    await expect(serveSweep(options)).rejects.toMatchObject(refusal);
    await writer.close();
    const reader = await openStore('memory:mismatched').reader();
    expect(await reader.sweeps()).toEqual([]);
    await reader.close();
  });

  it.each([
    ['workers', [undefined, Number.NaN, Number.POSITIVE_INFINITY, 0, -1, 1.5, '2']],
    ['lanes', [Number.NaN, 0, -1, 1.5, '2']],
    ['stallMs', [Number.NaN, 0, -1, '2']],
    ['shard', [{ index: 5, count: 2 }, { index: 0, count: 2 }, { index: 1.5, count: 2 }, '2/3']],
  ])('refuses %s that nothing can be trained with', async (option, values) => {
    for (const value of values) {
      const overrides = { [option]: value };
      await expect(launch(SPEC, 'unusable', overrides)).rejects.toMatchObject({
        name: 'UserError',
        where: `\`${option}\``,
      });
    }
  });

  it('refuses a command without folders, instead of one that is told that there is no table', async () => {
    const file = join(folder, 's.yaml');
    writeFileSync(join(folder, 'd.csv'), `x,y\n${'1,a\n2,b\n'.repeat(30)}`);
    writeFileSync(file, 'name: own\ndata: {source: d.csv, label: y}\ntrain: {command: [node, -v]}\n');
    const spec = await readSpec(file);
    const { writeFiles, ...prepared } = await prepareSweep(spec, { db: join(folder, 'own.db') });
    const writer = await openStore('memory:without-folders').writer();
    const options = { ...prepared, writer, workers: 1 };
    const checkpoints = { folder: join(folder, 'own'), everyMs: 1000 };
    for (const [given, where] of [
      [{}, '`checkpoints`'],
      [{ checkpoints }, '`writeFiles`'],
      [{ checkpoints, writeFiles }, '`dataFolder`'],
    ] as const) {
      await expect(runSweep({ ...options, ...given })).rejects.toMatchObject({ name: 'UserError', where });
    }
    await writer.close();
  });

  it('stopped in the middle and launched again, ends with the results of an undisturbed one', async () => {
    await launch(SPEC, 'undisturbed.db');
    const controller = new AbortController();
    const stopped = await launch(SPEC, 'stopped.db', {
      workers: 1,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.type === 'complete') controller.abort();
      },
    });
    expect(stopped.complete).toBeGreaterThan(0);
    expect(stopped.complete).toBeLessThan(8);
    await launch(SPEC, 'stopped.db');
    expect(await fingerprint('stopped.db')).toBe(await fingerprint('undisturbed.db'));
  });

  it('goes on when a run diverges, and says which and why', async () => {
    const text = SPEC.replace('[0.01, 0.003]', '[0.01, 100]').replace(
      'epochs: 6',
      'epochs: 6, optimizer: sgd',
    );
    const failures: string[] = [];
    const summary = await launch(text, 'diverging', {
      onProgress: (event) => {
        if (event.type === 'failed') failures.push(event.error.message);
      },
    });
    expect(summary.complete).toBeGreaterThanOrEqual(4);
    expect(summary.failed).toBe(failures.length);
    expect(summary.failed + summary.complete).toBe(8);
    expect(failures.length).toBeGreaterThan(0);
    expect(failures[0]).toMatch(/diverged in epoch \d+.*learning_rate/);
  });
});
