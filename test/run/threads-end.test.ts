// Threads may be ended while they load their code: that must not take the process down.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const POOL = new URL('../../dist/run/threads/worker-pool.js', import.meta.url).href;
/** Pools of two threads that are closed after as many milliseconds, from the start of a thread to the end of its loading, twice. */
const PROGRAM = `
  import { endThreads, startThreads } from ${JSON.stringify(POOL)};
  for (let pool = 0; pool < 60; pool++) {
    const threads = startThreads(2);
    await new Promise((resolve) => setTimeout(resolve, 10 + 15 * (pool % 30)));
    await endThreads(threads);
  }
  console.log('all are closed');
`;

// With threads that load by `require`, about every third to second time on Node 20 the process ended by a fatal error of V8.
it('a pool may be closed at any moment of its start', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  expect(stdout).toBe('all are closed\n');
});
