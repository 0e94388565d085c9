// What is recorded in a file, in memory and on a server reads the same, to the last bit of the fingerprint.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.js';
import { openStore } from '../../src/store/open-store.js';
import type { StoreEvent, SweepReader } from '../../src/store/store.js';
import { cases } from '../property-cases.js';
import { rejection } from '../thrown.js';
import { NO_SERVER, startServer } from './postgres-server.js';
import { COMMAND_TRIALS as TEMPLATES } from './program-contract.js';
import {
  complete,
  failed,
  finished,
  pruned,
  SAMPLE_DRAWS,
  SAMPLE_IMPORTANCE,
  SAMPLE_LOGITS,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from './sample-sweep.js';
import { temporaryFolder } from './temporary-folder.js';

const SWEEP = sampleSweep({
  seeds: [3, 1],
  trials: [
    sampleTrial('aa', { alpha: 1, gamma: 0, hidden: [] }, true),
    { ...sampleTrial('bb', { alpha: 2.5, gamma: 1 }), space: 'network' },
    sampleTrial('cc', { alpha: 'balanced', gamma: 2, hidden: [128, 64] }),
    {
      ...sampleTrial('dd', { alpha: { effective_number: 0.999 }, gamma: 2 }),
      space: 'trees',
      engine: 'trees@1',
    },
    sampleTrial('ee', { alpha: { Dridex: 3, "it's": 0.5 }, gamma: 3, optimizer: 'sgd' }),
    sampleTrial('ff', { alpha: [1, 2, 3], gamma: 5 }),
  ],
});

/** Ids of their own, beside the other sweeps. */
const COMMAND_TRIALS = TEMPLATES.map((trial) => ({ ...trial, trialId: `own-${trial.trialId}` }));
const PROGRAM_RUNS = COMMAND_TRIALS.map(({ trialId }, at) => ({ runId: `own-${at}`, trialId, seed: 1 }));

/** Finished runs, one of which diverged, and runs in every other state. */
function events(): readonly StoreEvent[] {
  const diverged = sampleResult('cc-1', -0);
  const metrics = {
    ...diverged.validation.metrics,
    macro_f1: Number.NaN,
    log_loss: Number.POSITIVE_INFINITY,
  };
  const validationLogits = SAMPLE_LOGITS;
  return [
    ...finished({ 'aa-1': 0.5, 'aa-3': 1 / 3, 'bb-1': 0.7, 'dd-3': 0.7 }),
    ...[
      started('cc-1'),
      complete({
        ...diverged,
        validationLogits,
        validation: { ...diverged.validation, metrics },
        columnImportance: SAMPLE_IMPORTANCE,
        scoreDraws: SAMPLE_DRAWS,
      }),
    ],
    ...[started('cc-3'), failed('cc-3', 'No Memory')],
    ...[started('dd-1'), pruned('dd-1'), started('ee-1')],
    ...finished({ 'own-0': 0.5, 'own-2': 0.75 }, 'programs'),
    { type: 'log', runId: 'own-2', log: Uint8Array.of(0x61, 0xff, 10) },
  ];
}

async function recorded(url: string): Promise<SweepReader> {
  const store = openStore(url);
  const writer = await store.writer();
  await writer.open(SWEEP);
  await writer.open(sampleSweep({ name: 'Another', trials: SWEEP.trials.slice(0, 2), seeds: [1, 2] }));
  await writer.open(
    sampleSweep({
      name: 'programs',
      trials: COMMAND_TRIALS,
      runs: PROGRAM_RUNS,
      baseline: { embedding: 64 },
    }),
  );
  await writer.record(events());
  await writer.close();
  const keeper = await store.keeper();
  const choices = [
    { aim: 'overall', trialId: 'bb-trial' },
    { aim: 'sgd', trialId: 'ee-trial' },
    { aim: 'é', trialId: 'bb-trial' },
  ];
  await keeper.recordChoices({ sweep: 'sample', results: 5, choices });
  await keeper.close();
  return store.reader();
}

const sqlite = await recorded(`${temporaryFolder()}/agree.db`);
const others: (readonly [name: string, reader: SweepReader])[] = [
  ['in memory', await recorded('memory:agree')],
];
if (NO_SERVER === undefined) others.push(['on a server', await recorded(startServer().freshUrl())]);

test.skipIf(NO_SERVER === undefined)(`a store on a server ${NO_SERVER ?? ''}`, () => {
  expect(NO_SERVER).toBeUndefined();
});

describe.each(others)('a file and a store %s', (name, other) => {
  test.each(['sample', 'Another', 'programs'])(
    'have the same fingerprint of the sweep "%s"',
    async (sweep) => {
      expect(await other.fingerprint(sweep)).toBe(await sqlite.fingerprint(sweep));
    },
  );

  test('give the same rows of everything, in the same order', async () => {
    const reads: ((reader: SweepReader) => Promise<unknown>)[] = [
      (reader) => reader.query({}),
      (reader) => reader.query({ sweep: 'sample', columns: ['all'] }),
      (reader) =>
        reader.query({ sort: ['-macro_f1', 'alpha'], columns: ['run', 'alpha', 'macro_f1'], limit: 9 }),
      (reader) => reader.query({ sort: ['-chosen_for', 'run'], columns: ['sweep', 'run', 'chosen_for'] }),
      (reader) => reader.query({ sort: ['error', '-sweep', '-hidden'], columns: ['sweep', 'run', 'error'] }),
      (reader) => reader.runs('sample'),
      (reader) => reader.trials('sample'),
      (reader) => reader.progress('sample'),
      (reader) => reader.testMetrics('sample', 'aa-trial'),
      (reader) => reader.run('bb-1'),
      (reader) => reader.columnImportance(['cc-1', 'aa-1']),
      (reader) => reader.scoreDraws(['cc-1', 'aa-1'], 'validation'),
      (reader) => reader.run('dd-1'),
      (reader) => reader.findTrial('dd-trial'),
      (reader) => reader.query({ where: 'space = trees or space is null', columns: ['run', 'space'] }),
      (reader) => reader.logits('cc-1', 'validation'),
      (reader) => reader.classMetrics(['aa-1', 'bb-1'], 'validation'),
      (reader) => reader.query({ sweep: 'programs' }),
      (reader) =>
        reader.query({ sort: ['-embedding', 'units', 'run'], columns: ['run', 'embedding', 'warm', 'note'] }),
      (reader) => reader.query({ columns: ['all'], where: 'embedding > 1 or extra is null and gamma = 0' }),
      (reader) => reader.trials('programs'),
      (reader) => reader.run('own-2'),
      (reader) => reader.log('own-2'),
      (reader) => reader.log('own-1'),
      (reader) => reader.ownParameters(),
      async (reader) => (await reader.sweep('programs')).baseline,
      (reader) => reader.predictions(['dd-3', 'aa-1', 'ee-1'], 'validation'),
    ];
    for (const read of reads) expect(await read(other)).toEqual(await read(sqlite));
  });

  test('select the same rows by any condition', async () => {
    const number = fc.constantFrom('0', '1', '2', '2.5', '3', '0.7', '-1', '1e3');
    const word = fc.constantFrom('balanced', 'sgd', 'complete', 'aa-1', 'bb', "'no memory'", "''", 'é');
    const json = fc.constantFrom('[]', '[128, 64]', '[1,2,3]', '{"effective_number": 0.999}');
    const pattern = fc.constantFrom(
      "'%'",
      "'%e%'",
      "'NO _emory'",
      "'_.5'",
      "'1%'",
      "'[%'",
      "'a_-1'",
      "'%.*%'",
    );
    const numeric = fc.constantFrom('gamma', 'seed', 'macro_f1', 'log_loss', 'position', 'duration_ms');
    const textual = fc.constantFrom(
      'run',
      'trial',
      'state',
      'error',
      'optimizer',
      'sweep',
      'stopped_by',
      'chosen_for',
    );
    const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
    const equality = fc.constantFrom('=', '!=');
    const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((words) => words.join(' '));
    const not = fc.constantFrom('', 'not');
    const id = fc.constantFrom('aa-1', 'bb-', 'aa-trial', 'zz');
    const single = fc.oneof(
      joined(numeric, operator, number),
      joined(textual, operator, word),
      joined(fc.constantFrom('run', 'trial'), equality, id),
      joined(fc.constant('alpha'), operator, number),
      joined(fc.constant('alpha'), equality, fc.oneof(number, word, json)),
      joined(fc.constant('hidden'), equality, json),
      joined(fc.oneof(textual, fc.constantFrom('alpha', 'hidden')), not, fc.constant('like'), pattern),
      joined(fc.oneof(numeric, textual), fc.constant('is'), not, fc.constant('null')),
      fc.tuple(textual, not, word, word).map(([column, no, a, b]) => `${column} ${no} in (${a}, ${b})`),
      fc.tuple(numeric, not, number, number).map(([column, no, a, b]) => `${column} ${no} in (${a}, ${b})`),
    );
    const condition = fc.letrec<{ any: string }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        single,
        fc
          .tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any'))
          .map(([left, word, right]) => `(${left} ${word} ${right})`),
        tie('any').map((part) => `not (${part})`),
      ),
    })).any;
    const columns = ['sweep', 'run'];
    const answer = async (reader: SweepReader, where: string) => {
      const error = await rejection(() => reader.query({ where, columns }));
      return error instanceof UserError ? error.message : reader.query({ where, columns });
    };
    await fc.assert(
      fc.asyncProperty(condition, async (where) => {
        expect(await answer(other, where)).toEqual(await answer(sqlite, where));
      }),
      // A server takes a tenth of a second for each.
      { numRuns: cases(name === 'on a server' ? 100 : 500) },
    );
  });
});
