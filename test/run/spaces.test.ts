// Several models in one sweep, through real threads and databases: these tests run what `npm test` has built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type LaunchOutcome,
  openStore,
  parseSpec,
  prepareSweep,
  type RunSweepOptions,
  runSweep,
  type SweepCost,
  type SweepReader,
  sweepCost,
} from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-spaces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const REST = 'seeds: 2\ndata: {source: "builtin:malware21", rows: 600}\n';
const GRID = 'parameters: {gamma: {values: [0, 2]}}\n';
const NETWORK = 'model: {hidden: [8]}\ntrain: {epochs: 5, batch_size: 64}\n';
const TREES = 'model: {type: trees, max_leaves: 4}\ntrain: {epochs: 4, max_bins: 32}\n';
const MIXED = `name: mixed
${REST}${GRID}spaces:
  - name: network
    model: {hidden: [8]}
    train: {epochs: 5, batch_size: 64}
    parameters: {learning_rate: {values: [0.01, 0.003]}}
  - name: trees
    model: {type: trees, max_leaves: 4}
    train: {epochs: 4, max_bins: 32}
`;

type Overrides = Partial<Pick<RunSweepOptions, 'workers' | 'lanes' | 'signal' | 'onProgress'>>;

const pathOf = (db: string): string => join(folder, db);

async function launch(text: string, db: string, overrides: Overrides = {}): Promise<LaunchOutcome> {
  const spec = parseSpec(text);
  const prepared = await prepareSweep(spec, { db: pathOf(db) });
  const writer = await openStore(pathOf(db)).writer();
  try {
    return await runSweep({ ...prepared, writer, workers: 2, ...overrides });
  } finally {
    await writer.close();
  }
}

async function reading<T>(db: string, read: (reader: SweepReader) => Promise<T>): Promise<T> {
  const reader = await openStore(pathOf(db)).reader();
  try {
    return await read(reader);
  } finally {
    await reader.close();
  }
}

const fingerprint = (db: string) => reading(db, (reader) => reader.fingerprint('mixed'));

describe('a sweep of several models', () => {
  it('gives the same result tables whatever the workers and lanes', async () => {
    const ways = [{ workers: 1 }, { workers: 4 }, { workers: 2, lanes: 1 }, { workers: 2, lanes: 5 }];
    const prints = new Set<string>();
    for (const [at, way] of ways.entries()) {
      expect(await launch(MIXED, `way-${at}.db`, way)).toMatchObject({ complete: 12, failed: 0 });
      prints.add(await fingerprint(`way-${at}.db`));
    }
    expect(prints.size).toBe(1);
  });

  it('trains each space with its own trainer, and records both', async () => {
    await launch(MIXED, 'both.db');
    const { engine } = await reading('both.db', (reader) => reader.sweep('mixed'));
    expect(engine).toMatch(/^(native|tfjs)\/\w+@\d+, trees@\d+$/);
    const trials = await reading('both.db', (reader) => reader.trials('mixed'));
    for (const trial of trials) {
      expect(trial.engine.startsWith('trees@')).toBe(trial.space === 'trees');
      expect(trial.config.model).toBe(trial.space === 'trees' ? 'trees' : 'mlp');
    }
    const { rows } = await reading('both.db', (reader) =>
      reader.query({ where: 'space = trees and model = trees and gamma = 2', columns: ['space', 'state'] }),
    );
    expect(rows).toEqual([
      ['trees', 'complete'],
      ['trees', 'complete'],
    ]);
  });

  it('finds the runs of sweeps of one model again, and they find its runs', async () => {
    await launch(`name: network\n${REST}${GRID}${NETWORK}`, 'shared.db');
    await launch(`name: trees\n${REST}${GRID}${TREES}`, 'shared.db');
    const mixed = MIXED.replace('    parameters: {learning_rate: {values: [0.01, 0.003]}}\n', '');
    expect(await launch(mixed, 'shared.db')).toMatchObject({ complete: 0, alreadyComplete: 8 });
    expect(await launch(MIXED, 'both.db')).toMatchObject({ complete: 0, alreadyComplete: 12 });
    const alone = `name: alone\n${REST}${GRID}${TREES}`;
    expect(await launch(alone, 'both.db')).toMatchObject({ complete: 0, alreadyComplete: 4 });
    const one = `name: one\n${REST}${GRID}spaces: [{name: forest, ${inline(TREES)}}]\n`;
    expect(await launch(one, 'both.db')).toMatchObject({ complete: 0, alreadyComplete: 4 });
  });

  it('stopped in the middle of either space and launched again, ends with the results of an undisturbed one', async () => {
    await launch(MIXED, 'undisturbed.db');
    for (const after of [1, 9]) {
      const controller = new AbortController();
      let complete = 0;
      const stopped = await launch(MIXED, `stopped-${after}.db`, {
        workers: 1,
        lanes: 1,
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'complete' && ++complete === after) controller.abort();
        },
      });
      expect(stopped.complete).toBeGreaterThanOrEqual(after);
      expect(stopped.complete).toBeLessThan(12);
      await launch(MIXED, `stopped-${after}.db`);
      expect(await fingerprint(`stopped-${after}.db`)).toBe(await fingerprint('undisturbed.db'));
    }
  });

  it('prepares numbers for a space as it says', async () => {
    const text = MIXED.replace(
      '  - name: network\n',
      '  - name: network\n    data: {encode_numbers: {piecewise_linear: 4}}\n',
    );
    expect(await launch(text, 'prepared.db')).toMatchObject({ complete: 12, failed: 0 });
    const trials = await reading('prepared.db', (reader) => reader.trials('mixed'));
    for (const { space, config } of trials) {
      expect(config.encode_numbers).toEqual(space === 'network' ? { piecewise_linear: 4 } : 'none');
    }
    expect(await launch(MIXED, 'prepared.db')).toMatchObject({ complete: 8, alreadyComplete: 4 });
  });

  it('costs what its spaces cost', async () => {
    const costOf = async (text: string): Promise<SweepCost> => {
      const prepared = await prepareSweep(parseSpec(text), { db: pathOf('none.db'), engine: 'native/wasm' });
      return sweepCost(prepared.plan, prepared.trainers, prepared);
    };
    const { runEpochs, parts } = await costOf(MIXED);
    expect(runEpochs).toBe(4 * 2 * 5 + 2 * 2 * 4);
    expect(parts.map(({ engine, runs }) => [engine.split('@')[0], runs])).toEqual([
      ['native/wasm', 8],
      ['trees', 4],
    ]);
    expect(parts[0]?.work?.flops).toBeGreaterThan(0);
  });
});

/** The lines of a spec as entries of one mapping. */
function inline(text: string): string {
  return text.trim().replaceAll('\n', ', ');
}
