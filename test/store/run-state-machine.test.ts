import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.js';
import type { StoreEvent, SweepReader, SweepWriter } from '../../src/store/store.js';
import type { RunState } from '../../src/sweep.js';
import { cases } from '../property-cases.js';
import { pretendHolderIsGone } from './raw-changes.js';
import { complete, failed, sampleResult, sampleSweep, started } from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const RUNS = sampleSweep()
  .runs.map(({ runId }) => runId)
  .slice(0, 4);

/** What the store should hold of a run. */
interface ModelRun {
  readonly state: RunState;
  readonly failures: number;
  /** The macro-F1 of its first result. */
  readonly level: number | undefined;
}
type Model = { runs: Map<string, ModelRun> };

/** A real store: who writes, and processes that were taken over and may wake up. */
interface Real {
  readonly path: string;
  readonly reader: SweepReader;
  writer: SweepWriter;
  readonly paused: SweepWriter[];
}

type Change =
  | { readonly type: 'started' | 'failed' | 'retry' | 'interrupted' | 'pruned'; readonly runId: string }
  | { readonly type: 'complete'; readonly runId: string; readonly level: number };

function eventOf(change: Change): StoreEvent {
  if (change.type === 'started') return started(change.runId);
  if (change.type === 'complete') return complete(sampleResult(change.runId, change.level));
  return { ...failed(change.runId, change.type), type: change.type } as StoreEvent;
}

/** A result is final; a failure counts; what was given up can still be tried again. */
function after(run: ModelRun, change: Change): ModelRun {
  if (run.level !== undefined) return run;
  switch (change.type) {
    case 'started':
      return { ...run, state: 'running' };
    case 'complete':
      return { ...run, state: 'complete', level: change.level };
    case 'interrupted':
    case 'pruned':
      return { ...run, state: change.type };
    case 'failed':
      return { ...run, state: 'failed', failures: run.failures + 1 };
    case 'retry':
      return { ...run, state: 'waiting', failures: run.failures + 1 };
  }
}

function changeRuns(model: Model, change: (run: ModelRun) => ModelRun): void {
  for (const [runId, run] of model.runs) model.runs.set(runId, change(run));
}

/** Every run is in the state that the model says, and has its one result, the first, or none. */
async function expectSame({ runs }: Model, { reader, writer }: Real): Promise<void> {
  const { rows } = await reader.query({ sweep: 'sample', columns: ['run', 'state'] });
  expect(rows.map(([run, state]) => `${run} ${state}`).toSorted()).toEqual(
    [...runs].map(([runId, { state }]) => `${runId} ${state}`),
  );
  const results = (await reader.runs('sample')).map(({ runId, validation }) => [runId, validation.macro_f1]);
  const recorded = [...runs].flatMap(([runId, { level }]) => (level === undefined ? [] : [[runId, level]]));
  expect(results).toEqual(recorded);
  const failures = [...runs].filter(([, run]) => run.failures > 0);
  expect(await writer.failures('sample')).toEqual(
    new Map(failures.map(([runId, run]) => [runId, run.failures])),
  );
}

interface Step extends fc.AsyncCommand<Model, Real> {}

async function beginAgain(real: Real): Promise<void> {
  await real.writer.close();
  real.writer = await openStore(real.path).writer();
  await real.writer.open(sampleSweep());
}

/** A command that is always possible, and after which everything is compared. */
function step(name: string, act: (model: Model, real: Real) => Promise<void>): Step {
  return {
    check: () => true,
    async run(model, real) {
      await act(model, real);
      await expectSame(model, real);
    },
    toString: () => name,
  };
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    type: fc.constantFrom('started', 'failed', 'retry', 'interrupted', 'pruned'),
    runId: fc.constantFrom(...RUNS),
  }),
  fc.record({
    type: fc.constant('complete' as const),
    runId: fc.constantFrom(...RUNS),
    level: fc.constantFrom(0.25, 0.5, 0.75),
  }),
);
const batch = fc.array(change, { minLength: 1, maxLength: 4 });

/** Runs that were in training are interrupted when another process takes the sweep. */
const interruptRunning = (run: ModelRun): ModelRun =>
  run.state === 'running' ? { ...run, state: 'interrupted' } : run;

const steps: fc.Arbitrary<Step>[] = [
  batch.map((changes) =>
    step(`record ${JSON.stringify(changes)}`, async (model, { writer }) => {
      await writer.record(changes.map(eventOf));
      for (const one of changes) {
        const run = model.runs.get(one.runId);
        if (run !== undefined) model.runs.set(one.runId, after(run, one));
      }
    }),
  ),
  batch.map((changes) =>
    step(`record ${JSON.stringify(changes)} and something impossible`, async (_model, { writer }) => {
      await expect(writer.record([...changes.map(eventOf), started('unplanned')])).rejects.toThrow();
    }),
  ),
  fc.constant(
    step('end and begin again', async (model, real) => {
      await beginAgain(real);
      changeRuns(model, interruptRunning);
    }),
  ),
  fc.constant(
    step('crash or pause, and be taken over', async (model, real) => {
      pretendHolderIsGone(real.path);
      real.paused.push(real.writer);
      real.writer = await openStore(real.path).writer();
      await real.writer.open(sampleSweep());
      changeRuns(model, interruptRunning);
    }),
  ),
  batch.map((changes) =>
    step(`a paused process wakes up and records ${JSON.stringify(changes)}`, async (_model, { paused }) => {
      for (const writer of paused) {
        await expect(writer.record(changes.map(eventOf))).rejects.toThrow(/was taken over/);
        await expect(writer.beat()).rejects.toThrow(/was taken over/);
      }
    }),
  ),
  fc.constant(
    step('a second launch', async (_model, { path }) => {
      const second = await openStore(path).writer();
      await expect(second.open(sampleSweep())).rejects.toThrow(/is being trained by/);
      await second.close();
    }),
  ),
  fc.constant(
    step('retry --failed', async (model, { path }) => {
      const keeper = await openStore(path).keeper();
      const failedRuns = [...model.runs.values()].filter(({ state }) => state === 'failed');
      expect(await keeper.retryFailed('sample')).toBe(failedRuns.length);
      await keeper.close();
      changeRuns(model, (run) => (run.state === 'failed' ? { ...run, state: 'waiting', failures: 0 } : run));
    }),
  ),
];

const folder = temporaryFolder();
let databases = 0;

test('whatever happens, a run has one result, the first, and a state that agrees with it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 12 }), async (commands) => {
      const path = join(folder, `${++databases}.db`);
      const writer = await openStore(path).writer();
      const states = await writer.open(sampleSweep());
      const real: Real = { path, reader: await openStore(path).reader(), writer, paused: [] };
      const runs = [...states].map(
        ([runId, state]) => [runId, { state, failures: 0, level: undefined }] as const,
      );
      try {
        await fc.asyncModelRun(() => ({ model: { runs: new Map<string, ModelRun>(runs) }, real }), commands);
        await beginAgain(real);
        const keeper = await openStore(path).keeper();
        expect((await keeper.check({ repair: false })).problems).toEqual([]);
        await keeper.close();
      } finally {
        for (const open of [real.writer, ...real.paused, real.reader]) await open.close();
        rmSync(path, { force: true });
      }
    }),
    { numRuns: cases(15) },
  );
});
