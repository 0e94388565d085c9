// Real threads need compiled code: these tests run what `npm test` has built.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Cohort,
  type Dataset,
  loadDataset,
  loadTrainer,
  openStore,
  parseSpec,
  planSweep,
  type Rung,
  type RunSweepOptions,
  runSweep,
  type Search,
  type Stopper,
  type Trainer,
} from '../../dist/index.js';

const folder = mkdtempSync(join(tmpdir(), 'focalsweep-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SPEC = parseSpec(`
name: searched
parameters: {gamma: {values: [0, 1, 2]}}
seeds: 3
data: {source: "builtin:malware21", rows: 600}
model: {hidden: [8]}
train: {epochs: 3, batch_size: 64}
`);

const TREES = parseSpec(
  SPEC.text
    .replace('model: {hidden: [8]}', 'model: {type: trees, max_leaves: 4}')
    .replace(', batch_size: 64', ''),
);

const meanOf = ({ scores }: Cohort[number]): number =>
  scores.reduce((sum, { validation }) => sum + validation.macro_f1, 0) / Math.max(1, scores.length);
const best = (cohort: Cohort, count: number): Cohort =>
  cohort.toSorted((a, b) => meanOf(b) - meanOf(a)).slice(0, count);

/** Two more γ near the best of the first three; of each cohort the better half goes on from one seed. */
const search: Search = {
  sampler: {
    mostPoints: 5,
    learns: true,
    propose([first, second]) {
      if (first === undefined) return [{ gamma: 0 }, { gamma: 1 }, { gamma: 2 }];
      if (second !== undefined) return 'done';
      const gamma = Number(best(first, 1)[0]?.point.gamma ?? 0);
      return [{ gamma: gamma + 0.25 }, { gamma: gamma + 0.5 }];
    },
  },
  stopper: {
    rungs: [{ seeds: 1 }],
    judge: (cohort) => best(cohort, Math.ceil(cohort.length / 2)).map(({ trialId }) => trialId),
  },
};

let dataset: Dataset;
let trainer: Trainer;
beforeAll(async () => {
  [dataset, trainer] = await Promise.all([loadDataset(SPEC.data, '.'), loadTrainer('native/wasm')]);
});

async function launch(db: string, overrides: Partial<RunSweepOptions> = {}) {
  const writer = await openStore(join(folder, db)).writer();
  try {
    const plan = planSweep(SPEC, dataset, trainer.id);
    return await runSweep({
      plan,
      dataset,
      trainers: [trainer],
      writer,
      search,
      workers: 2,
      lanes: 1,
      ...overrides,
    });
  } finally {
    await writer.close();
  }
}

async function recorded(db: string) {
  const reader = await openStore(join(folder, db)).reader();
  try {
    const { rows } = await reader.query({ sweep: 'searched', columns: ['gamma', 'seed', 'state'] });
    return { print: await reader.fingerprint('searched'), rows };
  } finally {
    await reader.close();
  }
}

describe('a sweep whose search learns', () => {
  it('trains what was proposed, prunes what was dropped, and ends when the search is done', async () => {
    const outcome = await launch('whole.db');
    expect(outcome).toMatchObject({ complete: 3 + 2 * 2 + 2 + 2, failed: 0, interrupted: 0 });
    const { rows } = await recorded('whole.db');
    const states = rows.map(([, , state]) => state);
    expect(states.filter((state) => state === 'complete')).toHaveLength(11);
    expect(states.filter((state) => state === 'pruned')).toHaveLength(4);
  });

  it('goes the same way with other workers, and however often it is stopped', async () => {
    const whole = await recorded('whole.db');
    await launch('alone.db', { workers: 1 });
    expect(await recorded('alone.db')).toEqual(whole);
    for (const after of [1, 2, 4]) {
      const controller = new AbortController();
      let done = 0;
      await launch('stopped.db', {
        workers: 1,
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'complete' && ++done === after) controller.abort();
        },
      });
    }
    await launch('stopped.db');
    expect(await recorded('stopped.db')).toEqual(whole);
    expect(await launch('stopped.db')).toMatchObject({ complete: 0, alreadyComplete: 11 });
  });
});

/** The whole of a sweep that other processes can see, but for times. */
async function everything(db: string) {
  const reader = await openStore(join(folder, db)).reader();
  try {
    const runs = await reader.progress('searched');
    const left = runs.map(({ runId, state, epochs }) => ({ runId, state, epochs }));
    return { ...(await recorded(db)), left };
  } finally {
    await reader.close();
  }
}

/** Of `run epoch`. */
const runIn = (told: string): string => told.slice(0, told.indexOf(' ') + 1);
const epochIn = (told: string): number => Number(told.slice(told.indexOf(' ')));

describe('a stopper with rungs at epochs', () => {
  const plans = fc.record({
    rungs: fc.constantFrom<readonly Rung[]>(
      [{ seeds: 1, epochs: 1 }],
      [
        { seeds: 1, epochs: 1 },
        { seeds: 1, epochs: 2 },
      ],
      [{ seeds: 2, epochs: 2 }, { seeds: 2 }],
      [{ seeds: 1, epochs: 2 }, { seeds: 2, epochs: 1 }, { seeds: 2 }],
    ),
    keeps: fc.constantFrom(0, 0.3, 0.5, 1),
    trainer: fc.constantFrom('native/wasm', 'trees'),
    learns: fc.boolean(),
    workers: fc.constantFrom(1, 2, 4),
    lanes: fc.constantFrom(1, 3),
    /** After so many epochs each. */
    stops: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 }),
    hasCheckpoints: fc.boolean(),
  });

  it('trains nothing twice and loses nothing, with any workers, however often it is stopped', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        plans,
        async ({ rungs, keeps, trainer: name, learns, workers, lanes, stops, hasCheckpoints }) => {
          const engine = await loadTrainer(name);
          const spec = name === 'trees' ? TREES : SPEC;
          const stopper: Stopper = {
            rungs,
            judge: (cohort) => best(cohort, Math.ceil(keeps * cohort.length)).map(({ trialId }) => trialId),
          };
          const sampler = learns ? search.sampler : { mostPoints: 3, learns, propose: () => 'done' as const };
          const at = {
            search: { sampler, stopper },
            trainers: [engine],
            plan: planSweep(spec, dataset, engine.id),
          };
          const [whole, stopped] = [`whole-${count}.db`, `stopped-${count++}.db`];
          await launch(whole, { ...at, workers: 1 });
          const told: string[] = [];
          const checkpoints = hasCheckpoints
            ? { folder: join(folder, `${stopped}-checkpoints`), everyMs: 0 }
            : undefined;
          const attempt = async (most: number) => {
            const controller = new AbortController();
            let left = most;
            const onProgress: RunSweepOptions['onProgress'] = (event) => {
              if (event.type !== 'epoch') return;
              told.push(`${event.run.runId} ${event.epoch.epoch}`);
              if (left-- === 0) controller.abort();
            };
            const options = { ...at, workers, lanes, onProgress, signal: controller.signal };
            return launch(stopped, { ...options, ...(checkpoints && { checkpoints }) });
          };
          for (const most of stops) await attempt(most);
          const last = await attempt(Number.POSITIVE_INFINITY);
          expect(last).toMatchObject({ failed: 0, interrupted: 0 });
          const expected = await everything(whole);
          expect(await everything(stopped)).toEqual(expected);
          expect(expected.left.map(({ state }) => state)).toEqual(expected.left.map(() => 'pruned'));
          // A stop loses at most the epoch in training, told or not if it is the last; without a checkpoint runs train again from the start.
          if (checkpoints === undefined) return;
          const lastOf = (own: string) =>
            Math.max(...told.filter((other) => other.startsWith(runIn(own))).map(epochIn));
          const repeated = told.filter((own, order) => told.indexOf(own) !== order);
          expect(repeated.filter((own) => epochIn(own) !== lastOf(own))).toEqual([]);
          const files = existsSync(checkpoints.folder) ? readdirSync(checkpoints.folder) : [];
          const paused = expected.left.filter(({ epochs }) => epochs.length > 0);
          expect(files.map((file) => file.split('.')[0]).toSorted()).toEqual(
            paused.map(({ runId }) => runId).toSorted(),
          );
        },
      ),
      { numRuns: 8 },
    );
  }, 120_000);
});
