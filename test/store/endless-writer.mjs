// Records results one by one until it is killed; a process of its own for the test of crashes.
import { setImmediate } from 'node:timers/promises';
import { openStore } from '../../dist/store/open-store.js';

process.once('message', async ({ path, sweep, result }) => {
  const writer = await openStore(path).writer();
  await writer.open(sweep);
  for (const { runId } of sweep.runs) {
    const now = Date.now();
    await writer.record([
      { type: 'started', attempt: { runId, sweep: sweep.name, worker: 0, startedAtMs: now } },
    ]);
    await writer.record([
      {
        type: 'complete',
        result: { ...result, runId },
        attempt: { runId, endedAtMs: now, durationMs: 1 },
      },
    ]);
    process.send(runId);
    await setImmediate();
  }
});
