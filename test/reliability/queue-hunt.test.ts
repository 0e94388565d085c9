// A short form of test/endurance/queue.mjs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { NO_SERVER } from '../store/postgres-server.js';

const HUNT = fileURLToPath(new URL('../endurance/queue.mjs', import.meta.url));

test('a race by a queue is that of one process, whatever happens to workers, planner, network and server', () => {
  const place = NO_SERVER === undefined ? 'server' : 'file';
  const { status, stdout, stderr } = spawnSync(process.execPath, [HUNT, '11', '3', place, 'racing'], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  expect(status, `${stdout}\n${stderr}`).toBe(0);
  expect(stdout).toMatch(/\n11 faults with 3 workers on a (server|file): all equal to one process; /);
}, 310_000);
