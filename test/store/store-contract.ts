import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import type { SweepReader, SweepWriter } from '../../src/store/store.js';
import {
  complete,
  DEFAULT_TRIALS,
  failed,
  finished,
  sampleDataset,
  sampleMetrics,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from './sample-sweep.js';

/** A database of its own, for one test. */
export interface StoreUnderTest {
  openWriter(): SweepWriter;
  openReader(): SweepReader;
  dispose(): void;
}

/** What every store must do, whatever keeps its bytes. */
export function describeStoreContract(name: string, create: () => StoreUnderTest): void {
  describe(name, () => {
    let store: StoreUnderTest;
    let writer: SweepWriter;
    let reader: SweepReader;

    beforeEach(() => {
      store = create();
      writer = store.openWriter();
      writer.open(sampleSweep());
      reader = store.openReader();
    });
    afterEach(() => {
      writer.close();
      reader.close();
      store.dispose();
    });

    describe('a sweep', () => {
      test('begins with every run waiting', () => {
        const states = writer.open(sampleSweep({ name: 'other', seeds: [7] }));
        expect([...states]).toEqual([
          ['aa-7', 'waiting'],
          ['bb-7', 'waiting'],
          ['cc-7', 'waiting'],
          ['dd-7', 'waiting'],
        ]);
      });

      test('is read back as it was planned', () => {
        const { dataset, specText, metric, engine, ...counts } = reader.sweep('sample');
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
        expect(reader.trials('sample')).toEqual(
          DEFAULT_TRIALS.map((trial, position) => ({ ...trial, position })),
        );
      });

      test('counts its finished and its failed runs', () => {
        writer.record([
          ...finished({ 'aa-1': 0.5, 'aa-2': 0.6 }),
          started('bb-1'),
          failed('bb-1', 'no memory'),
        ]);
        expect(reader.sweep()).toMatchObject({ runs: 8, complete: 2, failed: 1 });
      });

      test('is the latest launched when none is named', () => {
        writer.open(sampleSweep({ name: 'newer' }));
        expect(reader.sweep().name).toBe('newer');
        writer.open(sampleSweep());
        expect(reader.sweeps().map((sweep) => sweep.name)).toEqual(['sample', 'newer']);
      });

      test('of an unknown name suggests the one that was meant', () => {
        const reads: ((name: string) => unknown)[] = [
          reader.sweep,
          reader.trials,
          reader.runs,
          reader.fingerprint,
          (sweep) => reader.query({ sweep }),
        ];
        for (const read of reads) {
          expect(() => read('smaple')).toThrow(/no sweep "smaple".*Did you mean "sample"/);
        }
      });

      test('is refused other data under its name', () => {
        const other = sampleSweep({ dataset: sampleDataset('0'.repeat(64)) });
        expect(() => writer.open(other)).toThrow(UserError);
        expect(reader.sweep().dataset).toEqual(sampleDataset());
      });

      test('is extended by a new plan, and keeps the results of runs that stay', () => {
        writer.record(finished({ 'aa-1': 0.5, 'bb-1': 0.6 }));
        const added = sampleTrial('ee', { alpha: [1, 2, 3], gamma: 5 });
        const states = writer.open(sampleSweep({ trials: [...DEFAULT_TRIALS.slice(1), added], seeds: [1] }));
        expect([...states]).toEqual([
          ['bb-1', 'complete'],
          ['cc-1', 'waiting'],
          ['dd-1', 'waiting'],
          ['ee-1', 'waiting'],
        ]);
        expect(reader.runs('sample').map(({ runId }) => runId)).toEqual(['bb-1']);
        expect(reader.run('aa-1')).toMatchObject({ state: 'complete', sweeps: [] });
        expect(reader.trials('sample').at(-1)).toEqual({ ...added, position: 3 });
      });

      test('shares runs with another sweep that plans the same', () => {
        writer.record(finished({ 'aa-1': 0.5 }));
        expect(writer.open(sampleSweep({ name: 'other' })).get('aa-1')).toBe('complete');
        expect(reader.run('aa-1').sweeps).toEqual(['other', 'sample']);
        expect(reader.runs('other')).toEqual(reader.runs('sample'));
      });
    });

    describe('a run', () => {
      test('gives back its result bit for bit', () => {
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
        writer.record([started('cc-2'), complete(result)]);
        expect(reader.run('cc-2')).toEqual({
          sweeps: ['sample'],
          run: { runId: 'cc-2', trialId: 'cc-trial', seed: 2 },
          state: 'complete',
          error: null,
          config: DEFAULT_TRIALS[2]?.config,
          point: DEFAULT_TRIALS[2]?.point,
          result,
        });
        expect(reader.predictions(['cc-2'], 'test')).toEqual(new Map([['cc-2', result.test.predictions]]));
        expect(reader.epochs('cc-2')).toEqual(result.epochs);
      });

      test('that diverged keeps its NaN and its infinity', () => {
        const result = sampleResult('aa-1', 0.5);
        const diverged = {
          ...result,
          validation: {
            ...result.validation,
            loss: Number.NaN,
            metrics: { ...result.validation.metrics, log_loss: Number.POSITIVE_INFINITY },
          },
        };
        writer.record([started('aa-1'), complete(diverged)]);
        expect(reader.run('aa-1').result).toEqual(diverged);
        expect(reader.runs('sample')[0]?.validationLoss).toBeNaN();
      });

      test('is listed by trial position and seed once it has finished', () => {
        writer.record([...finished({ 'cc-1': 0.7, 'aa-2': 0.5, 'aa-1': 0.4 }), started('bb-1')]);
        expect(reader.runs('sample').map(({ runId }) => runId)).toEqual(['aa-1', 'aa-2', 'cc-1']);
        expect(reader.runs('sample')[0]).toEqual({
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

      test('keeps its first result', () => {
        writer.record(finished({ 'aa-1': 0.5 }));
        const before = reader.fingerprint('sample');
        writer.record(finished({ 'aa-1': 0.5 }));
        writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
        expect(reader.fingerprint('sample')).toBe(before);
        expect(reader.run('aa-1')).toMatchObject({ state: 'complete', error: null });
      });

      test('that failed says why, and can be tried again', () => {
        writer.record([started('aa-1'), failed('aa-1', 'no memory')]);
        expect(reader.run('aa-1')).toMatchObject({ state: 'failed', error: 'no memory', result: null });
        expect(writer.open(sampleSweep()).get('aa-1')).toBe('failed');
        writer.record([started('aa-1')]);
        expect(reader.run('aa-1')).toMatchObject({ state: 'running', error: null });
        writer.record([complete(sampleResult('aa-1', 0.5))]);
        expect(reader.run('aa-1').state).toBe('complete');
      });

      test('left running by a process that is gone is interrupted', () => {
        writer.record([started('aa-1'), started('aa-2'), complete(sampleResult('aa-2', 0.5))]);
        writer.close();
        writer = store.openWriter();
        const states = writer.open(sampleSweep());
        expect(states.get('aa-1')).toBe('interrupted');
        expect(states.get('aa-2')).toBe('complete');
        expect(reader.run('aa-1').state).toBe('interrupted');
      });

      test('is found by an unambiguous start of its id', () => {
        expect(reader.run('bb-2').run.runId).toBe('bb-2');
        expect(() => reader.run('bb')).toThrow(/several runs/);
        expect(() => reader.run('zz')).toThrow(/no run/);
        expect(() => reader.run('%')).toThrow(UserError);
        expect(reader.findTrial('bb')).toEqual(DEFAULT_TRIALS[1]);
        expect(reader.findTrial('zz')).toBeNull();
      });

      test('or a trial is found by a start that no other has, or by its whole id', () => {
        expect(reader.find('bb-2')).toEqual({ kind: 'run', id: 'bb-2' });
        expect(reader.find('bb-t')).toEqual({ kind: 'trial', id: 'bb-trial' });
        expect(reader.find('zz')).toBeNull();
        expect(() => reader.find('bb')).toThrow(
          expect.objectContaining({ fix: 'Give more of the id: run bb-1, run bb-2, trial bb-trial.' }),
        );
        expect(() => reader.find('')).toThrow(
          expect.objectContaining({ fix: expect.stringMatching(/and others/) }),
        );
      });

      test('of an unplanned id is a bug, and nothing of its batch stays', () => {
        expect(() => writer.record([...finished({ 'aa-1': 0.5 }), started('unplanned')])).toThrow();
        expect(reader.run('aa-1').state).toBe('waiting');
      });
    });

    describe('bulk reads', () => {
      beforeEach(() => writer.record(finished({ 'aa-1': 0.5, 'aa-2': 0.75, 'bb-1': 0.25 })));

      test('class metrics come by run, in class order', () => {
        const metrics = reader.classMetrics(['aa-2', 'bb-1', 'cc-1'], 'test');
        expect([...metrics.keys()]).toEqual(['aa-2', 'bb-1']);
        expect(metrics.get('bb-1')).toEqual(sampleResult('bb-1', 0.25).test.classes);
      });

      test('confusion matrices are summed', () => {
        expect(reader.confusion(['aa-1', 'aa-2'], 'validation')).toEqual(
          Uint32Array.of(6, 0, 0, 2, 2, 0, 0, 0, 140_000),
        );
        expect(reader.confusion([], 'validation')).toEqual(new Uint32Array());
      });

      test('test metrics come by run of the trial', () => {
        expect([...reader.testMetrics('aa-trial')]).toEqual([
          ['aa-1', sampleMetrics(0.45)],
          ['aa-2', sampleMetrics(0.7)],
        ]);
      });
    });

    describe('the fingerprint', () => {
      test('depends on results alone, not on order, attempts or other sweeps', () => {
        writer.record([started('bb-1'), failed('bb-1', 'no memory')]);
        writer.record(finished({ 'aa-1': 0.5, 'bb-1': 0.6 }));

        const other = create();
        const otherWriter = other.openWriter();
        otherWriter.open(sampleSweep({ name: 'elsewhere', trials: [sampleTrial('zz', {})] }));
        otherWriter.open(sampleSweep({ trials: [...DEFAULT_TRIALS].reverse(), description: 'Again.' }));
        otherWriter.record(finished({ 'bb-1': 0.6, 'aa-1': 0.5 }));
        const otherReader = other.openReader();
        expect(otherReader.fingerprint('sample')).toBe(reader.fingerprint('sample'));
        expect(reader.fingerprint('sample')).toMatch(/^[0-9a-f]{64}$/);

        otherWriter.record(finished({ 'cc-1': 0.6 }));
        expect(otherReader.fingerprint('sample')).not.toBe(reader.fingerprint('sample'));
        otherReader.close();
        otherWriter.close();
        other.dispose();
      });

      test('changes with the last bit of a result', () => {
        const fingerprintOf = (loss: number) => {
          const one = create();
          const oneWriter = one.openWriter();
          oneWriter.open(sampleSweep());
          const result = sampleResult('aa-1', 0.5);
          oneWriter.record([complete({ ...result, test: { ...result.test, loss } })]);
          const oneReader = one.openReader();
          const fingerprint = oneReader.fingerprint('sample');
          oneReader.close();
          oneWriter.close();
          one.dispose();
          return fingerprint;
        };
        expect(fingerprintOf(0.1 + 0.2)).toBe(fingerprintOf(0.1 + 0.2));
        expect(fingerprintOf(0.1 + 0.2)).not.toBe(fingerprintOf(0.3));
      });
    });
  });
}
