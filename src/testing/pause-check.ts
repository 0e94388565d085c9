import assert from 'node:assert/strict';
import { checkpointsInMemory } from './told.js';
import { type TrainerUnderCheck, trainedOf } from './trainer-under-check.js';

/** A run pauses at its epoch or trains to its end, and goes on to the same bits, from a checkpoint or without one. */
export async function pauses(of: TrainerUnderCheck): Promise<void> {
  const undisturbed = await of.train(of.runs);
  for (const pauseAfter of [1, 3, 4, 99]) {
    const runs = of.runs.map((run, at) => ({ ...run, pauseAfter: at === 1 ? pauseAfter + 1 : pauseAfter }));
    for (const checkpoints of [checkpointsInMemory(), undefined]) {
      const begun = await of.train(runs, { checkpoints });
      assert.equal(begun.end, 'done');
      assert.equal(begun.results.size + begun.paused.size, runs.length);
      for (const run of runs) {
        const paused = begun.paused.get(run.runId);
        if (paused === undefined) continue;
        const whole = trainedOf(undisturbed, run.runId).epochs;
        assert.ok(whole.length > run.pauseAfter, `${run.runId} paused at its end`);
        assert.deepEqual(paused, whole.slice(0, run.pauseAfter));
        const again = await of.train([{ ...run, pauseAfter: 1 }], { checkpoints });
        const isThere = checkpoints !== undefined || run.pauseAfter === 1;
        assert.deepEqual(again.paused.get(run.runId), isThere ? paused : whole.slice(0, 1));
        assert.equal(again.epochs.size, checkpoints === undefined ? 1 : 0);
      }
      const left = of.runs.filter(({ runId }) => begun.paused.has(runId));
      const resumed = left.length === 0 ? begun : await of.train(left, { checkpoints });
      for (const { runId } of of.runs) {
        const trained = trainedOf(begun.paused.has(runId) ? resumed : begun, runId);
        assert.deepEqual(trained, trainedOf(undisturbed, runId));
      }
    }
  }
}
