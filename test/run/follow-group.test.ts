// What a thread tells of the runs of a group, and what is recorded of it.
import { expect, it } from 'vitest';
import { type GroupEvent, type GroupTraining, trainGroup } from '../../src/run/groups/follow-group.js';
import type { WorkerMessage } from '../../src/run/threads/messages.js';
import { datasetOf } from '../../src/testing/small-dataset.js';
import { sampleResult, sampleSweep } from '../store/sample-sweep.js';

const { trials, runs, metric } = sampleSweep({ seeds: [1] });
const group = trials
  .slice(0, 2)
  .flatMap((trial) => runs.filter(({ trialId }) => trialId === trial.trialId).map((run) => ({ run, trial })));

async function recordedOf(messages: readonly WorkerMessage[]) {
  const events: GroupEvent[] = [];
  const notes: string[] = [];
  const pool: GroupTraining['pool'] = {
    async train(_, onMessage) {
      messages.forEach(onMessage);
    },
    stop() {},
    async close() {},
  };
  await trainGroup({
    pool,
    group,
    dataset: datasetOf({ features: [[0], [1]], labels: [0, 1], classes: 2 }),
    trainer: 'native/wasm',
    place: undefined,
    sweep: 'sample',
    metric,
    onEvent: (event) => events.push(event),
    onNote: (text) => notes.push(text),
  });
  return { events: events.map(({ run, type }) => `${run.runId} ${type}`), notes };
}

const result = sampleResult('aa-1', 0.5);
const late: readonly (readonly [string, WorkerMessage])[] = [
  ['a result', { type: 'result', result: sampleResult('aa-1', 0.9) }],
  ['a failure', { type: 'failed', runId: 'aa-1', error: { message: 'too late', final: true } }],
  ['a pause', { type: 'paused', runId: 'aa-1', epochs: result.epochs }],
  ...result.epochs.slice(0, 1).map((epoch) => ['epoch 1', { type: 'epoch', runId: 'aa-1', epoch }] as const),
];

it('records the first end of a run alone, whatever its trainer tells after it', async () => {
  const { events } = await recordedOf([{ type: 'result', result }, ...late.map(([, message]) => message)]);
  expect(events).toEqual(['aa-1 complete', 'bb-1 interrupted']);
});

it.each(late)('says once of a run that its trainer told %s after its end', async (what, message) => {
  const { notes } = await recordedOf([{ type: 'result', result }, message, message]);
  expect(notes).toEqual([
    `The trainer native/wasm is wrong: ${what} of aa-1 was told after its result. What comes after the first end of a run does not count.`,
  ]);
});

it('says nothing of a trainer that tells each run one end', async () => {
  const { notes } = await recordedOf([
    { type: 'started', worker: 1, runId: 'aa-1' },
    { type: 'result', result },
    { type: 'failed', runId: 'bb-1', error: { message: 'diverged', final: true } },
  ]);
  expect(notes).toEqual([]);
});
