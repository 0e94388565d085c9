import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NamedBaseline } from '../../src/knobs/plain-loss.js';
import type { ProgramConfig } from '../../src/program.js';
import type { Store, SweepReader, SweepWriter } from '../../src/store/store.js';
import type { Trial } from '../../src/sweep.js';
import {
  complete,
  failed,
  finished,
  retry,
  SAMPLE_LOGITS,
  sampleResult,
  sampleSweep,
  started,
} from './sample-sweep.js';

/** The trial of a command with these parameters. Its id follows from `name`. */
export function commandTrial(name: string, given: Omit<ProgramConfig, 'model'>): Trial {
  const config: ProgramConfig = { ...given, model: 'command' };
  return {
    trialId: `${name}-trial`,
    engine: 'command@0123456789abcdef',
    point: given,
    config,
    addedBaseline: false,
  };
}

/** Configurations of a command: numbers, words, booleans, lists, objects, nothing, and what only one of them has. */
export const COMMAND_TRIALS = [
  commandTrial('aa', { gamma: 0, embedding: 32, Depth: 3, warm: true, note: null, units: [8, 4] }),
  commandTrial('bb', { gamma: 2, embedding: 64, Depth: 3, warm: false, note: 'é “x”', units: [8] }),
  commandTrial('cc', {
    gamma: 2,
    embedding: 256,
    Depth: 3,
    warm: true,
    note: '',
    units: { b: 1, a: [null] },
    extra: 1e-7,
  }),
  commandTrial('dd', { gamma: 0, embedding: 'none', Depth: 3, warm: false, note: 'x', units: [] }),
];
const SWEEP = sampleSweep({ engine: 'command@0123456789abcdef', trials: COMMAND_TRIALS });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every store must do for programs of the user's own, wherever its bytes are. */
export function describeProgramContract(name: string, create: () => Store & { dispose(): void }): void {
  describe(name, () => {
    let store: ReturnType<typeof create>;
    let writer: SweepWriter;
    let reader: SweepReader;

    beforeEach(async () => {
      store = create();
      writer = await store.writer();
      await writer.open(SWEEP);
      reader = await store.reader();
    });
    afterEach(async () => {
      await writer.close();
      await reader.close();
      store.dispose();
    });

    test('keeps configurations of programs as they are', async () => {
      expect(await reader.trials('sample')).toEqual(
        COMMAND_TRIALS.map((trial, position) => ({ ...trial, position })),
      );
      expect((await reader.run('cc-1')).config).toEqual(COMMAND_TRIALS[2]?.config);
      expect((await reader.findTrial('dd-trial'))?.config).toEqual(COMMAND_TRIALS[3]?.config);
    });

    describe('the log of a run', () => {
      test('is that of its last attempt', async () => {
        await writer.record([
          started('aa-1'),
          { type: 'log', runId: 'aa-1', log: bytes('first\n') },
          retry('aa-1'),
          started('aa-1'),
          { type: 'log', runId: 'aa-1', log: bytes('sécond\r\x1b[1m\n') },
          failed('aa-1', 'exit 1'),
        ]);
        expect(await reader.log('aa-1')).toBe('sécond\r\x1b[1m\n');
        expect(await reader.log('aa-2')).toBeNull();
      });

      test('stays with its result, whatever is recorded later', async () => {
        await writer.record([
          started('aa-1'),
          { type: 'log', runId: 'aa-1', log: bytes('done') },
          complete(sampleResult('aa-1', 0.5)),
        ]);
        await writer.open(SWEEP);
        await writer.record(finished({ 'aa-2': 0.25 }));
        expect(await reader.log('aa-1')).toBe('done');
        expect(await reader.log('aa-2')).toBeNull();
      });

      test('may be empty, or no text', async () => {
        await writer.record([
          { type: 'log', runId: 'aa-1', log: new Uint8Array(0) },
          { type: 'log', runId: 'aa-2', log: Uint8Array.of(0x61, 0xff, 0x62, 0) },
        ]);
        expect(await reader.log('aa-1')).toBe('');
        expect(await reader.log('aa-2')).toBe('a\uFFFDb\0');
      });

      test('of a run that is not planned is refused, and is no part of the fingerprint', async () => {
        const before = await reader.fingerprint('sample');
        await expect(writer.record([{ type: 'log', runId: 'zz-9', log: bytes('x') }])).rejects.toThrow();
        await writer.record([{ type: 'log', runId: 'aa-1', log: bytes('x') }]);
        expect(await reader.fingerprint('sample')).toBe(before);
      });
    });

    describe('own parameters', () => {
      const OWN = ['Depth', 'embedding', 'extra', 'note', 'units', 'warm'];
      const selected = async (where: string) =>
        (await reader.query({ where, columns: ['run'] })).rows.map(([run]) => String(run).slice(0, 2));

      test('are those that are no knobs, by sweep and of all', async () => {
        const other = commandTrial('ee', { learning_rate: 0.1, embedding: 8, Layers: 2 });
        await writer.open(sampleSweep({ name: 'other', trials: [other] }));
        expect(await reader.ownParameters('sample')).toEqual(OWN);
        expect(await reader.ownParameters('other')).toEqual(['Layers', 'embedding']);
        expect(await reader.ownParameters()).toEqual(['Depth', 'Layers', ...OWN.slice(1)]);
        await writer.open(sampleSweep({ name: 'built-in', trials: [] }));
        expect(await reader.ownParameters('built-in')).toEqual([]);
      });

      test.each([
        ['embedding = 64', 'bb bb'],
        ['embedding > 40', 'bb bb cc cc'],
        ['embedding = none', 'dd dd'],
        ['embedding in (32, none)', 'aa aa dd dd'],
        ["embedding like '%2%'", 'aa aa cc cc'],
        ['warm = true', 'aa aa cc cc'],
        ['not warm = false', 'aa aa cc cc'],
        ['units = [8, 4]', 'aa aa'],
        ['units = {"a": [null], "b": 1}', 'cc cc'],
        ['units = []', 'dd dd'],
        ['note is null', 'aa aa'],
        ["note = ''", 'cc cc'],
        ["note = 'é “x”'", 'bb bb'],
        ['extra is not null', 'cc cc'],
        ['extra < 0.1', 'cc cc'],
        ['Depth = 3 and gamma = 2', 'bb bb cc cc'],
        ['DEPTH = 3 and seed = 1', 'aa bb cc dd'],
        ['alpha is null and optimizer is null', 'aa aa bb bb cc cc dd dd'],
      ])('select runs: %s', async (where, runs) => {
        expect((await selected(where)).join(' ')).toBe(runs);
      });

      test('are columns, null where a configuration has none, and lists as JSON', async () => {
        const { columns, rows } = await reader.query({
          columns: ['embedding', 'Depth', 'warm', 'note', 'units', 'extra', 'alpha', 'gamma'],
          where: 'seed = 1',
        });
        expect(columns).toEqual(['embedding', 'Depth', 'warm', 'note', 'units', 'extra', 'alpha', 'gamma']);
        expect(rows).toEqual([
          [32, 3, 'true', null, '[8,4]', null, null, 0],
          [64, 3, 'false', 'é “x”', '[8]', null, null, 2],
          [256, 3, 'true', '', '{"a":[null],"b":1}', 1e-7, null, 2],
          ['none', 3, 'false', 'x', '[]', null, null, 0],
        ]);
      });

      test('sort, numbers before words and nothing last', async () => {
        const sorted = async (...sort: string[]) =>
          (await reader.query({ sort, where: 'seed = 1', columns: ['run'] })).rows.flat().join(' ');
        expect(await sorted('-embedding')).toBe('dd-1 cc-1 bb-1 aa-1');
        expect(await sorted('warm', '-embedding')).toBe('dd-1 bb-1 cc-1 aa-1');
        expect(await sorted('note')).toBe('cc-1 dd-1 bb-1 aa-1');
        expect(await sorted('-extra')).toBe('cc-1 aa-1 bb-1 dd-1');
      });

      test('stand in a table where they vary, and after the columns of old in the whole one', async () => {
        const usual = (await reader.query({ sweep: 'sample' })).columns;
        expect(usual.slice(0, 8)).toEqual(['run', 'gamma', ...OWN.slice(1), 'seed']);
        const all = (await reader.query({ columns: ['all'] })).columns;
        expect(all.slice(-7)).toEqual(['config', ...OWN]);
        await writer.open(sampleSweep({ name: 'alone', trials: [commandTrial('ff', { embedding: 8 })] }));
        expect((await reader.query({ sweep: 'alone' })).columns).not.toContain('embedding');
        expect((await reader.query({ sweep: 'alone', columns: ['all'] })).columns).not.toContain('Depth');
        expect((await reader.query({})).columns).toEqual(expect.arrayContaining(['sweep', ...OWN]));
      });

      test('vary where only some configurations have one, even an empty text', async () => {
        const trials = [commandTrial('gg', { gamma: 1, tag: '' }), commandTrial('hh', { gamma: 1 })];
        await writer.open(sampleSweep({ name: 'some', trials }));
        expect((await reader.query({ sweep: 'some' })).columns).toContain('tag');
      });

      test('that are wrong name what was meant', async () => {
        await expect(reader.query({ where: 'embeding = 64' })).rejects.toThrow(/did you mean.*embedding/i);
        await expect(reader.query({ columns: ['Warm'] })).rejects.toThrow(/did you mean.*warm/i);
        await expect(reader.query({ sort: ['noted'] })).rejects.toThrow(/did you mean.*note/i);
      });

      test('leave a knob alone that differs in capitals alone', async () => {
        await writer.open(sampleSweep({ name: 'built-in', trials: [] }));
        await writer.open(
          sampleSweep({ name: 'caps', trials: [commandTrial('ii', { Gamma: 7, gamma: 1 })] }),
        );
        expect(await selected('gamma = 1')).toEqual(['ii', 'ii']);
        expect(await selected('Gamma = 7')).toEqual(['ii', 'ii']);
        expect(await selected('GAMMA = 2')).toEqual(['bb', 'bb', 'cc', 'cc']);
        const { rows } = await reader.query({ sweep: 'caps', columns: ['Gamma', 'gamma'], sort: ['-Gamma'] });
        expect(rows[0]).toEqual([7, 1]);
      });
    });

    describe('a named baseline', () => {
      test('is kept with the sweep until a launch names none', async () => {
        expect((await reader.sweep('sample')).baseline).toBeNull();
        const baseline = { embedding: 64, units: [8], note: 'é “x”' };
        await writer.open({ ...SWEEP, baseline });
        expect((await reader.sweep('sample')).baseline).toEqual(baseline);
        await writer.open(sampleSweep({ name: 'other', trials: [] }));
        expect((await reader.sweep('other')).baseline).toBeNull();
        await writer.open(SWEEP);
        expect((await reader.sweep('sample')).baseline).toBeNull();
      });

      test('is no part of the fingerprint of results', async () => {
        await writer.record(finished({ 'aa-1': 0.5 }));
        const before = await reader.fingerprint('sample');
        await writer.open({ ...SWEEP, baseline: { embedding: 32 } });
        expect(await reader.fingerprint('sample')).toBe(before);
      });

      /** The trials with logits after the sweep has ended; the later the trial, the better. */
      const keptLogits = async (baseline: NamedBaseline) => {
        const leaders = ['jj', 'kk', 'll', 'mm', 'nn'];
        const trials = leaders.map((name, at) => commandTrial(name, { embedding: 1000 + at, gamma: 1 }));
        await writer.open({ ...sampleSweep({ trials: [...SWEEP.trials, ...trials] }), baseline });
        const better = Object.fromEntries(leaders.map((name) => [name, 0.9]));
        const levels = { aa: 0.25, bb: 0.5, cc: 0.625, dd: 0.75, ...better };
        for (const [trial, level] of Object.entries(levels)) {
          for (const seed of [1, 2]) {
            const result = sampleResult(`${trial}-${seed}`, level);
            await writer.record([
              started(result.runId),
              complete({ ...result, validationLogits: SAMPLE_LOGITS }),
            ]);
          }
        }
        await writer.close();
        writer = await store.writer();
        const kept = await Promise.all(
          Object.keys(levels).map(
            async (trial) => [trial, await reader.logits(`${trial}-1`, 'validation')] as const,
          ),
        );
        return kept.flatMap(([trial, logits]) => (logits === null ? [] : [trial])).join(' ');
      };

      test('keeps its logits beside those of the best', async () => {
        expect(await keptLogits({ embedding: 64 })).toBe('bb jj kk ll mm nn');
      });

      test('of several configurations keeps the best of them', async () => {
        expect(await keptLogits({ warm: true })).toBe('cc jj kk ll mm nn');
      });

      test('that is missing leaves γ = 0, as far as it is known', async () => {
        expect(await keptLogits(null)).toBe('dd jj kk ll mm nn');
      });
    });
  });
}
