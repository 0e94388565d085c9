import { openStore } from '../../src/store/open-store.js';
import type { SweepReader } from '../../src/store/store.js';
import { COMMAND_TRIALS } from '../store/program-contract.js';
import {
  complete,
  failed,
  finished,
  pruned,
  sampleResult,
  sampleSweep,
  sampleTrial,
  started,
} from '../store/sample-sweep.js';

const TRIALS = [
  sampleTrial('aa', { alpha: 1, gamma: 0, learning_rate: 0.001 }, true),
  sampleTrial('bb', { alpha: 'balanced', gamma: 2, learning_rate: 0.1 }),
  { ...sampleTrial('cc', { alpha: { effective_number: 0.999 }, gamma: 2, hidden: [8] }), space: 'small' },
  sampleTrial('dd', { alpha: 2.5, gamma: 1.5, learning_rate: 0.01 }),
  sampleTrial('ee', { alpha: 1, gamma: 3 }),
  sampleTrial('ff', { alpha: 1, gamma: 4 }),
  sampleTrial('gg', { alpha: 1, gamma: 5 }),
];

/** A store with a sweep whose runs are in every state, one of programs, and one that minimizes. */
export async function recordedStore(url: string): Promise<SweepReader> {
  const store = openStore(url);
  const writer = await store.writer();
  const costs = [
    [0, 1, 1],
    [7, 0, 1],
    [1, 1, 0],
  ];
  await writer.open(
    sampleSweep({ trials: TRIALS, seeds: [2, 1], costs, description: 'It’s "one", two\nand ünï.' }),
  );
  const diverged = sampleResult('gg-1', -0);
  const noNumber = {
    ...diverged.validation.metrics,
    macro_f1: Number.NaN,
    log_loss: Number.POSITIVE_INFINITY,
  };
  await writer.record([
    ...finished({ 'aa-1': 0.1 + 0.2, 'aa-2': 1 / 3, 'bb-1': 0.7, 'bb-2': 0.65, 'cc-2': 0.6 }),
    ...[started('dd-1'), failed('dd-1', 'no memory,\n"at" all'), started('dd-2'), pruned('dd-2')],
    ...[started('ee-1'), { type: 'epoch', runId: 'ee-1', epoch: sampleResult('', 0.5).epochs[0] } as never],
    ...[started('ff-1'), pruned('ff-1', 'dropped after 1 seed'), ...finished({ 'ff-2': 0.2 })],
    {
      ...{ type: 'decision', sweep: 'sample', search: 'one', step: 0 },
      decision: { type: 'rung', best: 0.5, dropped: [{ trialId: 'ff-trial', value: 0.2 }] },
    },
    ...[
      started('gg-1'),
      complete({ ...diverged, validation: { ...diverged.validation, metrics: noNumber } }),
    ],
    ...finished({ 'gg-2': 0.5 }),
  ]);
  const metric = { name: 'log_loss', goal: 'minimize' } as const;
  const own = COMMAND_TRIALS.map((trial) => ({ ...trial, trialId: `own-${trial.trialId}` }));
  const runs = own.map(({ trialId }, at) => ({ runId: `own-${at}`, trialId, seed: 1 }));
  await writer.open(sampleSweep({ name: 'programs', trials: own, runs, metric }));
  await writer.record(finished({ 'own-0': 0.5 }, 'programs'));
  return store.reader();
}
