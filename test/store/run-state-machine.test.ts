import { rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openKeeper, openReader, openWriter } from '../../src/store/sqlite/sqlite-store.js';
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
  | { readonly type: 'started' | 'failed' | 'retry' | 'interrupted'; readonly runId: string }
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
      return { ...run, state: 'interrupted' };
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
function expectSame({ runs }: Model, { reader, writer }: Real): void {
  const { rows } = reader.query({ sweep: 'sample', columns: ['run', 'state'] });
  expect(rows.map(([run, state]) => `${run} ${state}`).toSorted()).toEqual(
    [...runs].map(([runId, { state }]) => `${runId} ${state}`),
  );
  const results = reader.runs('sample').map(({ runId, validation }) => [runId, validation.macro_f1]);
  const recorded = [...runs].flatMap(([runId, { level }]) => (level === undefined ? [] : [[runId, level]]));
  expect(results).toEqual(recorded);
  const failures = [...runs].filter(([, run]) => run.failures > 0);
  expect(writer.failures('sample')).toEqual(new Map(failures.map(([runId, run]) => [runId, run.failures])));
}

interface Step extends fc.Command<Model, Real> {}

function beginAgain(real: Real): void {
  real.writer.close();
  real.writer = openWriter(real.path);
  real.writer.open(sampleSweep());
}

/** A command that is always possible, and after which everything is compared. */
function step(name: string, act: (model: Model, real: Real) => void): Step {
  return {
    check: () => true,
    run(model, real) {
      act(model, real);
      expectSame(model, real);
    },
    toString: () => name,
  };
}

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    type: fc.constantFrom('started', 'failed', 'retry', 'interrupted'),
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
    step(`record ${JSON.stringify(changes)}`, (model, { writer }) => {
      writer.record(changes.map(eventOf));
      for (const one of changes) {
        const run = model.runs.get(one.runId);
        if (run !== undefined) model.runs.set(one.runId, after(run, one));
      }
    }),
  ),
  batch.map((changes) =>
    step(`record ${JSON.stringify(changes)} and something impossible`, (_model, { writer }) => {
      expect(() => writer.record([...changes.map(eventOf), started('unplanned')])).toThrow();
    }),
  ),
  fc.constant(
    step('end and begin again', (model, real) => {
      beginAgain(real);
      changeRuns(model, interruptRunning);
    }),
  ),
  fc.constant(
    step('crash or pause, and be taken over', (model, real) => {
      pretendHolderIsGone(real.path);
      real.paused.push(real.writer);
      real.writer = openWriter(real.path);
      real.writer.open(sampleSweep());
      changeRuns(model, interruptRunning);
    }),
  ),
  batch.map((changes) =>
    step(`a paused process wakes up and records ${JSON.stringify(changes)}`, (_model, { paused }) => {
      for (const writer of paused) {
        expect(() => writer.record(changes.map(eventOf))).toThrow(/was taken over/);
        expect(() => writer.beat()).toThrow(/was taken over/);
      }
    }),
  ),
  fc.constant(
    step('a second launch', (_model, { path }) => {
      const second = openWriter(path);
      expect(() => second.open(sampleSweep())).toThrow(/is being trained by/);
      second.close();
    }),
  ),
  fc.constant(
    step('retry --failed', (model, { path }) => {
      const keeper = openKeeper(path);
      const failedRuns = [...model.runs.values()].filter(({ state }) => state === 'failed');
      expect(keeper.retryFailed('sample')).toBe(failedRuns.length);
      keeper.close();
      changeRuns(model, (run) => (run.state === 'failed' ? { ...run, state: 'waiting', failures: 0 } : run));
    }),
  ),
];

const folder = temporaryFolder();
let databases = 0;

test('whatever happens, a run has one result, the first, and a state that agrees with it', () => {
  fc.assert(
    fc.property(fc.commands(steps, { maxCommands: 12 }), (commands) => {
      const path = join(folder, `${++databases}.db`);
      const writer = openWriter(path);
      const states = writer.open(sampleSweep());
      const real: Real = { path, reader: openReader(path), writer, paused: [] };
      const runs = [...states].map(
        ([runId, state]) => [runId, { state, failures: 0, level: undefined }] as const,
      );
      try {
        fc.modelRun(() => ({ model: { runs: new Map<string, ModelRun>(runs) }, real }), commands);
        beginAgain(real);
        const keeper = openKeeper(path);
        expect(keeper.check({ repair: false }).problems).toEqual([]);
        keeper.close();
      } finally {
        for (const open of [real.writer, ...real.paused, real.reader]) open.close();
        rmSync(path, { force: true });
      }
    }),
    { numRuns: cases(15) },
  );
});
