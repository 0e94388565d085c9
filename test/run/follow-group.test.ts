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

async function recordedOf(messages: readonly WorkerMessage[]): Promise<readonly string[]> {
  const events: GroupEvent[] = [];
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
    onNote: () => {},
  });
  return events.map(({ run, type }) => `${run.runId} ${type}`);
}

it('records the first end of a run alone, whatever its trainer tells after it', async () => {
  const result = sampleResult('aa-1', 0.5);
  const [epoch] = result.epochs;
  const late: readonly WorkerMessage[] = [
    { type: 'result', result: sampleResult('aa-1', 0.9) },
    { type: 'failed', runId: 'aa-1', error: { message: 'too late', final: true } },
    { type: 'paused', runId: 'aa-1', epochs: result.epochs },
    ...(epoch === undefined ? [] : [{ type: 'epoch', runId: 'aa-1', epoch } as const]),
  ];
  expect(await recordedOf([{ type: 'result', result }, ...late])).toEqual([
    'aa-1 complete',
    'bb-1 interrupted',
  ]);
});
