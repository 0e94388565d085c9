// Real threads need compiled code: these tests run what `npm test` has built.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import {
  buildReport,
  loadDataset,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  type RunSweepOptions,
  runSweep,
} from '../../dist/index.js';
import type { MetricValues } from '../../src/metric.js';
import { createGains } from '../../src/run/gains.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-budget-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GRID = `
parameters: {alpha: {values: [1, balanced]}, gamma: {values: [1, 2, 3]}, learning_rate: {values: [0.01, 0.03]}}
`;
const DRAWN = `
method: tpe
trials: 17
parameters: {alpha: {values: [1, balanced]}, gamma: {min: 0.5, max: 5}}
`;

interface Launch extends Partial<RunSweepOptions> {
  readonly db: string;
  readonly search?: never;
  readonly spec?: string;
  readonly budget?: string;
}

async function launch({ db, spec: search = GRID, budget = '', ...overrides }: Launch) {
  const spec = parseSpec(`name: spent
seeds: 2
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 3, patience: 0}
${search}${budget}`);
  const [dataset, trainer] = await Promise.all([loadDataset(spec.data, '.'), loadTrainer('native/wasm')]);
  const writer = await openStore(join(folder, db)).writer();
  try {
    const plan = planSweep(spec, dataset, trainer.id);
    return await runSweep({ plan, dataset, trainers: [trainer], writer, workers: 2, lanes: 1, ...overrides });
  } finally {
    await writer.close();
  }
}

async function read(db: string) {
  const reader = await openStore(join(folder, db)).reader();
  try {
    const { rows } = await reader.query({
      sweep: 'spent',
      where: 'state = complete',
      columns: ['alpha', 'gamma', 'learning_rate', 'seed'],
    });
    const { data } = await buildReport(reader, 'spent');
    return { print: await reader.fingerprint('spent'), rows, notes: data.notes };
  } finally {
    await reader.close();
  }
}

const RUNS = 'budget: {runs: 11}';

describe('a budget in runs', () => {
  it('ends a grid in the order of the plan, after whole configurations, with baselines among them', async () => {
    // 12 configurations and 2 baselines, one for each learning rate.
    const { complete, budgetEnd } = await launch({ db: 'runs.db', budget: RUNS });
    expect(complete).toBe(10);
    expect(budgetEnd).toMatchObject({ budget: { runs: 11 }, trained: 5, of: 14 });
    const { rows, notes } = await read('runs.db');
    const configurations = rows.filter(([, , , seed]) => seed === 1).map((row) => row.slice(0, 3));
    expect(configurations).toEqual([
      [1, 1, 0.01],
      [1, 1, 0.03],
      [1, 2, 0.01],
      [1, 2, 0.03],
      [1, 0, 0.01],
    ]);
    expect(notes[0]).toBe('The budget of 11 runs ended the search after 5 of 14 configurations.');
  });

  it('is what a launch says that it trains', async () => {
    const waiting: (readonly [number, number])[] = [];
    const onProgress: RunSweepOptions['onProgress'] = (event) => {
      if (event.type === 'planned') waiting.push([event.runs, event.waiting]);
    };
    await launch({ db: 'told.db', budget: RUNS, onProgress });
    await launch({ db: 'told.db', budget: RUNS, onProgress });
    await launch({ db: 'told.db', budget: 'budget: {epochs: 40}', onProgress });
    // Eleven runs are five configurations; 40 epochs are six of two runs with three epochs.
    expect(waiting).toEqual([
      [28, 10],
      [28, 0],
      [28, 2],
    ]);
  });

  it('gives the same tables with any number of workers, after interruptions, and when it is launched again', async () => {
    const whole = await read('runs.db');
    expect(await launch({ db: 'runs.db', budget: RUNS })).toMatchObject({
      complete: 0,
      budgetEnd: { trained: 5, of: 14 },
    });
    expect(await read('runs.db')).toEqual(whole);
    for (const workers of [1, 4]) {
      const db = `runs-${workers}.db`;
      for (const after of [1, 4]) {
        const controller = new AbortController();
        let done = 0;
        const stopped = await launch({
          db,
          budget: RUNS,
          workers,
          signal: controller.signal,
          onProgress: (event) => {
            if (event.type === 'complete' && ++done === after) controller.abort();
          },
        });
        // What somebody stopped was not ended by its budget.
        expect(stopped.budgetEnd).toBeUndefined();
      }
      await launch({ db, budget: RUNS, workers });
      expect(await read(db)).toEqual(whole);
    }
  });

  it('goes on with a larger one, and without one as if there had never been any', async () => {
    expect(await launch({ db: 'runs.db', budget: 'budget: {runs: 20}' })).toMatchObject({
      complete: 10,
      budgetEnd: { trained: 10 },
    });
    expect((await launch({ db: 'runs.db' })).budgetEnd).toBeUndefined();
    await launch({ db: 'free.db' });
    const [after, free] = [await read('runs.db'), await read('free.db')];
    expect(after.notes).toEqual(free.notes);
    expect(after.rows).toEqual(free.rows);
  });

  it('that is enough ends nothing', async () => {
    const { complete, budgetEnd } = await launch({
      db: 'enough.db',
      budget: 'budget: {runs: 28, epochs: 84}',
    });
    expect([complete, budgetEnd]).toEqual([28, undefined]);
  });

  it('ends a search that learns between its cohorts or in one', async () => {
    const { budgetEnd, complete } = await launch({ db: 'tpe.db', spec: DRAWN, budget: 'budget: {runs: 26}' });
    // The first cohort has 11 configurations, with one baseline; then two of five.
    expect(complete).toBe(26);
    expect(budgetEnd).toMatchObject({ trained: 13 });
    const spent = await read('tpe.db');
    await launch({ db: 'tpe-1.db', spec: DRAWN, budget: 'budget: {runs: 26}', workers: 1 });
    expect(await read('tpe-1.db')).toEqual(spent);
    await launch({ db: 'tpe.db', spec: DRAWN });
    await launch({ db: 'tpe-free.db', spec: DRAWN });
    expect((await read('tpe.db')).rows).toEqual((await read('tpe-free.db')).rows);
  });
});

describe('a budget in epochs', () => {
  it('counts each run with all of its epochs', async () => {
    const { budgetEnd, complete } = await launch({ db: 'epochs.db', budget: 'budget: {epochs: 20}' });
    expect(complete).toBe(6);
    expect(budgetEnd).toMatchObject({ trained: 3 });
  });

  it('counts what a search that drops configurations asks for', async () => {
    const trained = async (epochs: number) => {
      // Without checkpoints, runs that go on train their first epochs again.
      const told = new Set<string>();
      const { budgetEnd } = await launch({
        db: `raced-${epochs}.db`,
        budget: `stop: {type: successive_halving, grace: 1}\nbudget: {epochs: ${epochs}}`,
        onProgress: (event) => {
          if (event.type === 'epoch') told.add(`${event.run.runId} ${event.epoch.epoch}`);
        },
      });
      return [told.size, budgetEnd?.trained];
    };
    // The first epoch of 14 configurations, 7 of which are dropped; then the second of 7 and perhaps a baseline; then the rest of half of those.
    expect(await trained(14)).toEqual([14, 7]);
    const [second] = await trained(22);
    expect([21, 22]).toContain(second);
    const [all, finished] = await trained(1000);
    expect(all).toBeLessThan(14 * 2 * 3);
    expect(finished).toBeUndefined();
  });
});

describe('a budget of a search that drops configurations', () => {
  it.each(['{epochs: 14}', '{epochs: 22}', '{runs: 9}', '{runs: 16}'])(
    'of %s is spent once: another launch trains nothing, and a larger budget goes on',
    async (budget) => {
      const db = `again-${budget.replace(/\W/g, '')}.db`;
      const trained = async (text: string) => {
        let told = 0;
        const { budgetEnd } = await launch({
          ...{ db, checkpoints: { folder: join(folder, `${db}-checkpoints`), everyMs: 0 } },
          budget: `stop: {type: successive_halving, grace: 1}\nbudget: ${text}`,
          onProgress: ({ type }) => {
            if (type === 'epoch') told++;
          },
        });
        return [told, budgetEnd?.trained];
      };
      const [first, finished] = await trained(budget);
      expect(first).toBeGreaterThan(0);
      expect(finished).toBeDefined();
      expect(await trained(budget)).toEqual([0, finished]);
      const [more, left] = await trained('{runs: 1000}');
      expect(more).toBeGreaterThan(0);
      expect(left).toBeUndefined();
    },
  );
});

test('a budget counts what a rung has dropped as done', async () => {
  const { budgetEnd } = await launch({
    db: 'dropped.db',
    budget: 'stop: {type: successive_halving, grace: 1}\nbudget: {epochs: 22}',
  });
  // One epoch of 14, of which 7 and the best baseline go on to a second one, and 4 and that further: 22 do not reach to their end.
  expect(budgetEnd).toMatchObject({ trained: 9, of: 14 });
});

describe('a budget in minutes', () => {
  it('lets the runs in training finish, and ends the search for later launches too', async () => {
    const budget = 'budget: {minutes: 0.00001}';
    const first = await launch({ db: 'time.db', budget });
    expect(first.budgetEnd).toMatchObject({ budget: { minutes: 0.00001 }, of: 14 });
    const waiting: number[] = [];
    const again = await launch({
      db: 'time.db',
      budget,
      onProgress: (event) => event.type === 'planned' && waiting.push(event.waiting),
    });
    expect(waiting).toEqual([0]);
    expect([again.complete, again.interrupted, again.budgetEnd]).toEqual([0, 0, first.budgetEnd]);
    const longer = await launch({ db: 'time.db', budget: 'budget: {minutes: 60}' });
    expect([longer.complete, longer.budgetEnd]).toEqual([28 - first.complete, undefined]);
    await launch({ db: 'free.db' });
    expect((await read('time.db')).rows).toEqual((await read('free.db')).rows);
  });
});

describe('a budget of patience', () => {
  // Nothing gains more than 0.9 on the first.
  const drawn = (method: string) => `
method: ${method}
trials: 40
equivalent: 0.9
parameters: {gamma: {min: 0.5, max: 5}, dropout: {values: [0, 0.1]}}
`;

  it.each(['sobol', 'tpe'])(
    'ends %s when a number in a row brought no gain, the same however it is trained',
    async (method) => {
      const budget = 'budget: {patience: 12}';
      const first = await launch({ db: `${method}.db`, spec: drawn(method), budget });
      // After two parts of ten; after the first cohort of tpe, 10 and 2 baselines, and one of 5.
      const trained = method === 'tpe' ? 17 : 20;
      // Of a search that learns only the first ten have baselines.
      const of = method === 'tpe' ? 42 : expect.any(Number);
      expect(first.budgetEnd).toMatchObject({ trained, of, budget: { patience: 12 } });
      const spent = await read(`${method}.db`);
      expect(spent.notes[0]).toContain(
        `The budget of 12 configurations in a row without gain ended the search after ${trained} of `,
      );
      const again = await launch({ db: `${method}.db`, spec: drawn(method), budget });
      expect([again.complete, again.budgetEnd]).toEqual([0, first.budgetEnd]);
      await launch({ db: `${method}-1.db`, spec: drawn(method), budget, workers: 1 });
      expect(await read(`${method}-1.db`)).toEqual(spent);
    },
  );

  it('ends a search by costs after as many configurations, whatever their unit', async () => {
    const { classNames } = await loadDataset(
      parseSpec(`name: a\n${GRID}data: {source: "builtin:malware21"}`).data,
      '.',
    );
    const trained = (unit: number) =>
      launch({
        db: `unit-${unit}.db`,
        spec: `method: sobol\ntrials: 40\nparameters: {learning_rate: {min: 0.0001, max: 0.03, distribution: log_uniform_values}}
metric: {name: expected_cost}\ncosts: {${classNames.map((name) => `${name}: ${unit}`).join(', ')}}\n`,
        budget: 'budget: {patience: 10}',
      });
    const [one, thousandth] = [await trained(1), await trained(0.001)];
    expect(one.complete).toBeGreaterThan(30);
    expect(thousandth.complete).toBe(one.complete);
  });

  it('goes on while there are gains', () => {
    const spec = parseSpec(
      'name: a\nmethod: sobol\ntrials: 9\nequivalent: 0.01\nbudget: {patience: 5}\nparameters: {gamma: {min: 0.5, max: 5}}\ndata: {source: x}\n',
    );
    const { isPatienceOver } = createGains(spec, () => {
      throw new Error('no trial is needed');
    });
    const over = (...values: readonly number[]) =>
      isPatienceOver(
        values.map((_, at) => ({ runId: `r${at}`, trialId: `t${at}`, seed: 1 })),
        new Map(values.map((macro_f1, at) => [`r${at}`, { macro_f1 } as MetricValues])),
      );
    expect(over(0.5, 0.4, 0.4, 0.4, 0.4)).toBe(false);
    expect(over(0.5, 0.4, 0.4, 0.4, 0.4, 0.4)).toBe(true);
    expect(over(0.5, 0.4, 0.4, 0.4, 0.4, 0.509)).toBe(true);
    expect(over(0.5, 0.4, 0.4, 0.4, 0.4, 0.511)).toBe(false);
    // Many small gains are one large one.
    expect(over(0.5, 0.505, 0.509, 0.513, 0.513, 0.513)).toBe(false);
    expect(over(0.5, Number.NaN, 0.4, 0.4, 0.4, 0.4)).toBe(false);
  });
});
