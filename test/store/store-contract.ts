import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildRanking } from '../../src/analysis/analysis.js';
import { UserError } from '../../src/errors.js';
import type {
  Claim,
  Store,
  StoreEvent,
  StoreKeeper,
  SweepReader,
  SweepWriter,
} from '../../src/store/store.js';
import {
  complete,
  DEFAULT_TRIALS,
  failed,
  finished,
  interrupted,
  LEADERS,
  pruned,
  retry,
  SAMPLE_DRAWS,
  SAMPLE_IMPORTANCE,
  SAMPLE_LOGITS,
  sampleDataset,
  sampleLogits,
  sampleMetrics,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from './sample-sweep.js';

/** A store of its own, for one test. */
export interface StoreUnderTest extends Store {
  dispose(): void;
  /** Lets time pass by a clock that is not this process's own. */
  pass?(durationMs: number): void;
}

/** The default trials and five more, with their runs. */
const LED = sampleSweep({ trials: [...DEFAULT_TRIALS, ...LEADERS] });
const LEADING_RUNS = LED.runs.map(({ runId }) => runId).slice(-2 * LEADERS.length);

/** What every store must do, wherever its bytes are. */
export function describeStoreContract(name: string, create: () => StoreUnderTest): void {
  describe(name, () => {
    let store: StoreUnderTest;
    let writer: SweepWriter;
    let reader: SweepReader;

    beforeEach(async () => {
      store = create();
      writer = await store.writer();
      await writer.open(sampleSweep());
      reader = await store.reader();
    });
    afterEach(async () => {
      await writer.close();
      await reader.close();
      store.dispose();
    });

    describe('a sweep', () => {
      test('begins with every run waiting', async () => {
        const states = await writer.open(sampleSweep({ name: 'other', seeds: [7] }));
        expect([...states]).toEqual([
          ['aa-7', 'waiting'],
          ['bb-7', 'waiting'],
          ['cc-7', 'waiting'],
          ['dd-7', 'waiting'],
        ]);
      });

      test('is read back as it was planned', async () => {
        const { dataset, specText, metric, engine, ...counts } = await reader.sweep('sample');
        expect({ dataset, specText, metric, engine }).toEqual({
          dataset: sampleDataset(),
          specText: 'name: sample\n',
          metric: { name: 'macro_f1', goal: 'maximize' },
          engine: 'tfjs/wasm@1',
        });
        expect(counts).toMatchObject({
          source: 'table.csv',
          trials: 4,
          runs: 8,
          complete: 0,
          failed: 0,
        });
        expect(await reader.trials('sample')).toEqual(
          DEFAULT_TRIALS.map((trial, position) => ({ ...trial, position })),
        );
      });

      test('keeps the parameter of its metric', async () => {
        const metric = { name: 'recall_at_precision', goal: 'maximize', parameter: 0.95 } as const;
        await writer.open(sampleSweep({ name: 'strict', metric, trials: [sampleTrial('ee', { gamma: 1 })] }));
        expect((await reader.sweep('strict')).metric).toEqual(metric);
        const defaults = { name: 'recall_at_precision', goal: 'maximize' } as const;
        await writer.open(sampleSweep({ name: 'usual', metric: defaults, trials: [] }));
        expect((await reader.sweep('usual')).metric).toEqual(defaults);
      });

      test('keeps what mistakes cost, and forgets it with the next launch that does not say', async () => {
        const costs = [
          [0, 1, 2],
          [1, 0, 1],
          [9.5, 9.5, 0],
        ];
        await writer.open(sampleSweep({ costs }));
        expect((await reader.sweep('sample')).costs).toEqual(costs);
        await writer.open(sampleSweep());
        expect((await reader.sweep('sample')).costs).toBeNull();
      });

      test('has what mistakes cost by the costs of its last launch, for results of before, too', async () => {
        // The confusion matrix of every sample: three rows of the first class are right, and 70,000 of the last; one of two of the second is wrong.
        const costing = (cost: number) => [
          [0, 1, 1],
          [cost, 0, 1],
          [1, 1, 0],
        ];
        const rows = 70_005;
        const costsOf = async (sweep: string) => {
          const runs = await reader.runs(sweep);
          const scores = runs.map(({ validation }) => validation.expected_cost);
          const { rows: queried } = await reader.query({
            sweep,
            columns: ['expected_cost'],
            where: "state = 'complete'",
          });
          const tested = [...(await reader.testMetrics(sweep, 'aa-trial')).values()];
          expect(queried.flat()).toEqual(scores.map((score) => (Number.isNaN(score) ? null : score)));
          expect(tested.map((metrics) => metrics.expected_cost)).toEqual(scores);
          return scores;
        };
        await writer.record(finished({ 'aa-1': 0.5 }));
        expect(await costsOf('sample')).toEqual([Number.NaN]);
        await writer.open(sampleSweep({ costs: costing(7) }));
        expect(await costsOf('sample')).toEqual([7 / rows]);
        await writer.record(finished({ 'aa-2': 0.5 }));
        expect(await costsOf('sample')).toEqual([7 / rows, 7 / rows]);
        expect([...(await writer.scores('sample')).values()].map((own) => own.expected_cost)).toEqual([
          7 / rows,
          7 / rows,
        ]);
        // Another sweep with the same runs has costs of its own, and the first of a run's sweeps is shown with it.
        await writer.open(sampleSweep({ name: 'other', costs: costing(3) }));
        expect(await costsOf('other')).toEqual([3 / rows, 3 / rows]);
        expect(await costsOf('sample')).toEqual([7 / rows, 7 / rows]);
        expect((await reader.run('aa-1')).result?.test.metrics.expected_cost).toBe(3 / rows);
        await writer.open(sampleSweep());
        expect(await costsOf('sample')).toEqual([Number.NaN, Number.NaN]);
        expect(await costsOf('other')).toEqual([3 / rows, 3 / rows]);
      });

      test('keeps the costs that its metric counts with', async () => {
        const costs = [
          [0, 1, 2],
          [1, 0, 1],
          [9.5, 9.5, 0],
        ];
        const metric = { name: 'expected_cost', goal: 'minimize', costs } as const;
        await writer.open(sampleSweep({ metric, costs }));
        expect((await reader.sweep('sample')).metric).toEqual(metric);
      });

      test('counts its finished and its failed runs', async () => {
        await writer.record([
          ...finished({ 'aa-1': 0.5, 'aa-2': 0.6 }),
          started('bb-1'),
          failed('bb-1', 'no memory'),
        ]);
        expect(await reader.sweep()).toMatchObject({ runs: 8, complete: 2, failed: 1 });
      });

      test('is the latest launched when none is named', async () => {
        await writer.open(sampleSweep({ name: 'newer' }));
        expect((await reader.sweep()).name).toBe('newer');
        await writer.open(sampleSweep());
        expect((await reader.sweeps()).map((sweep) => sweep.name)).toEqual(['sample', 'newer']);
      });

      test('of an unknown name suggests the one that was meant', async () => {
        const reads: ((name: string) => Promise<unknown>)[] = [
          reader.sweep,
          reader.trials,
          reader.runs,
          reader.fingerprint,
          reader.progress,
          (sweep) => reader.query({ sweep }),
        ];
        for (const read of reads) {
          await expect(read('smaple')).rejects.toThrow(/no sweep "smaple".*Did you mean "sample"/);
        }
      });

      test('is refused other data under its name', async () => {
        const other = sampleSweep({ dataset: sampleDataset('0'.repeat(64)) });
        await expect(writer.open(other)).rejects.toThrow(UserError);
        expect((await reader.sweep()).dataset).toEqual(sampleDataset());
      });

      test('is extended by a new plan, and keeps the results of runs that stay', async () => {
        await writer.record(finished({ 'aa-1': 0.5, 'bb-1': 0.6 }));
        const added = sampleTrial('ee', { alpha: [1, 2, 3], gamma: 5 });
        const states = await writer.open(
          sampleSweep({ trials: [...DEFAULT_TRIALS.slice(1), added], seeds: [1] }),
        );
        expect([...states]).toEqual([
          ['bb-1', 'complete'],
          ['cc-1', 'waiting'],
          ['dd-1', 'waiting'],
          ['ee-1', 'waiting'],
        ]);
        expect((await reader.runs('sample')).map(({ runId }) => runId)).toEqual(['bb-1']);
        expect(await reader.run('aa-1')).toMatchObject({ state: 'complete', sweeps: [] });
        expect((await reader.trials('sample')).at(-1)).toEqual({ ...added, position: 3 });
      });

      test('shares runs with another sweep that plans the same', async () => {
        await writer.record(finished({ 'aa-1': 0.5 }));
        expect((await writer.open(sampleSweep({ name: 'other' }))).get('aa-1')).toBe('complete');
        expect((await reader.run('aa-1')).sweeps).toEqual(['other', 'sample']);
        expect(await reader.runs('other')).toEqual(await reader.runs('sample'));
      });
    });

    describe('a run', () => {
      test('gives back its result bit for bit', async () => {
        const result = {
          ...sampleResult('cc-2', 1 / 3),
          epochs: [
            {
              epoch: 1,
              trainLoss: 5e-324,
              trainAccuracy: 0.1 + 0.2,
              validationLoss: Number.MAX_VALUE,
              validation: sampleMetrics(Math.PI),
            },
          ],
          chosenEpoch: 1,
          stoppedBy: 'patience' as const,
        };
        await writer.record([started('cc-2'), complete(result)]);
        expect(await reader.run('cc-2')).toEqual({
          sweeps: ['sample'],
          run: { runId: 'cc-2', trialId: 'cc-trial', seed: 2 },
          state: 'complete',
          error: null,
          engine: 'tfjs/wasm@1',
          config: DEFAULT_TRIALS[2]?.config,
          point: DEFAULT_TRIALS[2]?.point,
          result,
          liveEpochs: [],
        });
        expect(await reader.predictions(['cc-2'], 'test')).toEqual(
          new Map([['cc-2', result.test.predictions]]),
        );
        expect(await reader.epochs('cc-2')).toEqual(result.epochs);
      });

      test('that diverged keeps its NaN and its infinity', async () => {
        const result = sampleResult('aa-1', 0.5);
        const diverged = {
          ...result,
          validation: {
            ...result.validation,
            loss: Number.NaN,
            metrics: { ...result.validation.metrics, log_loss: Number.POSITIVE_INFINITY },
          },
        };
        await writer.record([started('aa-1'), complete(diverged)]);
        expect((await reader.run('aa-1')).result).toEqual(diverged);
        expect((await reader.runs('sample'))[0]?.validationLoss).toBeNaN();
      });

      test('is listed by trial position and seed once it has finished', async () => {
        await writer.record([...finished({ 'cc-1': 0.7, 'aa-2': 0.5, 'aa-1': 0.4 }), started('bb-1')]);
        expect((await reader.runs('sample')).map(({ runId }) => runId)).toEqual(['aa-1', 'aa-2', 'cc-1']);
        expect((await reader.runs('sample'))[0]).toEqual({
          runId: 'aa-1',
          trialId: 'aa-trial',
          seed: 1,
          epochsTrained: 3,
          chosenEpoch: 3,
          stoppedBy: 'epochs',
          validationLoss: 0.6,
          validation: sampleMetrics(0.4),
          durationMs: 1250,
        });
      });

      test('keeps its first result', async () => {
        await writer.record(finished({ 'aa-1': 0.5 }));
        const before = await reader.fingerprint('sample');
        await writer.record(finished({ 'aa-1': 0.5 }));
        await writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
        expect(await reader.fingerprint('sample')).toBe(before);
        expect(await reader.run('aa-1')).toMatchObject({ state: 'complete', error: null });
      });

      test('that failed says why, and can be tried again', async () => {
        await writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
        expect(await reader.run('aa-1')).toMatchObject({ state: 'failed', error: 'no memory', result: null });
        expect((await writer.open(sampleSweep())).get('aa-1')).toBe('failed');
        await writer.record([started('aa-1')]);
        expect(await reader.run('aa-1')).toMatchObject({ state: 'running', error: null });
        await writer.record([complete(sampleResult('aa-1', 0.5))]);
        expect((await reader.run('aa-1')).state).toBe('complete');
      });

      test('left running by a process that is gone is interrupted', async () => {
        await writer.record([started('aa-1'), started('aa-2'), complete(sampleResult('aa-2', 0.5))]);
        await writer.close();
        writer = await store.writer();
        const states = await writer.open(sampleSweep());
        expect(states.get('aa-1')).toBe('interrupted');
        expect(states.get('aa-2')).toBe('complete');
        expect((await reader.run('aa-1')).state).toBe('interrupted');
      });

      test('is found by an unambiguous start of its id', async () => {
        expect((await reader.run('bb-2')).run.runId).toBe('bb-2');
        await expect(reader.run('bb')).rejects.toThrow(/several runs/);
        await expect(reader.run('zz')).rejects.toThrow(/no run/);
        await expect(reader.run('%')).rejects.toThrow(UserError);
        expect(await reader.findTrial('bb')).toEqual(DEFAULT_TRIALS[1]);
        expect(await reader.findTrial('zz')).toBeNull();
      });

      test('or a trial is found by a start that no other has, or by its whole id', async () => {
        expect(await reader.find('bb-2')).toEqual({ kind: 'run', id: 'bb-2' });
        expect(await reader.find('bb-t')).toEqual({ kind: 'trial', id: 'bb-trial' });
        expect(await reader.find('zz')).toBeNull();
        await expect(reader.find('bb')).rejects.toThrow(
          expect.objectContaining({ fix: 'Give more of the id: run bb-1, run bb-2, trial bb-trial.' }),
        );
        await expect(reader.find('')).rejects.toThrow(
          expect.objectContaining({ fix: expect.stringMatching(/and others/) }),
        );
      });

      test('of an unplanned id is a bug, and nothing of its batch stays', async () => {
        await expect(writer.record([...finished({ 'aa-1': 0.5 }), started('unplanned')])).rejects.toThrow();
        expect((await reader.run('aa-1')).state).toBe('waiting');
      });
    });

    describe('bulk reads', () => {
      beforeEach(async () => await writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.75, 'bb-1': 0.25 })));

      test('class metrics come by run, in class order', async () => {
        const metrics = await reader.classMetrics(['aa-2', 'bb-1', 'cc-1'], 'test');
        expect([...metrics.keys()]).toEqual(['aa-2', 'bb-1']);
        expect(metrics.get('bb-1')).toEqual(sampleResult('bb-1', 0.25).test.classes);
      });

      test('confusion matrices are summed', async () => {
        expect(await reader.confusion(['aa-1', 'aa-2'], 'validation')).toEqual(
          Uint32Array.of(6, 0, 0, 2, 2, 0, 0, 0, 140_000),
        );
        expect(await reader.confusion([], 'validation')).toEqual(new Uint32Array());
      });

      test('test metrics come by run of the trial', async () => {
        expect([...(await reader.testMetrics('sample', 'aa-trial'))]).toEqual([
          ['aa-1', sampleMetrics(0.45)],
          ['aa-2', sampleMetrics(0.7)],
        ]);
      });
    });

    describe('the logits of a sweep that has ended', () => {
      const withLogits = (runId: string, level: number): StoreEvent[] => [
        started(runId),
        complete({ ...sampleResult(runId, level), validationLogits: SAMPLE_LOGITS }),
      ];
      const results = [
        ...[...withLogits('aa-1', 0.25), ...withLogits('aa-2', 0.25), ...withLogits('bb-1', 0.75)],
        ...[
          ...withLogits('bb-2', 0.5),
          ...withLogits('cc-1', 0.5),
          ...withLogits('cc-2', 0.25),
          ...withLogits('dd-1', 0.5),
        ],
        ...LEADING_RUNS.flatMap((runId) => withLogits(runId, 0.8)),
      ];
      beforeEach(() => writer.open(LED));
      const kept = async () => {
        const runs = LED.runs.map(({ runId }) => runId);
        const logits = await Promise.all(runs.map((runId) => reader.logits(runId, 'validation')));
        return runs.filter((_, at) => logits[at] !== null);
      };
      const endWith = async (events: readonly StoreEvent[]) => {
        await writer.record(events);
        await writer.close();
        writer = await store.writer();
      };

      test('are kept of the five best trials, the baseline, and trials that may still become the best', async () => {
        await endWith(results);
        expect(await kept()).toEqual(['aa-1', 'aa-2', 'dd-1', ...LEADING_RUNS]);
        expect(await reader.logits('aa-2', 'validation')).toEqual(SAMPLE_LOGITS);
        expect(await reader.logits('aa-2', 'test')).toBeNull();
        expect((await reader.run('aa-2')).result).not.toHaveProperty('validationLogits');
      });

      test('are kept of the test rows too, where a trainer gives them', async () => {
        const testLogits = sampleLogits(3);
        const result = { ...sampleResult('aa-1', 0.5), validationLogits: SAMPLE_LOGITS, testLogits };
        await writer.record([started('aa-1'), complete(result)]);
        expect(await reader.logits('aa-1', 'test')).toEqual(testLogits);
        expect((await reader.run('aa-1')).result).not.toHaveProperty('testLogits');
      });

      test('are all kept where the spec asks for them', async () => {
        await writer.open({ ...LED, storeLogits: true });
        await endWith(results);
        expect(await kept()).toHaveLength(17);
      });
    });

    describe('the models of a sweep that has ended', () => {
      const withModel = (runId: string, level: number): StoreEvent[] => [
        started(runId),
        { ...complete(sampleResult(runId, level)), model: Uint8Array.of(8, 0, runId.length) } as StoreEvent,
      ];
      const levels: Readonly<Record<string, number>> = {
        ...{ 'aa-1': 0.25, 'aa-2': 0.25, 'bb-1': 0.75, 'bb-2': 0.5, 'cc-1': 0.5, 'cc-2': 0.25 },
        ...Object.fromEntries(LEADING_RUNS.map((runId) => [runId, runId.startsWith('gg') ? 0.9 : 0.8])),
      };
      const results = Object.entries(levels).flatMap(([runId, level]) => withModel(runId, level));
      const kept = async () => {
        const runs = LED.runs.map(({ runId }) => runId);
        const models = await Promise.all(runs.map((runId) => reader.model(runId)));
        return runs.filter((_, at) => models[at] !== null);
      };

      test.each([
        [undefined, ['aa-1', 'aa-2', ...LEADING_RUNS]],
        ['front', ['aa-1', 'aa-2', ...LEADING_RUNS]],
        ['best', ['gg-1', 'gg-2']],
        ['all', Object.keys(levels)],
        ['none', []],
      ] as const)('with keep: %s are those of %s', async (keep, expected) => {
        await writer.open(LED);
        const before = await reader.fingerprint('sample');
        await writer.open(keep === undefined ? LED : { ...LED, keep });
        expect(await reader.fingerprint('sample')).toBe(before);
        await writer.record(results);
        const fingerprint = await reader.fingerprint('sample');
        await writer.close();
        writer = await store.writer();
        expect(await kept()).toEqual(expected);
        expect(await reader.fingerprint('sample')).toBe(fingerprint);
      });

      test('are kept while another sweep has their runs', async () => {
        await writer.open(LED);
        await writer.open({ ...LED, name: 'other' });
        await writer.record(results);
        await writer.close();
        writer = await store.writer();
        expect(await kept()).toEqual(Object.keys(levels));
      });

      test('are read as they were recorded, and can be recorded later', async () => {
        await writer.record([
          ...withModel('aa-1', 0.5),
          started('bb-1'),
          complete(sampleResult('bb-1', 0.5)),
        ]);
        expect(await reader.model('aa-1')).toEqual(Uint8Array.of(8, 0, 4));
        expect(await reader.model('bb-1')).toBeNull();
        const large = new Uint8Array(100_000).fill(7);
        const keeper = await store.keeper();
        await keeper.recordModel('bb-1', large);
        await expect(keeper.recordModel('cc-1', large)).rejects.toThrow('the run cc-1 has no result');
        await keeper.close();
        expect(await reader.model('bb-1')).toEqual(large);
      });
    });

    describe('the fingerprint', () => {
      test('depends on results alone, not on order, attempts or other sweeps', async () => {
        await writer.record([started('bb-1'), failed('bb-1', 'no memory')]);
        await writer.record(finished({ 'aa-1': 0.5, 'bb-1': 0.6 }));

        const other = create();
        const otherWriter = await other.writer();
        await otherWriter.open(sampleSweep({ name: 'elsewhere', trials: [sampleTrial('zz', {})] }));
        await otherWriter.open(sampleSweep({ trials: [...DEFAULT_TRIALS].reverse(), description: 'Again.' }));
        await otherWriter.record(finished({ 'bb-1': 0.6, 'aa-1': 0.5 }));
        const otherReader = await other.reader();
        expect(await otherReader.fingerprint('sample')).toBe(await reader.fingerprint('sample'));
        expect(await reader.fingerprint('sample')).toMatch(/^[0-9a-f]{64}$/);

        await otherWriter.record(finished({ 'cc-1': 0.6 }));
        expect(await otherReader.fingerprint('sample')).not.toBe(await reader.fingerprint('sample'));
        await otherReader.close();
        await otherWriter.close();
        other.dispose();
      });

      test('changes with the last bit of a result', async () => {
        const fingerprintOf = async (loss: number) => {
          const one = create();
          const oneWriter = await one.writer();
          await oneWriter.open(sampleSweep());
          const result = sampleResult('aa-1', 0.5);
          await oneWriter.record([complete({ ...result, test: { ...result.test, loss } })]);
          const oneReader = await one.reader();
          const fingerprint = await oneReader.fingerprint('sample');
          await oneReader.close();
          await oneWriter.close();
          one.dispose();
          return fingerprint;
        };
        expect(await fingerprintOf(0.1 + 0.2)).toBe(await fingerprintOf(0.1 + 0.2));
        expect(await fingerprintOf(0.1 + 0.2)).not.toBe(await fingerprintOf(0.3));
      });
    });

    describe('a run in training', () => {
      const epochs = sampleResult('aa-1', 0.5).epochs;
      const epochsOf = (runId: string): StoreEvent[] =>
        epochs.map((epoch) => ({ type: 'epoch', runId, epoch }));
      const unfinished = async (runId: string) =>
        (await reader.progress('sample')).find((run) => run.runId === runId);

      test('shows its epochs to other processes until its result is recorded', async () => {
        await writer.record([started('aa-1'), ...epochsOf('aa-1').slice(0, 2)]);
        expect(await unfinished('aa-1')).toEqual({
          runId: 'aa-1',
          trialId: 'aa-trial',
          seed: 1,
          state: 'running',
          attempts: 1,
          epochs: epochs.slice(0, 2),
        });
        expect((await reader.run('aa-1')).liveEpochs).toEqual(epochs.slice(0, 2));
        expect(await reader.epochs('aa-1')).toEqual([]);
        await writer.record([...epochsOf('aa-1').slice(2), complete(sampleResult('aa-1', 0.5))]);
        expect(await unfinished('aa-1')).toBeUndefined();
        expect((await reader.run('aa-1')).liveEpochs).toEqual([]);
        expect(await reader.epochs('aa-1')).toEqual(epochs);
      });

      test('keeps what mistakes cost after each epoch, where that is its metric', async () => {
        const costly = epochs.map((record) => ({
          ...record,
          validation: { ...record.validation, expected_cost: 1 / record.epoch },
        }));
        const told = costly.map((epoch): StoreEvent => ({ type: 'epoch', runId: 'aa-1', epoch }));
        await writer.record([started('aa-1'), ...told.slice(0, 2), pruned('aa-1')]);
        expect((await writer.epochs(['aa-1'])).get('aa-1')).toEqual(costly.slice(0, 2));
        await writer.record([...told, complete({ ...sampleResult('aa-1', 0.5), epochs: costly })]);
        expect((await writer.epochs(['aa-1'])).get('aa-1')).toEqual(costly);
        expect(await reader.epochs('aa-1')).toEqual(costly);
        const keeper = await store.keeper();
        expect((await keeper.check({ repair: false })).problems).toEqual([]);
        await keeper.close();
      });

      test('keeps its epochs over another attempt, and each once', async () => {
        await writer.record([started('aa-1'), ...epochsOf('aa-1').slice(0, 2), retry('aa-1')]);
        await writer.record([started('aa-1'), ...epochsOf('aa-1')]);
        expect(await unfinished('aa-1')).toMatchObject({ state: 'running', attempts: 2, epochs });
      });

      test('that is pruned keeps its epochs, has no result, and is no failure', async () => {
        await writer.record([started('aa-1'), ...epochsOf('aa-1').slice(0, 1), pruned('aa-1')]);
        expect(await unfinished('aa-1')).toMatchObject({ state: 'pruned', epochs: epochs.slice(0, 1) });
        expect(await reader.sweep('sample')).toMatchObject({ complete: 0, failed: 0, pruned: 0 });
        const left = { type: 'rung', best: null, dropped: [{ trialId: 'aa-trial', value: 0.1 }] };
        const decision: StoreEvent = {
          ...{ type: 'decision', sweep: 'sample', search: 'one', step: 0 },
          decision: left,
        };
        await writer.record([decision]);
        expect(await reader.sweep('sample')).toMatchObject({ complete: 0, failed: 0, pruned: 1 });
        expect(await writer.failures('sample')).toEqual(new Map());
        const { rows } = await reader.query({ where: 'state = pruned', columns: ['run'] });
        expect(rows).toEqual([['aa-1']]);
      });

      test('that pauses is claimed again and goes on with the epochs that it has', async () => {
        const claimOf = async () => {
          const request = { sweep: 'sample', runs: ['aa-1'], most: 1, leaseMs: 60_000 };
          return (await writer.claim(request))[0]?.token;
        };
        const under = (claim: number | undefined, events: StoreEvent[]) =>
          writer.record(events.map((event) => ({ ...event, claim })));
        const first = await claimOf();
        await under(first, [started('aa-1'), ...epochsOf('aa-1').slice(0, 2), pruned('aa-1')]);
        expect(await writer.epochs(['aa-1', 'aa-2'])).toEqual(new Map([['aa-1', epochs.slice(0, 2)]]));
        expect(await reader.sweep('sample')).toMatchObject({ pruned: 0 });
        const second = await claimOf();
        expect(second).toBeGreaterThan(Number(first));
        await expect(under(first, [started('aa-1')])).rejects.toThrow(UserError);
        await under(second, [started('aa-1'), ...epochsOf('aa-1')]);
        expect(await unfinished('aa-1')).toMatchObject({ state: 'running', attempts: 2, epochs });
        await under(second, [complete(sampleResult('aa-1', 0.5))]);
        expect(await writer.epochs(['aa-1'])).toEqual(new Map([['aa-1', epochs]]));
        expect(await claimOf()).toBeUndefined();
      });

      test('that is pruned for a reason drops its trial, until it is complete', async () => {
        const reason = 'dropped after epoch 5 of 1 seed';
        const droppedTrials = async () =>
          (await reader.trials('sample')).flatMap(({ trialId, dropped }) =>
            dropped ? [[trialId, dropped]] : [],
          );
        await writer.record([...finished({ 'aa-1': 0.9, 'bb-1': 0.5 }), pruned('bb-2')]);
        expect(await droppedTrials()).toEqual([]);
        await writer.record([pruned('aa-2', reason), pruned('bb-2', 'dropped by a sweep that shares it')]);
        expect(await droppedTrials()).toEqual([]);
        const decided = (step: number, best: number | null, trialId: string): StoreEvent => ({
          ...{ type: 'decision', sweep: 'sample', search: 'one', step },
          decision: { type: 'rung', best, dropped: [{ trialId, value: 0.1 }] },
        });
        await writer.record([decided(0, 0.5, 'aa-trial'), decided(1, null, 'bb-trial')]);
        expect(await droppedTrials()).toEqual([['aa-trial', reason]]);
        expect(await reader.sweep('sample')).toMatchObject({ complete: 2, pruned: 2 });
        const { rows } = await reader.query({ where: 'state = pruned', columns: ['run', 'error'] });
        expect(rows).toEqual([
          ['aa-2', reason],
          ['bb-2', 'dropped by a sweep that shares it'],
        ]);
        expect((await buildRanking(reader, 'sample')).configurations.map(({ trialId }) => trialId)).toEqual([
          'bb-trial',
        ]);
        await writer.record([started('aa-2'), complete(sampleResult('aa-2', 0.9))]);
        expect(await droppedTrials()).toEqual([]);
      });

      test('changes no fingerprint', async () => {
        await writer.record(finished({ 'bb-1': 0.5 }));
        const before = await reader.fingerprint('sample');
        await writer.record([started('aa-1'), ...epochsOf('aa-1')]);
        expect(await reader.fingerprint('sample')).toBe(before);
      });

      test('that another process has finished needs no epochs', async () => {
        await writer.record(finished({ 'aa-1': 0.5 }));
        await writer.record(epochsOf('aa-1'));
        expect((await reader.run('aa-1')).liveEpochs).toEqual([]);
      });

      test('is listed by trial position and seed', async () => {
        await writer.record([...finished({ 'aa-1': 0.5 }), started('cc-1')]);
        const progress = await reader.progress('sample');
        expect(progress.map(({ runId }) => runId)).toEqual([
          ...['aa-2', 'bb-1', 'bb-2', 'cc-1', 'cc-2', 'dd-1', 'dd-2'],
        ]);
      });
    });

    describe('a sweep that grows', () => {
      const added = sampleTrial('ee', { gamma: 5 });

      test('has the trials and runs of later cohorts behind its own, and stays one launch', async () => {
        const before = await reader.sweep('sample');
        await writer.record(finished({ 'aa-1': 0.5 }));
        const states = await writer.extend(sampleSweep({ trials: [...DEFAULT_TRIALS, added], seeds: [1] }));
        expect([states.get('aa-1'), states.get('ee-1')]).toEqual(['complete', 'waiting']);
        expect(await reader.sweep('sample')).toMatchObject({
          trials: 5,
          runs: 9,
          lastLaunchedAtMs: before.lastLaunchedAtMs,
        });
        expect((await reader.trials('sample')).at(-1)).toEqual({ ...added, position: 4 });
        await writer.extend(sampleSweep({ trials: [sampleTrial('ff', { gamma: 6 })], seeds: [1] }));
        expect((await reader.trials('sample')).map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5]);
      });

      test('gives the scores of its finished runs', async () => {
        await writer.record([...finished({ 'aa-1': 0.5, 'bb-2': 0.25 }), started('aa-2')]);
        expect([...(await writer.scores('sample'))].toSorted()).toEqual([
          ['aa-1', sampleMetrics(0.5)],
          ['bb-2', sampleMetrics(0.25)],
        ]);
      });

      test('keeps the first decision of each step of a search, apart from other searches', async () => {
        const decided = (step: number, decision: unknown, search = 'one'): StoreEvent => ({
          ...{ type: 'decision', sweep: 'sample', search, step, decision },
        });
        const before = await reader.fingerprint('sample');
        await writer.record([decided(1, { going: ['aa-trial'] }), decided(0, [1.5, null])]);
        await writer.record([decided(1, 'too late'), decided(1, 'of another', 'two')]);
        const expected = [
          { step: 0, decision: [1.5, null] },
          { step: 1, decision: { going: ['aa-trial'] } },
        ];
        expect(await reader.decisions('sample', 'one')).toEqual(expected);
        expect(await writer.decisions('sample', 'one')).toEqual(expected);
        expect(await reader.decisions('sample', 'two')).toEqual([{ step: 1, decision: 'of another' }]);
        expect(await reader.decisions('sample', 'three')).toEqual([]);
        expect(await writer.decisions('never launched', 'one')).toEqual([]);
        await writer.open(sampleSweep());
        expect(await reader.decisions('sample', 'one')).toEqual(expected);
        expect(await reader.fingerprint('sample')).toBe(before);
      });
    });

    test('tells which runs are finished, and which sweeps have them', async () => {
      await writer.open(sampleSweep({ name: 'other', seeds: [1] }));
      await writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.5 }));
      const known = await reader.finished(['aa-1', 'aa-2', 'bb-1', 'unheard-of']);
      expect([...known]).toEqual([
        ['aa-1', ['other', 'sample']],
        ['aa-2', ['sample']],
      ]);
    });

    describe('two writers on one sweep', () => {
      const leaseMs = 60_000;
      let second: SweepWriter;
      const claimed = async (by: SweepWriter, most: number, lease = leaseMs) => {
        const runs = sampleSweep().runs.map(({ runId }) => runId);
        return by.claim({ sweep: 'sample', runs, most, leaseMs: lease });
      };
      const pass = (durationMs: number): void => {
        vi.advanceTimersByTime(durationMs);
        store.pass?.(durationMs);
      };
      const idsOf = (claims: readonly Claim[]) => claims.map(({ runId }) => runId);
      const under = (events: readonly StoreEvent[], claim: Claim | undefined): StoreEvent[] =>
        events.map((event) => ({ ...event, claim: claim?.token }) as StoreEvent);

      beforeEach(async () => {
        vi.useFakeTimers({ toFake: ['Date', 'performance'] });
        second = await store.writer();
        await second.join('sample');
      });
      afterEach(async () => {
        vi.useRealTimers();
        await second.close();
      });

      test('claim different runs, in the order that was asked for', async () => {
        expect(idsOf(await claimed(writer, 3))).toEqual(['aa-1', 'aa-2', 'bb-1']);
        expect(idsOf(await claimed(second, 2))).toEqual(['bb-2', 'cc-1']);
        const reversed = { sweep: 'sample', runs: ['dd-2', 'dd-1', 'aa-1'], most: 3, leaseMs };
        expect(idsOf(await second.claim(reversed))).toEqual(['dd-2', 'dd-1']);
        expect(idsOf(await claimed(second, 9))).toEqual(['cc-2']);
        expect(await claimed(writer, 9)).toEqual([]);
      });

      test('claim nothing that is finished or given up, but what was pruned', async () => {
        await writer.record([
          ...finished({ 'aa-1': 0.5 }),
          ...[started('aa-2'), failed('aa-2', 'no memory'), pruned('bb-1')],
        ]);
        expect(idsOf(await claimed(second, 2))).toEqual(['bb-1', 'bb-2']);
      });

      test('both record what they train', async () => {
        const [first] = await claimed(writer, 1);
        const [other] = await claimed(second, 1);
        await second.record(under(finished({ 'aa-2': 0.5 }), other));
        await writer.record(under(finished({ 'aa-1': 0.5 }), first));
        expect((await reader.runs('sample')).map(({ runId }) => runId)).toEqual(['aa-1', 'aa-2']);
      });

      test('lose a claim whose lease has run out, and late events are refused whole', async () => {
        const [late, kept] = await claimed(second, 2, 1000);
        pass(1001);
        const [next] = await claimed(writer, 1);
        expect(next?.runId).toBe('aa-1');
        expect(next?.token).toBeGreaterThan(kept?.token ?? 0);
        const batch = [...under(finished({ 'aa-2': 0.5 }), kept), ...under([started('aa-1')], late)];
        await expect(second.record(batch)).rejects.toThrow(/aa-1 was claimed by another process/);
        expect(await reader.runs('sample')).toEqual([]);
        await second.record(under(finished({ 'aa-2': 0.5 }), kept));
        await writer.record(under(finished({ 'aa-1': 0.5 }), next));
        expect(await reader.runs('sample')).toHaveLength(2);
      });

      test('keep their claims as long as they give signs of life', async () => {
        const [mine] = await claimed(second, 1, 10_000);
        for (let sign = 0; sign < 5; sign++) {
          pass(6000);
          expect(await second.beat()).toBe('go on');
        }
        expect(idsOf(await claimed(writer, 1))).toEqual(['aa-2']);
        await second.record(under(finished({ 'aa-1': 0.5 }), mine));
      });

      test('give back what they interrupt, and everything when they end; a retry stays theirs', async () => {
        const [one, two] = await claimed(second, 2);
        await second.record([...under([started('aa-1'), retry('aa-1')], one)]);
        expect(idsOf(await claimed(writer, 1))).toEqual(['bb-1']);
        await second.record(under([started('aa-2'), interrupted('aa-2')], two));
        expect(idsOf(await claimed(writer, 1))).toEqual(['aa-2']);
        await second.close();
        expect(idsOf(await claimed(writer, 1))).toEqual(['aa-1']);
        second = await store.writer();
      });

      test('do not record what the other one has claimed, and a guest nothing without a claim', async () => {
        await claimed(second, 1);
        await expect(writer.record([started('aa-1')])).rejects.toThrow(/was claimed by another process/);
        await expect(second.record([started('bb-1')])).rejects.toThrow(/only runs that it has claimed/);
        await writer.record([started('bb-1')]);
      });

      test('on one machine: the holder launches again and leaves the runs of its guest running', async () => {
        const [mine] = await claimed(second, 1);
        await second.record(under([started('aa-1')], mine));
        await writer.record([started('aa-2')]);
        const states = await writer.open(sampleSweep());
        expect([states.get('aa-1'), states.get('aa-2')]).toEqual(['running', 'interrupted']);
      });

      test('a guest is refused once another process has taken the sweep over', async () => {
        const [mine] = await claimed(second, 1);
        await writer.close();
        writer = await store.writer();
        await writer.open(sampleSweep());
        await expect(second.record(under([started('aa-1')], mine))).rejects.toThrow(/was taken over/);
        await expect(second.beat()).rejects.toThrow(/was taken over/);
        expect(idsOf(await claimed(writer, 1))).toEqual(['aa-1']);
      });

      test('a guest needs a sweep, claims runs of no other, and adds none', async () => {
        await expect(second.join('smaple')).rejects.toThrow(UserError);
        await writer.open(sampleSweep({ name: 'other' }));
        const request = { sweep: 'other', runs: ['aa-1'], most: 1, leaseMs };
        await expect(second.claim(request)).rejects.toThrow(/holds or joined/);
        await expect(second.extend(sampleSweep())).rejects.toThrow(/only the holder/);
      });

      test('of sweeps that share a run, one at a time has it', async () => {
        await second.open(sampleSweep({ name: 'other' }));
        const ofOther = async (most: number) => idsOf(await second.claim({ ...request, most }));
        const request = { sweep: 'other', runs: ['aa-1', 'aa-2', 'bb-1'], leaseMs };
        const [one] = await claimed(writer, 2);
        expect(await ofOther(1)).toEqual(['bb-1']);
        await writer.record(under(finished({ 'aa-1': 0.5 }), one));
        expect(await ofOther(9)).toEqual([]);
        expect([...(await second.states(['aa-1', 'aa-2', 'bb-1', 'bb-2']))]).toEqual([
          ['aa-1', 'complete'],
          ['aa-2', 'waiting'],
          ['bb-1', 'waiting'],
          ['bb-2', 'waiting'],
        ]);
        await writer.close();
        expect(await ofOther(9)).toEqual(['aa-2']);
        writer = await store.writer();
      });

      test('a claim that ran out is void for every sweep', async () => {
        const [late] = await claimed(writer, 1, 1000);
        await second.open(sampleSweep({ name: 'other' }));
        pass(1001);
        const [next] = await second.claim({ sweep: 'other', runs: ['aa-1'], most: 1, leaseMs });
        await expect(writer.record(under(finished({ 'aa-1': 0.5 }), late))).rejects.toThrow(
          /aa-1 was claimed by another process/,
        );
        await second.record(under(finished({ 'aa-1': 0.5 }), next));
        expect(await reader.runs('sample')).toHaveLength(1);
      });

      test('a second launch is refused while the first lives', async () => {
        await expect(second.open(sampleSweep())).rejects.toThrow(/is being trained by/);
      });
    });

    describe('the choices of a sweep that has ended', () => {
      const choices = [
        { aim: 'overall', trialId: 'aa-trial' },
        { aim: 'rare classes', trialId: 'bb-trial' },
        { aim: 'sure', trialId: 'aa-trial' },
      ];
      /** The runs that are marked, with what their configurations were chosen for. */
      const marked = async (sweep = 'sample') => {
        const where = 'chosen_for is not null';
        return (await reader.query({ sweep, where, columns: ['run', 'chosen_for'] })).rows;
      };
      const MARKED = [
        ['aa-1', 'overall, sure'],
        ['aa-2', 'overall, sure'],
        ['bb-1', 'rare classes'],
        ['bb-2', 'rare classes'],
      ];
      let keeper: StoreKeeper;

      beforeEach(async () => {
        await writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.6, 'bb-1': 0.7 }));
        await writer.open(sampleSweep({ name: 'other', trials: DEFAULT_TRIALS.slice(0, 3) }));
        await writer.close();
        writer = await store.writer();
        keeper = await store.keeper();
        await keeper.recordChoices({ sweep: 'sample', results: 3, choices });
      });
      afterEach(async () => await keeper.close());

      test('are shown with its runs, in the order of the aims, and select them', async () => {
        expect(await marked()).toEqual(MARKED);
        const rows = async (where: string) =>
          (await reader.query({ where, columns: ['run'], sort: ['-chosen_for', 'run'] })).rows.flat();
        expect(await rows("chosen_for like '%rare%'")).toEqual(['bb-1', 'bb-2']);
        expect(await rows("chosen_for like '%SURE%' or chosen_for = 'rare classes'")).toEqual([
          ...['bb-1', 'bb-2', 'aa-1', 'aa-2'],
        ]);
        expect((await reader.query({ columns: ['all'] })).columns.slice(-2)).toEqual([
          'chosen_for',
          'config',
        ]);
      });

      test('belong to that sweep alone, and to no fingerprint', async () => {
        const before = await reader.fingerprint('sample');
        await keeper.recordChoices({ sweep: 'other', results: 3, choices: choices.slice(1, 2) });
        expect(await marked('other')).toEqual(MARKED.slice(2));
        expect(await marked()).toEqual(MARKED);
        await keeper.recordChoices({ sweep: 'sample', results: 3, choices: [] });
        expect(await marked('other')).toEqual(MARKED.slice(2));
        expect(await reader.fingerprint('sample')).toBe(before);
      });

      test('are replaced by later ones, all of them', async () => {
        await keeper.recordChoices({
          ...{ sweep: 'sample', results: 3 },
          choices: [{ aim: 'overall', trialId: 'cc-trial' }],
        });
        expect(await marked()).toEqual([
          ['cc-1', 'overall'],
          ['cc-2', 'overall'],
        ]);
        await keeper.recordChoices({ sweep: 'sample', results: 3, choices: [] });
        expect(await marked()).toEqual([]);
      });

      test.each([2, 4, 0])('that were made from %i results of three are not shown', async (results) => {
        await keeper.recordChoices({ sweep: 'sample', results, choices });
        expect(await marked()).toEqual([]);
      });

      test('are out of date once another sweep has finished a run that both have', async () => {
        await writer.open(sampleSweep({ name: 'other', trials: DEFAULT_TRIALS.slice(0, 3) }));
        await writer.record(finished({ 'dd-1': 0.9 }, 'other'));
        expect(await marked()).toEqual([]);
      });

      test('are forgotten by its next launch, whatever that one trains', async () => {
        await writer.open(sampleSweep());
        expect(await marked()).toEqual([]);
        await writer.close();
        writer = await store.writer();
        expect(await marked()).toEqual([]);
      });

      test('are not replaced while a process trains it: that one will choose', async () => {
        await writer.open(sampleSweep());
        await keeper.recordChoices({ sweep: 'sample', results: 3, choices });
        expect(await marked()).toEqual([]);
      });

      test('are refused for an unknown sweep, and a trial that was never planned is a bug', async () => {
        await expect(keeper.recordChoices({ sweep: 'smaple', results: 3, choices })).rejects.toThrow(
          /no sweep "smaple".*Did you mean "sample"/,
        );
        const unplanned = [...choices, { aim: 'best', trialId: 'zz-trial' }];
        await expect(
          keeper.recordChoices({ sweep: 'sample', results: 3, choices: unplanned }),
        ).rejects.toThrow();
        expect(await marked()).toEqual(MARKED);
      });
    });

    describe('what columns mean', () => {
      const known = (runIds: readonly string[]) => reader.columnImportance(runIds);
      const second = SAMPLE_IMPORTANCE.slice(1, 2);
      let keeper: StoreKeeper;

      beforeEach(async () => {
        const told = { ...sampleResult('aa-1', 0.5), columnImportance: SAMPLE_IMPORTANCE };
        await writer.record([started('aa-1'), complete(told), ...finished({ 'aa-2': 0.6 })]);
        keeper = await store.keeper();
      });
      afterEach(async () => await keeper.close());

      test('is read back as the trainer said it, in the order of the columns', async () => {
        expect(await known(['aa-2', 'aa-1', 'bb-1'])).toEqual(new Map([['aa-1', SAMPLE_IMPORTANCE]]));
        expect(await known([])).toEqual(new Map());
      });

      test('can be recorded later, in place of what was known', async () => {
        await keeper.recordColumnImportance('aa-1', second);
        await keeper.recordColumnImportance('aa-2', SAMPLE_IMPORTANCE);
        expect(await known(['aa-1', 'aa-2'])).toEqual(
          new Map([
            ['aa-1', second],
            ['aa-2', SAMPLE_IMPORTANCE],
          ]),
        );
        expect(await keeper.check({ repair: false })).toEqual({ results: 2, problems: [] });
      });

      test('is no part of a result: neither of its fingerprint nor of what is read of the run', async () => {
        const before = await reader.fingerprint('sample');
        await keeper.recordColumnImportance('aa-2', SAMPLE_IMPORTANCE);
        expect(await reader.fingerprint('sample')).toBe(before);
        expect((await reader.run('aa-1')).result).toEqual(sampleResult('aa-1', 0.5));
      });

      test('is not replaced by a second result of the run, and refused for a run without one', async () => {
        const again = { ...sampleResult('aa-1', 0.5), columnImportance: second };
        await writer.record([complete(again)]);
        expect(await known(['aa-1'])).toEqual(new Map([['aa-1', SAMPLE_IMPORTANCE]]));
        await expect(keeper.recordColumnImportance('bb-1', second)).rejects.toThrow();
        await expect(keeper.recordColumnImportance('zz-9', second)).rejects.toThrow();
      });
    });

    describe('metrics in each draw of the rows', () => {
      const known = (split: 'validation' | 'test') => reader.scoreDraws(['aa-2', 'aa-1', 'bb-1'], split);

      beforeEach(async () => {
        const told = { ...sampleResult('aa-1', 0.5), scoreDraws: SAMPLE_DRAWS };
        await writer.record([started('aa-1'), complete(told), ...finished({ 'aa-2': 0.6 })]);
      });

      test('are read back by split', async () => {
        expect(await known('validation')).toEqual(new Map([['aa-1', SAMPLE_DRAWS.validation]]));
        expect(await known('test')).toEqual(new Map([['aa-1', SAMPLE_DRAWS.test]]));
        expect(await reader.scoreDraws([], 'test')).toEqual(new Map());
      });

      test('are no part of a result, and not replaced by a second one', async () => {
        const before = await reader.fingerprint('sample');
        expect((await reader.run('aa-1')).result).toEqual(sampleResult('aa-1', 0.5));
        const other = { validation: SAMPLE_DRAWS.test, test: SAMPLE_DRAWS.validation };
        await writer.record([complete({ ...sampleResult('aa-1', 0.5), scoreDraws: other })]);
        expect(await known('validation')).toEqual(new Map([['aa-1', SAMPLE_DRAWS.validation]]));
        expect(await reader.fingerprint('sample')).toBe(before);
      });

      test('go with their sweep', async () => {
        await writer.close();
        const keeper = await store.keeper();
        expect(await keeper.check({ repair: false })).toEqual({ results: 2, problems: [] });
        await keeper.deleteSweep('sample');
        await keeper.close();
        expect(await known('test')).toEqual(new Map());
        writer = await store.writer();
      });
    });

    describe('a keeper', () => {
      test('stops a holder, and lets failed runs wait again', async () => {
        const keeper = await store.keeper();
        expect(await keeper.holder('sample')).toMatchObject({ pid: process.pid });
        expect(await writer.beat()).toBe('go on');
        await keeper.requestStop('sample');
        expect(await writer.beat()).toBe('stop');
        await writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
        expect(await writer.failures('sample')).toEqual(new Map([['aa-1', 1]]));
        expect(await keeper.retryFailed('sample')).toBe(1);
        expect(await writer.failures('sample')).toEqual(new Map());
        expect((await reader.run('aa-1')).state).toBe('waiting');
        await writer.close();
        expect(await keeper.holder('sample')).toBeUndefined();
        await keeper.close();
        writer = await store.writer();
      });

      test('withdraws what a search decided without a failed run, from the first rung that judged it on', async () => {
        const specText = `name: sample
data: {source: table.csv, label: y}
parameters: {gamma: {values: [0, 1]}}
seeds: [2, 1]
`;
        await writer.open(sampleSweep({ seeds: [2, 1], specText }));
        await writer.record([...finished({ 'aa-2': 0.5 }), started('aa-1'), failed('aa-1', 'no memory')]);
        const of = { type: 'decision', sweep: 'sample', search: 'one' } as const;
        const dropped = ['aa-trial', 'bb-trial'].map((trialId) => ({ trialId, value: 0.5 }));
        const rung = { type: 'rung', going: ['aa-trial'], dropped: dropped.slice(1), best: 0.5 };
        await writer.record([
          { ...of, step: 0, decision: { ...rung, rung: { seeds: 1 } } },
          { ...of, step: 1, decision: { ...rung, going: [], dropped, rung: { seeds: 2 } } },
          { ...of, step: 2, decision: { type: 'cohort', points: [] } },
          {
            ...of,
            search: 'another',
            step: 0,
            decision: { ...rung, going: ['cc-trial'], rung: { seeds: 2 } },
          },
          { ...of, search: 'budget', step: 0, decision: { type: 'budget' } },
        ]);
        const stepsOf = async (search: string) =>
          (await reader.decisions('sample', search)).map(({ step }) => step);
        const keeper = await store.keeper();
        await expect(keeper.retryFailed('sample')).rejects.toThrow('is being trained by');
        expect([await stepsOf('one'), (await reader.run('aa-1')).state]).toEqual([[0, 1, 2], 'failed']);
        await writer.close();
        expect(await keeper.retryFailed('sample')).toBe(1);
        expect([await stepsOf('one'), (await reader.run('aa-1')).state]).toEqual([[0], 'waiting']);
        expect([await stepsOf('another'), await stepsOf('budget')]).toEqual([[0], [0]]);
        expect((await keeper.check({ repair: false })).problems).toEqual([]);
        await keeper.close();
        writer = await store.writer();
      });

      test('knows what is unfinished, and finds no damage where there is none', async () => {
        await writer.record(finished({ 'aa-1': 0.5 }));
        const keeper = await store.keeper();
        expect((await keeper.unfinishedRuns()).size).toBe(7);
        expect(await keeper.check({ repair: false })).toEqual({ results: 1, problems: [] });
        await keeper.close();
      });
    });
  });
}
